// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The content of a message within a script of SMTP: what follows DATA or BDAT, line by line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "script/error.hpp"
#include "script/notation.hpp"
#include "script/words.hpp"
#include "session/script.hpp"

namespace backtalk::script {

/// Makes of lines the stretches in which a session sends them: each fits into one piece, whatever
/// is filled in, and those of a script are bounded together.
class MessageContent {
 public:
  /// `parts`: of the command that is being read.
  explicit MessageContent(std::vector<session::ScriptLiteral>& parts) : parts_(parts) {}

  /// A line behind DATA, with its dots as they go out. `ends`: it was the dot, or `{message}`.
  [[nodiscard]] Problem add_line(const Line& line, const Words& words, bool& ends);

  /// A line within a chunk of which `left` octets are missing, and how many are missing then. The
  /// chunk ends with the line, with or without its CRLF.
  [[nodiscard]] Problem add_to_chunk(const Line& line, std::uint64_t& left);

 private:
  void add_text(std::string_view text);
  [[nodiscard]] session::CommandTemplate& part_for(std::size_t octets);

  std::vector<session::ScriptLiteral>& parts_;
};

}  // namespace backtalk::script
