// SPDX-License-Identifier: Apache-2.0 OR MIT
// The scanning kernels behind every parser: one table of functions for each SIMD target.
// A kernel looks at bytes and knows nothing of any protocol's grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace backtalk::simd {

// What a line scan lets pass, and what it remembers between windows.
struct LineRules {
  bool bare_lf_ends_line = false;
  bool bare_cr_is_text = false;
  bool control_is_text = false;
};

struct LineScan {
  std::size_t ends = 0;     // how many line ends were written
  std::size_t scanned = 0;  // bytes [0, scanned) hold no violation
  bool violation = false;   // byte [scanned] breaks a rule; for a bare CR that is the byte after it
};

// Finds the line ends of p[0, n): writes the index of each LF to `ends`, at most `ends_max` (>= 64)
// of them, and stops at the first byte that breaks a rule. `after_cr` says that the byte before
// p[0] was CR. A bare CR is noticed at the byte that follows it. HT and bytes from 0x80 on are
// text.
using ScanLines = LineScan (*)(const unsigned char* p, std::size_t n, bool after_cr, LineRules rules,
                               std::uint32_t* ends, std::size_t ends_max);

// Finds where a dot-stuffed body stops being plain: the index of the first "." that follows CRLF
// (or p[0], where `at_line_start`), or of the byte at which a bare CR or bare LF shows; n where
// there is none.
using ScanBody = std::size_t (*)(const unsigned char* p, std::size_t n, bool after_cr, bool at_line_start,
                                 LineRules rules);

struct FieldScan {
  // How many were written: two for each whole line, and perhaps one of a line that is not whole.
  std::uint32_t marks = 0;
  bool ended = false;  // the last line is empty: CRLF after CRLF
  bool clean = true;   // false: what was scanned breaks the rules below somewhere, and the marks mean nothing
};

// Indexes lines that begin with a name: for each line of p[at, n) the index of its first byte that
// is no token character (RFC 9110 5.6.2), and of its LF. p[at] is the first byte of a line; n <=
// kFieldScanMax. `marks_max` is kFieldMarksSpare at least. Stops after the first empty line, but
// one at p[0]; at n; or where fewer than kFieldMarksSpare marks are left. What is scanned must pair
// CR with LF and have no control byte but HT, and no DEL; what lies beyond the end is not looked
// at.
using ScanFields = FieldScan (*)(const unsigned char* p, std::size_t at, std::size_t n, std::uint16_t* marks,
                                 std::size_t marks_max);
inline constexpr std::size_t kFieldScanMax = 65535;
inline constexpr std::size_t kFieldMarksSpare = 80;

// What the bytes of a piece of text are, a bit for each, the first lowest.
struct PieceScan {
  std::uint64_t token = 0;  // token characters
  std::uint64_t line_feed = 0;

  // False: the piece breaks the rules of scan_fields somewhere, and the bits mean nothing else. No
  // byte is both, so that these two words have room for it.
  [[nodiscard]] bool clean() const { return (token & line_feed) == 0; }
};
inline constexpr PieceScan kUncleanPiece{1, 1};

// Copies p[0, n), fewer than kPieceMax bytes and one at least, to `to`, and says what they are.
// `after_cr` says that the byte before p[0] was CR; what follows a CR at the end is for the next
// piece to show. Writes kPieceMax bytes at most, whatever those behind the piece are.
using CopyPiece = PieceScan (*)(const unsigned char* p, std::size_t n, bool after_cr, unsigned char* to);
inline constexpr std::size_t kPieceMax = 64;

struct Kernels {
  std::string_view name;
  ScanLines scan_lines;
  ScanBody scan_body;
  ScanFields scan_fields;
  CopyPiece copy_piece;
  bool copy_piece_pays;  // it is faster than looking at the bytes one by one where they lie
};

// The table that new parsers take.
const Kernels& active_kernels() noexcept;

}  // namespace backtalk::simd
