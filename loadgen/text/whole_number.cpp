// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/whole_number.hpp"

#include <charconv>

namespace backtalk::text {

std::optional<std::uint64_t> read_whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  const bool octal = text.size() > 1 && text.front() == '0';
  return failure == std::errc{} && stop == end && !octal ? std::optional(number) : std::nullopt;
}

}  // namespace backtalk::text
