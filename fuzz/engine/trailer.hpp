// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The trailer: a last line of an input that is not part of the stream but says how to read it.
#pragma once

#include <cstddef>
#include <string_view>

namespace backtalk::fuzz {

inline constexpr std::string_view kTrailerMark = "#! ";

/// trailer = "#! " [ key "=" value *( SP key "=" value ) ] [ LF ]       the last line of the input
///
/// Returns the trailer with its mark and its line end. Empty if there is none.
inline std::string_view trailer_of(std::string_view input) {
  const std::string_view without_end = input.substr(0, input.size() - (input.ends_with('\n') ? 1 : 0));
  const std::size_t line_end = without_end.rfind('\n');
  const std::string_view last = input.substr(line_end == std::string_view::npos ? 0 : line_end + 1);
  return last.starts_with(kTrailerMark) ? last : std::string_view();
}

/// In a trailer, means that the LF before the trailer is not part of the stream.
inline constexpr std::string_view kUnended = "unended=1";

inline bool says_unended(std::string_view trailer) {
  const auto separates = [trailer](std::size_t at) {
    return at >= trailer.size() || std::string_view(" \r\n").find(trailer[at]) != std::string_view::npos;
  };
  const std::size_t at = trailer.find(kUnended);
  return at != std::string_view::npos && (at == 0 || separates(at - 1)) && separates(at + kUnended.size());
}

}  // namespace backtalk::fuzz
