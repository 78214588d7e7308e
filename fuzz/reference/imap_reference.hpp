// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A slow and simple reader of IMAP responses, for complete streams: frames and tokens, as text.
/// Shares no code with imap::ResponseParser, which must give the same responses, errors and
/// offsets.
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
  // True if the stream ended inside a response; false after an error.
  bool in_message = false;
  // Where the next or unfinished response starts; 0 after an error.
  std::uint64_t message_offset = 0;

  friend bool operator==(const ImapResponses&, const ImapResponses&) = default;
};

/// What a client sends to a server that accepts all literals, or those with an even number of
/// octets. After IDLE and AUTHENTICATE in upper case, the server expects a line.
struct ImapCommands {
  // Commands, lines, and literals that wait for "+ "; see `describe`.
  std::vector<std::string> inputs;
  Error error;
  bool in_message = false;
  std::uint64_t message_offset = 0;
};

[[nodiscard]] ImapCommands read_imap_commands(std::string_view stream, const imap::Limits& limits,
                                              Tolerances tolerances, bool refuses_odd_literals);

[[nodiscard]] ImapResponses read_imap_responses(std::string_view stream, const imap::Limits& limits,
                                                Tolerances tolerances);

/// Appends a response of the parser to `out` in the same form. `streamed` are the literals that the
/// parser gave in pieces.
void describe(const imap::Response& response, std::span<const std::string> streamed, fuzz::Octets& out);

/// The same for what a client sent, except for pieces of literals.
void describe(const imap::Input& input, std::span<const std::string> streamed, fuzz::Octets& out);

/// Describes each response in a line, and how the stream ended: for failed comparisons.
[[nodiscard]] std::string describe(const ImapResponses& found);

}  // namespace backtalk::reference
