// SPDX-License-Identifier: Apache-2.0 OR MIT
// The scanning kernels behind every parser: one table of functions for each SIMD target. Kernels
// classify bytes and know no protocol's grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace backtalk::simd {

// What a line scan allows.
struct LineRules {
  bool bare_lf_ends_line = false;
  bool bare_cr_is_text = false;
  bool control_is_text = false;
};

struct LineScan {
  std::size_t ends = 0;     // the number of line ends written
  std::size_t scanned = 0;  // bytes [0, scanned) contain no violation
  bool violation = false;   // byte [scanned] breaks a rule; for a bare CR that is the byte after it
};

// Finds the line ends of p[0, n): writes the index of each LF to `ends`, at most `ends_max` (>= 64)
// of them, and stops at the first byte that breaks a rule. `after_cr`: the byte before p[0] was CR.
// A bare CR is detected at the byte after it. HT and bytes from 0x80 on are text.
using ScanLines = LineScan (*)(const unsigned char* p, std::size_t n, bool after_cr, LineRules rules,
                               std::uint32_t* ends, std::size_t ends_max);

// Finds the end of plain data in a dot-stuffed body: the index of the first "." after CRLF (or at
// p[0], with `at_line_start`), or of the byte at which a bare CR or bare LF is detected; n if there
// is none.
using ScanBody = std::size_t (*)(const unsigned char* p, std::size_t n, bool after_cr, bool at_line_start,
                                 LineRules rules);

struct FieldScan {
  // The number of marks written: two for each complete line, and perhaps one for an incomplete
  // line.
  std::uint32_t marks = 0;
  bool ended = false;  // the last line is empty: CRLF after CRLF
  bool clean = true;   // false: there is a violation of the rules below, and the marks mean nothing
};

// Indexes lines that begin with a name: for each line of p[at, n) the index of its first byte that
// is not a token character (RFC 9110 5.6.2), and of its LF. p[at] is the first byte of a line; n <=
// kFieldScanMax. `marks_max` is at least kFieldMarksSpare. Stops after the first empty line, except
// one at p[0]; at n; or when fewer than kFieldMarksSpare marks are left. Violations are an unpaired
// CR or LF, a control byte other than HT, and DEL, in the bytes that were scanned.
using ScanFields = FieldScan (*)(const unsigned char* p, std::size_t at, std::size_t n, std::uint16_t* marks,
                                 std::size_t marks_max);
inline constexpr std::size_t kFieldScanMax = 65535;
inline constexpr std::size_t kFieldMarksSpare = 80;

// The classes of the bytes of a piece, one bit for each byte, the first one lowest.
struct PieceScan {
  std::uint64_t token = 0;  // token characters
  std::uint64_t line_feed = 0;

  // False: the piece violates the rules of scan_fields, and the bits mean nothing else. Since no
  // byte is in both classes, the two words can encode this.
  [[nodiscard]] bool clean() const { return (token & line_feed) == 0; }
};
inline constexpr PieceScan kUncleanPiece{1, 1};

// Copies p[0, n), which is at least one byte and fewer than kPieceMax, to `to` and classifies it.
// `after_cr`: the byte before p[0] was CR. A CR at the end is checked with the next piece. Writes
// at most kPieceMax bytes; those after the piece are unspecified.
using CopyPiece = PieceScan (*)(const unsigned char* p, std::size_t n, bool after_cr, unsigned char* to);
inline constexpr std::size_t kPieceMax = 64;

struct Kernels {
  std::string_view name;
  ScanLines scan_lines;
  ScanBody scan_body;
  ScanFields scan_fields;
  CopyPiece copy_piece;
  bool copy_piece_pays;  // it is faster than examining the bytes one by one in place
};

// The table that new parsers use.
const Kernels& active_kernels() noexcept;

}  // namespace backtalk::simd
