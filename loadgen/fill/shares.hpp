// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Names with shares: "INBOX:80%,Archive:20%".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::fill {

struct NamedShare {
  std::string name;
  double share = 0;  ///< from 0 to 1
};

/// At most this many names.
inline constexpr std::size_t kNamesMax = 100;

/// Reads names with their shares, or names alone, which have equal shares of 1. nullopt if the text
/// is neither, or has an empty name, one twice, or too many. A name may have a colon in it if its
/// share is said.
[[nodiscard]] std::optional<std::vector<NamedShare>> read_named_shares(std::string_view text);

}  // namespace backtalk::fill
