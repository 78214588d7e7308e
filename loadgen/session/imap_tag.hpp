// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The tags of a session's commands: "A" and the number that the exchange gives a command.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace backtalk::session {

inline constexpr std::string_view kImapTagLetter = "A";

/// The number in a tag as a session writes it; none in any other, such as "A01", "a1" and "A".
[[nodiscard]] inline std::optional<std::uint32_t> read_imap_tag(std::string_view tag) noexcept {
  if (!tag.starts_with(kImapTagLetter)) return std::nullopt;
  tag.remove_prefix(kImapTagLetter.size());
  if (tag.size() > 1 && tag.front() == '0') return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(tag.data(), tag.data() + tag.size(), number);
  if (failure != std::errc{} || end != tag.data() + tag.size()) return std::nullopt;
  return number;
}

}  // namespace backtalk::session
