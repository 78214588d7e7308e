// SPDX-License-Identifier: Apache-2.0 OR MIT
/// JSON values appended to a string, in plain ASCII. Bytes are code points: 0xE9 is "\u00e9".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace backtalk::parse {

void append_number(std::string& out, std::uint64_t number);

/// `bytes` between quotation marks.
void append_string(std::string& out, std::string_view bytes);

/// `bytes` as they stand inside a string, without the quotation marks: for a string printed in pieces.
void append_escaped(std::string& out, std::string_view bytes);

/// ["a","b"]
void append_strings(std::string& out, std::span<const std::string_view> strings);

}  // namespace backtalk::parse
