// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/enhanced_code.hpp"

#include "smtp/take_enhanced_code.hpp"

namespace backtalk::smtp {

std::optional<EnhancedCodePrefix> find_enhanced_code(std::string_view text,
                                                     std::uint16_t reply_code) noexcept {
  EnhancedCodePrefix found;
  if (!take_enhanced_code(text, reply_code, found)) return std::nullopt;
  return found;
}

std::string to_string(const EnhancedCode& code) {
  return std::to_string(code.klass) + '.' + std::to_string(code.subject) + '.' + std::to_string(code.detail);
}

}  // namespace backtalk::smtp
