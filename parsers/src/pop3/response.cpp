// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/pop3/response.hpp"

#include <array>

#include "ascii.hpp"

namespace backtalk::pop3 {
namespace {

struct CodeName {
  std::string_view lowered;
  ResponseCode code;
};

constexpr std::array kCodes{
    CodeName{"in-use", ResponseCode::in_use},     CodeName{"login-delay", ResponseCode::login_delay},
    CodeName{"sys/temp", ResponseCode::sys_temp}, CodeName{"sys/perm", ResponseCode::sys_perm},
    CodeName{"auth", ResponseCode::auth},         CodeName{"utf8", ResponseCode::utf8},
};

constexpr bool is_rchar(char c) {
  return c >= 0x21 && c <= 0x7E && c != '/' && c != ']';
}

}  // namespace

// resp-code  = "[" resp-level *("/" resp-level) "]"            (RFC 2449 8)
// resp-level = 1*rchar
// rchar      = %x21-2E / %x30-5C / %x5E-7E
//
// The RFC's 7F is the control byte DEL, which no line contains.
std::string_view find_response_code(std::string_view text) noexcept {
  if (!text.starts_with('[')) return {};
  std::size_t level_begin = 1;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (is_rchar(text[i])) continue;
    if (i == level_begin || (text[i] != '/' && text[i] != ']')) return {};
    if (text[i] == ']') return text.substr(1, i - 1);
    level_begin = i + 1;
  }
  return {};
}

ResponseCode response_code(std::string_view code) noexcept {
  if (code.empty()) return ResponseCode::none;
  for (const CodeName& known : kCodes) {
    const std::size_t size = known.lowered.size();
    if (code.size() < size || (code.size() > size && code[size] != '/')) continue;
    if (ascii::equals_lowered(code.substr(0, size), known.lowered)) return known.code;
  }
  return ResponseCode::unknown;
}

}  // namespace backtalk::pop3
