// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Numbers as protocols write them.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace backtalk::serve {

inline void append_number(std::string& out, std::uint64_t number, int base = 10) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

}  // namespace backtalk::serve
