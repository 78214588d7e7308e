// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Conversations written down as docs/scripts.md has it, with "C: " and "S: " before each line:
/// what the server says in them is read as from a connection, and what the client says tells which
/// replies have several lines (POP3) and which have no body (HTTP).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "backtalk/guess.hpp"
#include "parse/options.hpp"
#include "parse/protocols.hpp"
#include "parse/transcript.hpp"
#include "script/error.hpp"

namespace backtalk::parse {

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
/// Takes time in proportion to the text, which is bounded as scripts are (script/limits.hpp).
[[nodiscard]] std::variant<std::vector<Conversation>, script::Error> read_conversations(
    std::string_view text);

/// Takes a line as it is sent: with CRLF, unless it ends the body of an HTTP message. `number` is
/// that of the line in the file. Returns false if no more are wanted.
using OnLine = std::function<bool(std::string_view octets, std::uint32_t number)>;

/// Calls `on_line` for each line that one side says. `protocol` is the name of one; of "http",
/// bodies end where their messages say.
void speak(const Conversation& conversation, bool of_client, std::string_view protocol,
           const OnLine& on_line);

/// The protocol, by what the server says first, or in HTTP by what a client says that gets no
/// answer.
[[nodiscard]] Guess guess_of(const Conversation& conversation);

/// Takes of the text what is to go elsewhere: a short file may repeat a line until its events are
/// gigabytes. False if there is nobody to print for any more.
using Flush = std::function<bool(std::string&)>;

/// Prints what the server says, as `Transcript` does; with `http_request` what the client says. If
/// there is an error, a sentence in `notes` names the line of the first.
[[nodiscard]] Verdict print_conversation(const Conversation& conversation, const Protocol& protocol,
                                         const Options& options, std::string& out,
                                         std::vector<std::string>& notes, const Flush& flush = {});

/// Prints each conversation, behind a line {"type":"conversation",...} if it has a name. Of
/// several, those of other protocols are left out, which is said in `notes`. The verdict is the
/// worst of all, and an error if all are left out.
[[nodiscard]] Verdict print_conversations(const std::vector<Conversation>& conversations,
                                          const Protocol& protocol, const Options& options, std::string& out,
                                          std::vector<std::string>& notes, const Flush& flush = {});

}  // namespace backtalk::parse
