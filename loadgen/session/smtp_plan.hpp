// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the SMTP or LMTP sessions of a run do: fixed before the run, shared by all of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "session/command_template.hpp"
#include "session/delivery_log.hpp"
#include "session/login.hpp"
#include "session/wire_message.hpp"

namespace backtalk::session {

inline constexpr std::size_t kXclientOctetsMax = 512;

/// What is said before the first transaction, whatever the transactions are.
struct SmtpConnectionPlan {
  bool lmtp = false;
  bool starttls = false;            ///< only EHLO and STARTTLS go out in the clear (RFC 3207)
  std::string hello = "localhost";  ///< the argument of EHLO, HELO or LHLO
  /// The arguments of Postfix's XCLIENT, "NAME=a.example ADDR=192.0.2.1", which is said before the
  /// login; empty: it is not said. At most kXclientOctetsMax octets, of one line.
  std::string xclient;
  LoginPlan login;     ///< `none` or `sasl`
  unsigned depth = 1;  ///< 1: lock step. More: what may go out together does.
};

/// Gives each transaction a message of its own.
class MessageSource {
 public:
  virtual ~MessageSource() = default;
  /// That of a transaction, by its number. It lives as long as the transaction.
  [[nodiscard]] virtual const WireMessage& message(std::uint64_t number) const = 0;
};

/// The fixed conversation of `backtalk load smtp://...`: messages, or NOOP or RSET.
struct SmtpPlan : SmtpConnectionPlan {
  enum class Submission : std::uint8_t { data, bdat };
  enum class Exercise : std::uint8_t { message, noop, rset };
  /// Where the next message's MAIL may stand: after the reply to the dot, or right behind the dot
  /// (RFC 2920 3.1).
  enum class Next : std::uint8_t { after_reply, with_dot };

  NumberedPath from;
  std::vector<NumberedPath> recipients;  ///< at least one
  /// Each message has one of the recipients, in turn by its number, and not all of them.
  bool recipients_in_turn = false;
  /// Each message begins with a field that identifies it (session/delivery_field.hpp), and what
  /// becomes of it is told; null: none of it. Outlives the sessions.
  DeliveryLog* deliveries = nullptr;
  /// An address has octets beyond ASCII, which only a server with SMTPUTF8 takes (RFC 6531).
  bool utf8_addresses = false;
  WireMessage message;
  /// Gives the messages, of ASCII; outlives the sessions. Null: all are `message`.
  const MessageSource* messages = nullptr;
  Submission submission = Submission::data;
  Exercise exercise = Exercise::message;
  /// With a depth above 1 MAIL, RCPT and DATA go out as a group, and with BDAT that many
  /// transactions are in flight.
  Next next = Next::with_dot;
};

/// How many recipients a message has.
[[nodiscard]] inline std::size_t recipients_of_each(const SmtpPlan& plan) {
  return plan.recipients_in_turn ? 1 : plan.recipients.size();
}

/// How many transactions can be in flight on a connection. With DATA two, whatever the depth: one
/// whose dot waits for its reply, and one behind it.
[[nodiscard]] inline std::size_t transactions_in_flight_max(const SmtpPlan& plan) {
  constexpr std::size_t kWithData = 2;
  const bool with_data =
      plan.exercise == SmtpPlan::Exercise::message && plan.submission == SmtpPlan::Submission::data;
  return with_data ? kWithData : std::max<std::size_t>(kWithData, plan.depth);
}

/// How many commands can wait for their replies on a connection.
[[nodiscard]] inline std::size_t pending_commands_max(const SmtpPlan& plan) {
  // The greeting, one of EHLO, HELO, STARTTLS, XCLIENT and AUTH, QUIT, and one to spare.
  constexpr std::size_t kOfConnection = 4;
  constexpr std::size_t kBesidesRcpts = 4;  // RSET, MAIL, and DATA and the dot, or BDAT
  const bool one_command = plan.exercise != SmtpPlan::Exercise::message;
  const std::size_t of_transaction = one_command ? 1 : recipients_of_each(plan) + kBesidesRcpts;
  return transactions_in_flight_max(plan) * of_transaction + kOfConnection;
}

}  // namespace backtalk::session
