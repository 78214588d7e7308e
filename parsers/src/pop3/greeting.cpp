// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/pop3/greeting.hpp"

namespace backtalk::pop3 {
namespace {

constexpr bool is_part(char c) {
  return c >= 0x21 && c <= 0x7E && c != '<' && c != '>' && c != '@';
}

std::size_t parts_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_part(text[at])) ++at;
  return at;
}

}  // namespace

std::optional<std::string_view> find_timestamp(std::string_view text) noexcept {
  // No part contains "<", so the search from one "<" ends at the next one at the latest: linear.
  for (std::size_t begin = text.find('<'); begin < text.size(); begin = text.find('<', begin + 1)) {
    const std::size_t at_sign = parts_end(text, begin + 1);
    if (at_sign == begin + 1 || at_sign == text.size() || text[at_sign] != '@') continue;
    const std::size_t end = parts_end(text, at_sign + 1);
    if (end == at_sign + 1 || end == text.size() || text[end] != '>') continue;
    return text.substr(begin, end + 1 - begin);
  }
  return std::nullopt;
}

}  // namespace backtalk::pop3
