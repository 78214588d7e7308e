// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Reads one line of a complete stream in a slow and simple way, for the references of commands.
#pragma once

#include <cstddef>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::reference {

struct PlainLine {
  std::string_view text;  ///< a complete line, without its line end
  std::size_t next = 0;   ///< where the next line begins
  Error error;            ///< the rule of lines that it breaks, if any
  bool whole = false;     ///< false without an error: the stream ends inside the line
};

/// line = *( %x09 / %x20-7E / %x80-FF ) CRLF
///
/// Reads the line at `start`, which is within the stream, of at most `octets_max` octets with its
/// line end.
[[nodiscard]] PlainLine read_plain_line(std::string_view stream, std::size_t start, std::size_t octets_max,
                                        Tolerances tolerances);

}  // namespace backtalk::reference
