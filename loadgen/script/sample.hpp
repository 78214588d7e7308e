// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A client's line as it may go out, for the parser that reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::script {

/// A line with "x" for each placeholder, and "{" for "{{".
struct Sample {
  std::string text;
  std::vector<std::uint32_t> at;  ///< where each octet is in the line
  bool has_placeholders = false;

  /// The place in the line of an octet of the text, or just behind the line.
  [[nodiscard]] std::uint32_t place(std::size_t octet) const {
    return at[octet < at.size() ? octet : at.size() - 1];
  }
};

/// Braces that are neither stand for themselves.
[[nodiscard]] Sample sample_of(std::string_view line);

}  // namespace backtalk::script
