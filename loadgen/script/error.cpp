// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/error.hpp"

namespace backtalk::script {

std::string show(std::string_view file, const Error& error) {
  std::string text(file);
  text.append(":").append(std::to_string(error.line));
  text.append(":").append(std::to_string(error.column));
  return text.append(": ").append(error.sentence);
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kOctetsMax = 40;
  std::string out = "`";
  for (const char c : text.substr(0, kOctetsMax)) {
    const bool is_control = static_cast<unsigned char>(c) < ' ' || c == '\x7F';
    out += is_control ? '?' : c;
  }
  if (text.size() > kOctetsMax) out += "...";
  return out + "`";
}

}  // namespace backtalk::script
