// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "reference/plain_line.hpp"

namespace backtalk::reference {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F;
}

PlainLine wrong(ErrorCode code, std::size_t at) {
  PlainLine line;
  line.error = {code, at};
  return line;
}

}  // namespace

PlainLine read_plain_line(std::string_view stream, std::size_t start, std::size_t octets_max,
                          Tolerances tolerances) {
  for (std::size_t i = start; i < stream.size(); ++i) {
    if (i - start >= octets_max) return wrong(ErrorCode::line_too_long, start + octets_max);
    const char c = stream[i];
    if (c == '\n') {
      const bool pair = i > start && stream[i - 1] == '\r';
      if (!pair && !tolerances.has(tolerate::bare_lf)) return wrong(ErrorCode::bare_lf, i);
      PlainLine line;
      line.text = stream.substr(start, i - start - (pair ? 1 : 0));
      line.next = i + 1;
      line.whole = true;
      return line;
    }
    if (c == '\r') {
      if (i + 1 == stream.size()) return {};
      if (stream[i + 1] != '\n' && !tolerances.has(tolerate::bare_cr)) return wrong(ErrorCode::bare_cr, i);
    }
    if (is_control(c) && !tolerances.has(tolerate::control_bytes)) {
      return wrong(c == '\0' ? ErrorCode::nul : ErrorCode::control_byte, i);
    }
  }
  return {};
}

}  // namespace backtalk::reference
