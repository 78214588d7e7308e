// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What all clients of SMTP and LMTP (RFC 5321, RFC 2033) have in common, whatever their
/// transactions are: greeting, EHLO, STARTTLS, XCLIENT, AUTH, QUIT, and how a connection ends.
///
/// With STARTTLS (RFC 3207) the session says EHLO, STARTTLS, waits for the handshake, and says
/// EHLO again: what the server offered before is forgotten. If STARTTLS is not offered or is
/// refused, or if anything follows its acceptance in the clear, the connection fails and no
/// message goes out.
///
/// XCLIENT (of Postfix) follows EHLO, and the server begins again with its greeting; then the user
/// logs in with AUTH (RFC 4954). Without what was asked for the connection fails. The challenges
/// and responses of AUTH are not commands of their own: the exchange counts as one AUTH, whose
/// latency is all of it. A challenge that is wrong fails the connection at once.
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/smtp/ehlo.hpp"
#include "backtalk/smtp/reply_parser.hpp"
#include "session/auth_exchange.hpp"
#include "session/command_writer.hpp"
#include "session/exchange.hpp"
#include "session/server_stream.hpp"
#include "session/session.hpp"
#include "session/session_context.hpp"
#include "session/smtp_commands.hpp"
#include "session/smtp_plan.hpp"

namespace backtalk::session {

/// A session derives from it, says what it has to say once `on_offer` was called, and hands over
/// the replies to the connection's own commands.
class SmtpConnection : public Session {
 public:
  void finish() final { finishing_ = true; }
  void end(Ending ending, std::string_view reason, Nanoseconds now) override;
  [[nodiscard]] bool ready() const final { return exchange_.ready(); }
  [[nodiscard]] bool over() const final { return exchange_.over(); }
  [[nodiscard]] Nanoseconds asked_since() const final { return exchange_.asked_since(); }
  [[nodiscard]] Nanoseconds waiting_since() const final {
    return wants_tls_ ? tls_wanted_ : exchange_.waiting_since();
  }
  void tls_established(Nanoseconds now) final;

 protected:
  /// `plan` and the context's observer outlive the session.
  SmtpConnection(const SmtpConnectionPlan& plan, const SessionContext& context,
                 const Exchange::Bounds& bounds);

  /// The server has said what it offers (`offered_`; nothing in reply to HELO), and the user is
  /// logged in: transactions may follow, which the session tells the exchange.
  virtual void on_offer(Nanoseconds now) = 0;

  /// A new connection: its greeting is waited for.
  void begin_connection(Nanoseconds now);

  /// True if `send_connection_command` has something to send.
  [[nodiscard]] bool has_connection_command() const { return to_send_ != ToSend::nothing; }
  void send_connection_command(CommandWriter& out, Nanoseconds now);
  /// A command of the connection was written.
  void sent(SmtpCommand command, Nanoseconds now) {
    exchange_.command_sent(static_cast<unsigned>(command), now);
  }
  void send_quit(CommandWriter& out, Nanoseconds now);

  /// Takes what arrived, and calls `on_reply(const smtp::Reply&)` for each reply.
  template <class OnReply>
  void read_replies(std::string_view bytes, Nanoseconds now, OnReply on_reply);

  /// The reply to the oldest command, which is one of the connection.
  void on_reply_to_connection(const Exchange::Command& answered, const smtp::Reply& reply, Nanoseconds now);
  /// No command waits for this reply. `content`: the command whose content is being sent, or
  /// `greeting` if none is.
  void on_unasked_reply(const smtp::Reply& reply, SmtpCommand content, Nanoseconds now);

  /// Gives the connection up. What the server said was told.
  void give_up(std::string_view name, Nanoseconds now);

  [[nodiscard]] ServerWords words_of(const smtp::Reply& reply, std::string_view name, unsigned command);
  /// Fit to be shown: some servers repeat what they were sent.
  [[nodiscard]] ServerWords without_secrets(ServerWords words) const;

  Observer& observer_;
  ServerStream<smtp::ReplyParser> stream_;
  Exchange exchange_;
  AuthExchange auth_;
  smtp::Capabilities offered_;  // without its views
  bool finishing_ = false;
  unsigned effective_depth_ = 1;  // 1 unless the server offers PIPELINING

 private:
  // What the connection itself says next.
  enum class ToSend : std::uint8_t { nothing, hello, helo, starttls, xclient, auth, auth_response };

  [[nodiscard]] SmtpCommand command_to_send() const;
  void refuse_midway(const smtp::Reply& reply, SmtpCommand content, Nanoseconds now);
  void fail_by_parser(Nanoseconds now);

  // The handshake: smtp_handshake.cpp
  void on_connection_reply(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now);
  void on_hello_reply(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now);
  void on_capabilities(const smtp::Reply* ehlo, Nanoseconds now);
  void start_tls(const smtp::Reply* ehlo, Nanoseconds now);
  void await_tls(Nanoseconds now);
  void fail_in_the_clear(Nanoseconds now);
  void send_auth(CommandWriter& out, Nanoseconds now);
  void send_auth_response(CommandWriter& out, Nanoseconds now);
  bool on_auth_reply(const smtp::Reply& reply, Nanoseconds now);
  void refuse_connection(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now);
  void negotiate(Nanoseconds now);

  const SmtpConnectionPlan& connection_plan_;
  ToSend to_send_ = ToSend::nothing;
  bool in_clear_ = false;       // TLS is wanted and not there yet
  Nanoseconds tls_wanted_ = 0;  // since when, while `wants_tls()`
  bool xclient_wanted_ = false;
  std::string_view auth_response_;  // to be sent, while to_send_ says so; auth_'s
  bool login_begun_ = false;        // what the server says from now on can repeat a secret
};

template <class OnReply>
void SmtpConnection::read_replies(std::string_view bytes, Nanoseconds now, OnReply on_reply) {
  if (exchange_.over() || bytes.empty()) return;
  stream_.feed(bytes);
  smtp::ReplyParser& parser = stream_.parser();
  if (wants_tls_) fail_in_the_clear(now);
  const smtp::Reply* reply = nullptr;
  while (!exchange_.over() && (reply = parser.next()) != nullptr) on_reply(*reply);
  if (!exchange_.over() && parser.error()) fail_by_parser(now);
  stream_.end_piece();
}

}  // namespace backtalk::session
