// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Appends JSON values to a string, in plain ASCII. Bytes become code points: 0xE9 is "\u00e9".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace backtalk::parse {

void append_number(std::string& out, std::uint64_t number);

/// Appends `bytes` in quotation marks.
void append_string(std::string& out, std::string_view bytes);

/// Appends `bytes` escaped, without quotation marks: for a string that is printed in pieces.
void append_escaped(std::string& out, std::string_view bytes);

/// Appends an array: ["a","b"]
void append_strings(std::string& out, std::span<const std::string_view> strings);

}  // namespace backtalk::parse
