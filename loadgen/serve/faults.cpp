// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/faults.hpp"

#include <charconv>

namespace backtalk::serve {

bool read_count(std::string_view text, std::uint64_t& number) {
  std::uint64_t read = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (failure != std::errc{} || stop != text.data() + text.size()) return false;
  number = read;
  return true;
}

bool read_count_above_0(std::string_view text, std::uint64_t& number) {
  std::uint64_t read = 0;
  if (!read_count(text, read) || read == 0) return false;
  number = read;
  return true;
}

}  // namespace backtalk::serve
