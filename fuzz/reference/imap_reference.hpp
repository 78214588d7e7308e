// SPDX-License-Identifier: Apache-2.0 OR MIT
/// IMAP responses read the slow and plain way from a stream that is there whole: frames and tokens,
/// as text. Shares no code with imap::ResponseParser, which must give the same responses, errors
/// and offsets.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/error.hpp"
#include "backtalk/fuzz/octets.hpp"
#include "backtalk/imap/command_parser.hpp"
#include "backtalk/imap/limits.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::reference {

struct ImapResponses {
  std::vector<std::string> responses;  // see `describe`
  Error error;
  bool in_message = false;           // the stream ended inside a response; false after an error
  std::uint64_t message_offset = 0;  // where the next or unfinished response starts; 0 after an error

  friend bool operator==(const ImapResponses&, const ImapResponses&) = default;
};

/// The other direction, to a server that takes literals: all of them, or those of an even number of
/// octets. After IDLE and AUTHENTICATE, so written, it expects a line.
struct ImapCommands {
  std::vector<std::string> inputs;  // commands, lines, and literals that wait for "+ "; see `describe`
  Error error;
  bool in_message = false;
  std::uint64_t message_offset = 0;
};

[[nodiscard]] ImapCommands read_imap_commands(std::string_view stream, const imap::Limits& limits,
                                              Tolerances tolerances, bool refuses_odd_literals);

[[nodiscard]] ImapResponses read_imap_responses(std::string_view stream, const imap::Limits& limits,
                                                Tolerances tolerances);

/// Appends a response of the parser to `out`, in the words of the reference. `streamed`: the
/// literals that were given in pieces.
void describe(const imap::Response& response, std::span<const std::string> streamed, fuzz::Octets& out);

/// The same for what a client sent; not for stretches of a literal.
void describe(const imap::Input& input, std::span<const std::string> streamed, fuzz::Octets& out);

/// One line for each response, and how the stream ended: what a failed comparison shows.
[[nodiscard]] std::string describe(const ImapResponses& found);

}  // namespace backtalk::reference
