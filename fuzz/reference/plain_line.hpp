// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One line of a stream that is there whole, read the slow way: what the references of commands
/// stand on.
#pragma once

#include <cstddef>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::reference {

struct PlainLine {
  std::string_view text;  ///< without its end; of a line that is whole
  std::size_t next = 0;   ///< where the line after it begins
  Error error;            ///< where it breaks a rule of lines
  bool whole = false;     ///< neither: the stream ends inside the line
};

/// line = *( %x09 / %x20-7E / %x80-FF ) CRLF, of at most `octets_max` with its end; `start` is within the
/// stream.
[[nodiscard]] PlainLine read_plain_line(std::string_view stream, std::size_t start, std::size_t octets_max,
                                        Tolerances tolerances);

}  // namespace backtalk::reference
