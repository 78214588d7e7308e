// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the IMAP sessions of a run do: fixed before the run, shared by all of them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backtalk/tolerate.hpp"
#include "session/delivery_log.hpp"
#include "session/imap_script.hpp"
#include "session/imap_verify.hpp"
#include "session/login.hpp"
#include "session/wire_message.hpp"

namespace backtalk::session {

struct ImapPlan {
  bool starttls = false;  ///< only CAPABILITY and STARTTLS go out in the clear
  LoginPlan login;        ///< by any way but APOP
  ImapScript script;      ///< a transaction is one pass
  /// Gives the passes, which are like those of `script` as far as that decides when a pass may
  /// begin; outlives the sessions. Null: they are those of `script`.
  const ImapPassSource* passes = nullptr;
  WireMessage message;  ///< what a literal of the run's message has
  /// A header field before each copy of the message, since some servers (Cyrus) refuse a message
  /// that they have many times: "X-Copy: {random}", without CRLF, and with no other placeholder.
  /// Empty: none.
  CommandTemplate stamp;
  unsigned depth = 1;  ///< tags in flight on a connection, from 1 to 1024
  /// The sessions watch a mailbox each (session/imap_watch.hpp), that of their index, and tell what
  /// comes; null: they do not. `script` selects it, and has two passes: one that has an IDLE, and
  /// one for servers without it. Behind the first answer of each comes a UID FETCH from {uid} on,
  /// which is left out if there is nothing new. Outlives the sessions.
  DeliveryLog* deliveries = nullptr;
  /// What the server says is compared with what it said before, and messages with their checksums.
  bool verifies = false;
  FlagWord flags_changing = 0;  ///< which flags may change meanwhile: `flags_changed_by`
  /// docs/quirks.md says why these.
  Tolerances tolerances = tolerate::mail_servers;
};

/// The octets of one copy of the message.
[[nodiscard]] inline std::uint64_t octets_of_copy(const ImapPlan& plan) {
  constexpr std::uint64_t kLineEnd = 2;
  const std::uint64_t stamp = plan.stamp.empty() ? 0 : plan.stamp.octets_max() + kLineEnd;
  return stamp + plan.message.octets(WireMessage::Form::chunk);
}

/// The octets of a literal that is a message.
[[nodiscard]] inline std::uint64_t octets_of_message(const ImapPlan& plan, const ScriptLiteral& literal) {
  return literal.own_message == nullptr ? octets_of_copy(plan)
                                        : literal.own_message->octets(WireMessage::Form::chunk);
}

/// How many transactions, and how many commands of them, a session can keep apart. Answers come in
/// any order: behind the oldest that is unanswered, three times as many as may be in flight can be
/// answered.
[[nodiscard]] inline std::size_t imap_reach(const ImapPlan& plan) {
  constexpr std::size_t kOutOfOrder = 4;
  return plan.depth == 1 ? 1 : kOutOfOrder * plan.depth;
}

/// The most commands of a connection that wait for their answers.
[[nodiscard]] inline std::size_t pending_commands_max(const ImapPlan& plan) {
  // The greeting, or a command of the login, and LOGOUT.
  constexpr std::size_t kOfConnection = 2;
  return plan.depth + kOfConnection;
}

}  // namespace backtalk::session
