// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the placeholders in a line of the client stand for, as one conversation says it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "script/protocol.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::talk {

struct Fillings {
  std::uint64_t number = 0;  ///< {n}: of the conversation, from 0
  std::uint64_t now_ns = 0;  ///< {now}
  std::string_view user = {};
  std::string_view password = {};
  session::SplitMix64 random{0};
  std::map<std::string, std::string, std::less<>> words = {};  ///< that the script keeps
};

/// The text with its placeholders filled in; "{{" is a brace. What stands in braces and is no
/// placeholder stays as it is.
[[nodiscard]] std::string fill_in(std::string_view text, Fillings& fillings);

/// The content of a literal whose octets are given: there are no placeholders in it.
[[nodiscard]] std::string without_double_braces(std::string_view text);

/// A command `BDAT {message}`, which stands for a chunk of that message.
[[nodiscard]] bool is_message_chunk(script::Protocol protocol, std::string_view command);

/// A line of content that stands for a message of several lines.
inline constexpr std::string_view kMessagePlaceholder = "{message}";
/// Those lines.
[[nodiscard]] std::vector<std::string> message_lines(std::uint64_t number);

}  // namespace backtalk::talk
