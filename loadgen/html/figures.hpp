// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Figures as a page shows them, each with the place of the same figure in the result's JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace backtalk::html {

/// "1,234,567"
[[nodiscard]] std::string show_count(std::uint64_t count);

/// "12,345", "123.4", "0.5": three digits at least, and no more than are needed for that.
[[nodiscard]] std::string show_number(double number);

/// A part of a whole in per cent. A part that is there is never "0 %", however small, and one that
/// lacks something is never "100 %": "0.0003 %", "99.9997 %".
[[nodiscard]] std::string show_part(std::uint64_t part, std::uint64_t whole);

/// A JSON pointer (RFC 6901) to a key below others: `/commands/UID FETCH/sent`.
[[nodiscard]] std::string pointer(std::string_view parent, std::string_view key);

/// An element that shows a figure: `shown` for people; the figure itself, and where the JSON of the
/// result has it, are in its attributes. Tests compare the two.
[[nodiscard]] std::string figure(std::string_view json_pointer, std::uint64_t value, std::string_view shown);
[[nodiscard]] std::string figure(std::string_view json_pointer, double value, std::string_view shown);
/// The JSON has null there.
[[nodiscard]] std::string no_figure(std::string_view json_pointer, std::string_view shown);
/// A count.
[[nodiscard]] std::string figure(std::string_view json_pointer, std::uint64_t count);

}  // namespace backtalk::html
