// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Conversations written down as docs/scripts.md has it, with "C: " and "S: " before each line, as
/// the octets that each side says.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <variant>
#include <vector>

#include "backtalk/guess.hpp"
#include "backtalk/http/response_parser.hpp"
#include "script/error.hpp"

namespace backtalk::script {

/// Whether a file that begins like this is in that notation. No server begins so.
enum class Notation : std::uint8_t {
  yes,
  no,
  undecided  ///< up to here it is blank lines and comments
};

[[nodiscard]] Notation notation_of(std::string_view beginning) noexcept;

struct Conversation {
  struct Line {
    std::string_view text;     ///< without its CRLF; of the file, which outlives it
    std::uint32_t number = 1;  ///< in the file
    bool of_client = false;
  };
  std::string_view name = {};  ///< empty if it has none
  std::uint32_t number = 1;    ///< of the line where it begins
  std::vector<Line> lines = {};
};

/// The conversations of a file: one for each title `== NAME ==`, else a single one with all lines.
/// Takes time in proportion to the text, which is bounded as scripts are (limits.hpp).
[[nodiscard]] std::variant<std::vector<Conversation>, Error> read_conversations(std::string_view text);

/// Takes a line as it is sent: with CRLF, unless it ends the body of an HTTP message. `number` is
/// that of the line in the file. Returns false if no more are wanted.
using OnLine = std::function<bool(std::string_view octets, std::uint32_t number)>;

/// Calls `on_line` for each line that one side says. `protocol` is the name of one; of "http",
/// bodies end where their messages say.
void speak(const Conversation& conversation, bool of_client, std::string_view protocol,
           const OnLine& on_line);

/// The method of each request, up to the first that cannot be read.
[[nodiscard]] std::vector<http::Method> methods_of(const Conversation& conversation);

/// The protocol, by what the server says first, or in HTTP by what a client says that gets no
/// answer.
[[nodiscard]] Guess guess_of(const Conversation& conversation);

}  // namespace backtalk::script
