// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace backtalk::live {
namespace {

constexpr std::size_t kEighths = 8;
// From one eighth of a column to all of it: U+258F down to U+2588.
constexpr std::array<std::string_view, kEighths> kBlocks{"\u258F", "\u258E", "\u258D", "\u258C",
                                                         "\u258B", "\u258A", "\u2589", "\u2588"};

// SGR of ECMA-48, with the colours that every palette has.
std::string_view sequence_of(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::faint: return "\x1b[2m";
    case Style::strong: return "\x1b[1m";
    case Style::good: return "\x1b[32m";
    case Style::doubtful: return "\x1b[33m";
    case Style::bad: return "\x1b[31m";
  }
  return "";
}

}  // namespace

std::string printable(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Line& Line::add(std::string_view text, Style style) {
  std::string shown = printable(text);
  if (shown.empty() || cut_) return *this;
  if (shown.size() > room()) {
    cut_ = true;
    if (room() == 0) {
      // The column that says so is taken from what is there, which ends in ASCII or in a bar.
      if (parts_.empty() || parts_.back().text.empty() ||
          static_cast<unsigned char>(parts_.back().text.back()) > '~')
        return *this;
      parts_.back().text.back() = '~';
      return *this;
    }
    shown.resize(room() - 1);
    shown += '~';
  }
  columns_ += shown.size();
  parts_.push_back({.text = std::move(shown), .style = style});
  return *this;
}

Line& Line::add_bar(double share, std::size_t width, Look look, Style style) {
  width = std::min(width, room());
  if (!(share > 0) || width == 0) return *this;
  const std::size_t marks = look.blocks ? kEighths : 1;
  const auto whole = static_cast<double>(width * marks);
  const auto filled = std::clamp<std::size_t>(
      static_cast<std::size_t>(std::lround(std::min(share, 1.0) * whole)), 1, width * marks);
  std::string bar;
  for (std::size_t i = 0; i < filled / marks; ++i) bar += look.blocks ? kBlocks.back() : "#";
  if (filled % marks != 0) bar += kBlocks[filled % marks - 1];
  columns_ += (filled + marks - 1) / marks;
  parts_.push_back({.text = std::move(bar), .style = style});
  return *this;
}

Line& Line::pad_to(std::size_t column) {
  column = std::min(column, width_);
  if (column > columns_) add(std::string(column - columns_, ' '));
  return *this;
}

std::string Line::text(bool colours) const {
  std::string out;
  for (const Part& one : parts_) {
    const std::string_view sequence = colours ? sequence_of(one.style) : "";
    out.append(sequence).append(one.text);
    if (!sequence.empty()) out += "\x1b[0m";
  }
  return out;
}

}  // namespace backtalk::live
