// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/hexdump.hpp"

#include <algorithm>
#include <limits>

namespace backtalk::text {
namespace {

constexpr std::uint64_t kRowOctets = 16;

// At least so many digits.
void append_hex(std::uint64_t number, std::size_t digits, std::string& out) {
  const std::size_t at = out.size();
  for (; number != 0 || digits > 0; number /= 16, digits -= digits > 0 ? 1 : 0) {
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), "0123456789abcdef"[number % 16]);
  }
}

// Octets of the row that are not held are blank.
std::string row(std::string_view octets, std::uint64_t begins, std::uint64_t at, std::uint64_t marked) {
  std::string shown;
  append_hex(at, 8, shown);
  shown += ' ';
  std::string ascii;
  for (std::uint64_t offset = at; offset < at + kRowOctets; ++offset) {
    if (offset == at + kRowOctets / 2) shown += ' ';
    if (offset < begins || offset >= begins + octets.size()) {
      shown += "   ";
      if (offset < begins) ascii += ' ';
      continue;
    }
    const char c = octets[static_cast<std::size_t>(offset - begins)];
    shown += offset == marked ? '>' : ' ';
    append_hex(static_cast<unsigned char>(c), 2, shown);
    ascii += c >= ' ' && c <= '~' ? c : '.';
  }
  return shown + "  |" + ascii + "|";
}

}  // namespace

std::vector<std::string> hexdump(std::string_view octets, std::uint64_t begins, std::uint64_t marked,
                                 std::size_t rows_max) {
  std::vector<std::string> rows;
  const std::uint64_t offset_max = std::numeric_limits<std::uint64_t>::max();
  if (octets.empty() || rows_max == 0 || begins > offset_max - octets.size() - kRowOctets) return rows;
  const std::uint64_t first = begins / kRowOctets;
  const std::uint64_t last = (begins + octets.size() - 1) / kRowOctets;
  // What comes before an octet says more about it than what follows.
  const std::uint64_t before = rows_max / 2;
  const std::uint64_t center = std::clamp(marked / kRowOctets, first, last);
  const std::uint64_t to = std::min(last, std::max(center - std::min(center, before), first) + rows_max - 1);
  const std::uint64_t from = std::max(first, to + 1 - std::min<std::uint64_t>(to + 1, rows_max));
  for (std::uint64_t i = from; i <= to; ++i) rows.push_back(row(octets, begins, i * kRowOctets, marked));
  return rows;
}

}  // namespace backtalk::text
