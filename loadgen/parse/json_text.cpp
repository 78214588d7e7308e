// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/json_text.hpp"

#include <array>
#include <charconv>

namespace backtalk::parse {
namespace {

constexpr bool stands_for_itself(char c) {
  return c >= ' ' && c < '\x7f' && c != '"' && c != '\\';
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\r': out += "\\r"; return;
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += kHex[byte >> 4U];
  out += kHex[byte & 0xFU];
}

}  // namespace

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), written.ptr);
}

void append_escaped(std::string& out, std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::size_t end = at;
    while (end < bytes.size() && stands_for_itself(bytes[end])) ++end;
    out.append(bytes.substr(at, end - at));
    if (end < bytes.size()) append_escape(out, bytes[end++]);
    at = end;
  }
}

void append_string(std::string& out, std::string_view bytes) {
  out += '"';
  append_escaped(out, bytes);
  out += '"';
}

void append_strings(std::string& out, std::span<const std::string_view> strings) {
  out += '[';
  for (std::size_t i = 0; i < strings.size(); ++i) {
    if (i > 0) out += ',';
    append_string(out, strings[i]);
  }
  out += ']';
}

}  // namespace backtalk::parse
