// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/place.hpp"

#include <algorithm>
#include <cwchar>

namespace backtalk::terminal {
namespace {

// As libedit shows them: control characters as ^A, others that cannot be shown as \U+200E.
std::size_t columns_of(wchar_t character, std::size_t at) {
  constexpr std::size_t kTab = 8;
  if (character == L'\t') return kTab - at % kTab;
  if (character < L' ' || character == 0x7F) return 2;
  const int width = ::wcwidth(character);
  if (width >= 0) return static_cast<std::size_t>(width);
  return character > 0xFFFF ? 8 : 7;
}

}  // namespace

std::size_t rows_above(std::wstring_view text, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 2);
  std::size_t rows = 0;
  std::size_t at = 0;
  for (const wchar_t character : text) {
    if (character == L'\n') {
      ++rows;
      at = 0;
      continue;
    }
    const std::size_t wide = columns_of(character, at);
    if (wide <= 2 && at + wide > columns) {
      ++rows;
      at = 0;
    }
    at += wide;
    while (at >= columns) {
      ++rows;
      at -= columns;
    }
  }
  return rows;
}

}  // namespace backtalk::terminal
