// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/hello.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "result/characters.hpp"
#include "text/whole_number.hpp"

namespace backtalk::ranks {
namespace {

constexpr std::uint64_t kRankMax = 65'535;
constexpr std::size_t kHostOctetsMax = 255;
constexpr std::size_t kVersionOctetsMax = 64;

// The first octets of a text, no more than so many, without a part of a character at the end.
std::string_view cut(std::string_view text, std::size_t octets_max) {
  if (text.size() <= octets_max) return text;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; };
  std::size_t end = octets_max;
  while (end > 0 && octets_max - end < 4 && continues(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace

std::string told_text(std::string_view octets, std::size_t octets_max) {
  const std::string text = result::text_of(std::string(cut(octets, octets_max)));
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (octet < 0x20 || octet == 0x7F) {
      out += fmt::format("\\x{:02x}", octet);
    } else if (octet == 0xC2 && next < 0xA0) {  // U+0080 to U+009F
      out += fmt::format("\\x{:02x}", next);
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string write_hello(const Hello& hello) {
  const std::string out =
      fmt::format("{}\n{}\n{}\n{}\n{}", hello.rank, hello.host, hello.version, hello.token, hello.problem);
  return std::string(cut(out, kHelloOctetsMax));
}

std::optional<Hello> read_hello(std::string_view text) {
  std::array<std::string_view, 4> lines;
  for (std::string_view& line : lines) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  const auto rank = text::read_whole_number(lines[0]);
  if (!rank || *rank > kRankMax) return std::nullopt;
  return Hello{.token = std::string(lines[3]),
               .rank = static_cast<unsigned>(*rank),
               .host = told_text(lines[1], kHostOctetsMax),
               .version = told_text(lines[2], kVersionOctetsMax),
               .problem = told_text(text, kHelloOctetsMax)};
}

}  // namespace backtalk::ranks
