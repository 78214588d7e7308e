// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the lines of a conversation are to its protocol: which lines `C:` are commands and which
/// are content, and which lines `S:` are one answer. For whoever plays the client's part, or the
/// server's.
///
///     C: LIST            command
///     S: +OK             answer "+OK", of three lines
///     S: 1 120
///     S: .
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/error.hpp"
#include "script/notation.hpp"
#include "script/protocol.hpp"
#include "text/blanks.hpp"

namespace backtalk::script {

/// What lines `S:` say the server has to answer.
struct Answer {
  enum class Kind : std::uint8_t {
    anything,  ///< "S: *"
    status,    ///< a reply of SMTP, a response of POP3 or HTTP
    untagged,  ///< the others are IMAP's
    tagged,
    continuation
  };
  Kind kind = Kind::status;
  /// What is compared in either case: "250", "+OK", "404"; of IMAP "OK", "NO" or "BAD", and of
  /// untagged data its kind, as "EXISTS". "+" of a challenge. "*" of a tagged answer is any, and
  /// "2xx" of HTTP any of that class.
  std::string word = {};
  std::string_view tag = {};
};

struct Turn {
  enum class Kind : std::uint8_t {
    command,   ///< a line of the client; of HTTP each of a request's head
    content,   ///< a line of a message, a literal or a body, with the "." behind a message
    response,  ///< a line that answers a challenge of a login
    answer,    ///< of the server: one line or several
    wait
  };
  Kind kind = Kind::command;
  std::size_t first = 0;  ///< in the section's lines
  std::size_t count = 1;  ///< 1 unless it is an answer
  Answer answer = {};     ///< of Kind::answer

  [[nodiscard]] std::span<const Line> lines_of(const Section& section) const {
    return std::span(section.lines).subspan(first, count);
  }
};

/// The turns of all lines of the section, in its order. Takes time in proportion to its text.
/// The section may begin in mid-connection: the server's first line need not be a greeting.
[[nodiscard]] std::variant<std::vector<Turn>, Error> read_turns(Protocol protocol, const Section& section);

/// Where a line breaks off that `backtalk talk` shows in several, of the octets as they came.
inline constexpr std::size_t kShownOctetsMax = 8000;

// What follows is for the readers of the protocols and for comparisons.

using text::without_trailing_blanks;
/// The word that begins at `at`, up to a space or the end of the text.
[[nodiscard]] std::string_view word_from(std::string_view text, std::size_t at);
/// "+" and a space, or alone: a challenge of POP3, a continuation of IMAP.
[[nodiscard]] bool is_challenge(std::string_view text);
/// The kind of untagged data or status, in capitals: "EXISTS" of "* 3 EXISTS". A word that a script
/// keeps may stand for the number.
[[nodiscard]] std::string untagged_kind(std::string_view text);
/// The status of an HTTP response's first line, "404", or as a script may have it, "4xx"; empty if
/// it is none.
[[nodiscard]] std::string_view http_status(std::string_view line);
/// "Content-Length: {*}": the length is that of the lines `C:` of content, up to the next `S:`.
[[nodiscard]] bool has_counted_length(std::string_view line);

}  // namespace backtalk::script
