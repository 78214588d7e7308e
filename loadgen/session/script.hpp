// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the sessions say that follow scripts, and what they expect, as data: made once, before
/// the run, from the notation that `backtalk load --script` reads (docs/scripts.md), and shared by
/// all sessions of the run.
///
/// What belongs to a connection and not to its work is not in a script: the greeting, EHLO, STLS
/// and STARTTLS, the login, QUIT and LOGOUT are the session's own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "session/command_template.hpp"
#include "session/exact_answer.hpp"
#include "session/message_mix.hpp"
#include "session/pass_order.hpp"
#include "session/session.hpp"
#include "session/think_time.hpp"

namespace backtalk::session {

/// The name under which a transaction fails whose answer is not the one that its script expects.
inline constexpr std::string_view kUnexpectedReply = "script-unexpected-reply";
/// The name under which a transaction fails if a word of the answer that its script keeps has more
/// octets than CapturedWords::kOctetsMax.
inline constexpr std::string_view kWordTooLong = "script-word-too-long";
/// The name under which a transaction fails if a command needs a message and the mailbox is empty
/// ({number}), or if the server has named no UID ({uid}).
inline constexpr std::string_view kMailboxEmpty = "mailbox-empty";
/// The name of a failure: a command had values, such as a password, that do not fit into it.
inline constexpr std::string_view kCommandTooLong = "command-too-long";

/// What the answer to a command must be.
struct Expectation {
  /// An index into the protocol's statuses, or SMTP's kSmtpAccepted; kNoStatus: whatever comes.
  std::uint16_t status = kNoStatus;
  /// HTTP: how many statuses are expected, from that one on; `2xx` is 100 of them. 0: whatever the
  /// run takes for success.
  std::uint16_t statuses = 1;
  /// IMAP: untagged data that must have come between the command and its tagged response, by name
  /// and in capitals: "FETCH", "EXISTS". At most 8.
  std::vector<std::string> untagged = {};
  /// What is compared besides, if the run compares texts.
  ExactAnswer exact = {};
};

/// A part of the answer that later commands of the same pass use, or, in the section "once", all
/// passes of the connection: "{count:=2}". An answer without that word is an unexpected one.
struct Capture {
  unsigned slot = 0;  ///< what CommandTemplate's placeholder calls it; below Script::capture_slots
  /// Of the answer's line as it came, counted from 1, so that the first is "+OK", the code or the
  /// tag; see `nth_word`, with kSpacesAndBrackets for IMAP and kSpaces for the others. Of a reply
  /// of SMTP it is the last line.
  unsigned word = 1;
  /// IMAP: of the last untagged data of that kind, whose first word is "*", and which is one of
  /// Expectation::untagged. Empty: of the tagged response.
  std::string untagged = {};
  /// HTTP: of the first field line with that name, whose first word is "Name:". Empty: of the
  /// status line.
  std::string field = {};
};

/// A literal within a command of IMAP (RFC 9051 4.3), and the text of the command behind it. The
/// session writes its octets in braces (`CommandTemplate::octets`), and decides whether it waits
/// for the server's "+".
///
/// In SMTP a stretch of the content of DATA or BDAT, as it goes out: with CRLF, dots stuffed, and
/// the dot that ends it. Behind DATA the run's message has its own dot. Of BDAT with the run's
/// message, `line` has its length where Field::content_octets stands.
struct ScriptLiteral {
  bool message = false;  ///< its content is a message; `content` is empty
  /// IMAP: that message, as it stands; lives as long as the transaction. Null: the run's.
  const WireMessage* own_message = nullptr;
  CommandTemplate content;  ///< may have several lines
  CommandTemplate rest;
};

/// One more reply to the same command: LMTP has one for each recipient (RFC 2033 4.2).
struct FurtherReply {
  std::uint16_t status = kNoStatus;  ///< as in Expectation
  std::uint32_t source_line = 0;
  std::vector<ExactLine> exact = {};  ///< likewise
};

struct ScriptCommand {
  unsigned command = 0;  ///< an index into the protocol's command names
  /// Without CRLF, and in IMAP without tag and first literal. HTTP: the head, all lines with CRLF.
  CommandTemplate line;
  std::vector<ScriptLiteral> literals = {};
  /// HTTP: what follows the head. `line` has its length where Field::content_octets stands.
  CommandTemplate content = {};
  Expectation expected = {};
  std::vector<Capture> captures = {};
  /// It goes out without waiting for the answers to the commands before it, if the connection's
  /// depth allows that. Never true of the first command of a section or pass.
  bool pipelined = false;
  /// POP3: a positive response has several lines (RFC 1939 section 3).
  bool multi_line = false;
  /// SMTP: the dot, or BDAT with LAST. The dot is a command of its own, without a line, behind
  /// DATA.
  bool ends_message = false;
  std::vector<FurtherReply> further = {};  ///< to `ends_message`; what goes beyond must be accepted
  /// IMAP's IDLE (RFC 2177): how long after the server's "+" the client says DONE.
  ThinkTime idle = {};
  /// In passes: how long the client waits once the commands before it are answered. Never of a
  /// pipelined one.
  ThinkTime wait = {};
  /// POP3, in passes: it belongs to the commands of this number that are said for each message that
  /// STAT has counted, in turn; {number} is the message then. 0: it is said once. The first of them
  /// is not pipelined, and not the pass's first.
  std::uint32_t block = 0;
  /// HTTP: the content waits for 100 Continue (RFC 9110 10.1.1).
  bool expects_continue = false;
  /// HTTP: the connection ends with the answer (RFC 9112 9.6).
  bool closes = false;
  /// In the script, for messages: of the expectation, or of the command if it has none.
  std::uint32_t source_line = 0;
};

/// One transaction's commands.
struct ScriptPass {
  std::string name;
  unsigned weight = 1;                  ///< its share in a mix, among those of all passes
  std::vector<ScriptCommand> commands;  ///< at least one
  /// How long the client waits behind the last answer: before the goodbye, if the pass has the
  /// connection for itself, or else before the connection's next pass.
  ThinkTime wait = {};
};

/// The pass that a transaction's number gets. The passes share the numbers by their weights: with 3
/// and 1, one of every four is the second's. `order` is that of the sum of all weights.
template <class Pass>
[[nodiscard]] const Pass& pass_of(const std::vector<Pass>& passes, const PassOrder& order,
                                  std::uint64_t number) noexcept {
  std::uint64_t left = order.place(number);
  for (const Pass& pass : passes) {
    if (left < pass.weight) return pass;
    left -= pass.weight;
  }
  return passes.back();
}

struct Script {
  std::string name;
  std::vector<ScriptCommand> once;  ///< after the login, before the first pass
  std::vector<ScriptPass> passes;   ///< at least one
  std::vector<ScriptCommand> end;   ///< before the goodbye
  /// Each pass has a connection of its own, with greeting, login and goodbye: all of it is the
  /// pass. Then `once` and `end` are empty.
  bool connection_a_pass = false;
  bool logs_in = false;                  ///< its connection has a login, said by the session
  unsigned capture_slots = 0;            ///< at most CapturedWords::kSlotsMax
  std::vector<SizeShare> message_sizes;  ///< SMTP: of {message}; empty: it has one size

  /// True if the client waits somewhere within its passes, apart from an IDLE. Then a connection
  /// has one pass at a time, as it has one user.
  [[nodiscard]] bool has_waits() const {
    return std::ranges::any_of(passes, [](const ScriptPass& pass) {
      return !pass.wait.empty() ||
             std::ranges::any_of(pass.commands, [](const ScriptCommand& one) { return !one.wait.empty(); });
    });
  }
};

/// Statuses are compared, and no texts.
inline void forget_texts(Script& script) {
  const auto forget = [](std::vector<ScriptCommand>& commands) {
    for (ScriptCommand& one : commands) {
      one.expected.exact = {};
      for (FurtherReply& further : one.further) further.exact.clear();
    }
  };
  forget(script.once);
  for (ScriptPass& pass : script.passes) forget(pass.commands);
  forget(script.end);
}

}  // namespace backtalk::session
