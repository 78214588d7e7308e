// SPDX-License-Identifier: Apache-2.0 OR MIT
// The reference kernels: a byte at a time, simple enough to check by eye. Every SIMD target must
// agree with them.
#include <cstring>

#include "simd/tables.hpp"

namespace backtalk::simd {
namespace {

bool is_forbidden_control(unsigned char byte) {
  return (byte < 0x20 && byte != '\t' && byte != '\r' && byte != '\n') || byte == 0x7F;
}

bool breaks_pairing(unsigned char byte, bool after_cr, LineRules rules) {
  if (byte == '\n') return !after_cr && !rules.bare_lf_ends_line;
  return after_cr && !rules.bare_cr_is_text;
}

LineScan scan_lines_scalar(const unsigned char* p, std::size_t n, bool after_cr, LineRules rules,
                           std::uint32_t* ends, std::size_t ends_max) {
  LineScan out;
  for (; out.scanned < n; ++out.scanned) {
    const unsigned char byte = p[out.scanned];
    if (breaks_pairing(byte, after_cr, rules) || (!rules.control_is_text && is_forbidden_control(byte))) {
      out.violation = true;
      return out;
    }
    if (byte == '\n') {
      if (out.ends == ends_max) return out;
      ends[out.ends++] = static_cast<std::uint32_t>(out.scanned);
    }
    after_cr = byte == '\r';
  }
  return out;
}

std::size_t scan_body_scalar(const unsigned char* p, std::size_t n, bool after_cr, bool at_line_start,
                             LineRules rules) {
  for (std::size_t i = 0; i < n; ++i) {
    const unsigned char byte = p[i];
    if (breaks_pairing(byte, after_cr, rules) || (byte == '.' && at_line_start)) return i;
    at_line_start = byte == '\n' && after_cr;
    after_cr = byte == '\r';
  }
  return n;
}

bool is_token(unsigned char byte) {
  const bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
  const bool digit = byte >= '0' && byte <= '9';
  return letter || digit || (byte != 0 && std::strchr("!#$%&'*+-.^_`|~", byte) != nullptr);
}

FieldScan scan_fields_scalar(const unsigned char* p, std::size_t at, std::size_t n, std::uint16_t* marks,
                             std::size_t marks_max) {
  constexpr LineRules kStrict;
  FieldScan out;
  std::size_t line = at;
  bool in_name = true;
  for (std::size_t i = at; i < n; ++i) {
    if (breaks_pairing(p[i], i > at && p[i - 1] == '\r', kStrict) || is_forbidden_control(p[i])) {
      out.clean = false;
      return out;
    }
    if (in_name && !is_token(p[i])) {
      marks[out.marks++] = static_cast<std::uint16_t>(i);
      in_name = false;
    }
    if (p[i] != '\n') continue;
    marks[out.marks++] = static_cast<std::uint16_t>(i);
    out.ended = i == line + 1 && line > 0;
    if (out.ended || out.marks + kFieldMarksSpare > marks_max) return out;
    in_name = true;
    line = i + 1;
  }
  return out;
}

PieceScan copy_piece_scalar(const unsigned char* p, std::size_t n, bool after_cr, unsigned char* to) {
  constexpr LineRules kStrict;
  PieceScan out;
  bool clean = true;
  for (std::size_t i = 0; i < n; ++i) {
    to[i] = p[i];
    clean = clean && !breaks_pairing(p[i], after_cr, kStrict) && !is_forbidden_control(p[i]);
    out.token |= std::uint64_t{is_token(p[i])} << i;
    out.line_feed |= std::uint64_t{p[i] == '\n'} << i;
    after_cr = p[i] == '\r';
  }
  return clean ? out : kUncleanPiece;
}

}  // namespace

const Kernels kScalarKernels{
    "scalar", &scan_lines_scalar, &scan_body_scalar, &scan_fields_scalar, &copy_piece_scalar, false};

}  // namespace backtalk::simd
