// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/escape.hpp"

#include <boost/json/serialize.hpp>

#include "result/characters.hpp"

namespace backtalk::html {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// How long the character is that begins here, by its first octet, in UTF-8.
std::size_t octets_of(char first) {
  const auto octet = static_cast<unsigned char>(first);
  return octet < 0x80 ? 1 : octet < 0xE0 ? 2 : octet < 0xF0 ? 3 : 4;
}

// Where to cut a text, at most so many octets from its beginning and not within a character.
std::size_t end_of_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  constexpr std::size_t kLongest = 4;
  std::size_t end = most;
  while (end > most - kLongest && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

bool is_control(std::string_view character) {
  const auto octet = [character](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  switch (character.size()) {
    case 1: return (octet(0) < 0x20 && character != "\n" && character != "\t") || octet(0) == 0x7F;
    case 2: return octet(0) == 0xC2 && octet(1) < 0xA0;
    case 3: {
      if (octet(0) != 0xE2) return false;
      const unsigned low = octet(1) * 0x100U + octet(2);
      const bool marks = low == 0x808E || low == 0x808F;     // U+200E, U+200F
      const bool embeds = low >= 0x80A8 && low <= 0x80AE;    // U+2028 to U+202E
      const bool isolates = low >= 0x81A6 && low <= 0x81A9;  // U+2066 to U+2069
      return marks || embeds || isolates;
    }
    default: return false;
  }
}

void append(std::string& out, std::string_view character) {
  if (is_control(character)) {
    out += kReplacement;
    return;
  }
  switch (character.front()) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '"': out += "&quot;"; break;
    case '\'': out += "&#39;"; break;
    default: out += character;
  }
}

}  // namespace

std::string escaped(std::string_view text, std::size_t most) {
  const bool cut = text.size() > most;
  const std::string utf8 = result::text_of(std::string(text.substr(0, end_of_characters(text, most))));
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const std::string_view character = std::string_view(utf8).substr(at, octets_of(utf8[at]));
    append(out, character);
    at += character.size();
  }
  return cut ? out + "…" : out;
}

std::string escaped_json(const boost::json::value& value) {
  std::string out;
  const std::string text = boost::json::serialize(value);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = std::string_view(text).substr(at);
    if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
      out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      at += 2;
      continue;
    }
    switch (text[at]) {
      case '<': out += "\\u003c"; break;
      case '>': out += "\\u003e"; break;
      case '&': out += "\\u0026"; break;
      default: out += text[at];
    }
  }
  return out;
}

}  // namespace backtalk::html
