// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The scripts that come with the program.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace backtalk::script {

struct ShippedScript {
  std::string_view protocol;  ///< "pop3"
  std::string_view name;      ///< "poll"
  std::string_view text;      ///< in the notation; its first line is a comment about it
};

/// All of them, those of a protocol together. Static storage.
[[nodiscard]] std::span<const ShippedScript> shipped_scripts();

/// Null if the protocol has none of that name.
[[nodiscard]] const ShippedScript* find_shipped(std::string_view protocol, std::string_view name);

/// The names of a protocol's scripts.
[[nodiscard]] std::vector<std::string> shipped_names(std::string_view protocol);

/// The script that "imap/read" names, or "read" if `protocol` has one, or if only one protocol has.
/// `protocol` is empty if it is not known. Or a sentence about why it is none.
[[nodiscard]] std::variant<const ShippedScript*, std::string> look_up_shipped(std::string_view protocol,
                                                                              std::string_view name);

}  // namespace backtalk::script
