// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of SMTP and LMTP (RFC 5321, RFC 2033), with PIPELINING (RFC 2920) and
/// CHUNKING (RFC 3030).
///
/// In lock step each command waits for the reply to the one before. In groups MAIL, RCPT and DATA
/// go together and the next group may ride behind the dot; DATA ends a group, because the message
/// may only follow its 354. With BDAT nothing has to wait, and up to `depth` transactions are in
/// flight. What EHLO does not offer is not used.
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
#include <string>
#include <string_view>
#include <vector>

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

class SmtpSession final : public Session {
 public:
  using Plan = SmtpPlan;

  /// `plan` and the context's observer outlive the session.
  SmtpSession(const SmtpPlan& plan, const SessionContext& context);

  void restart(Nanoseconds now) override;
  void consume(std::string_view bytes, Nanoseconds now) override;
  std::size_t produce(std::span<char> out, Nanoseconds now) override;
  [[nodiscard]] unsigned room() const override;
  void begin(const Ticket& ticket) override;
  void finish() override { finishing_ = true; }
  void end(Ending ending, std::string_view reason, Nanoseconds now) override;
  [[nodiscard]] bool ready() const override { return exchange_.ready(); }
  [[nodiscard]] bool over() const override { return exchange_.over(); }
  [[nodiscard]] Nanoseconds asked_since() const override { return exchange_.asked_since(); }
  [[nodiscard]] Nanoseconds waiting_since() const override {
    return wants_tls_ ? tls_wanted_ : exchange_.waiting_since();
  }
  void tls_established(Nanoseconds now) override;

 private:
  // What the connection itself says next.
  enum class ToSend : std::uint8_t { nothing, hello, helo, starttls, xclient, auth, auth_response };

  // What is handed out next for the transaction that is being sent.
  enum class Step : std::uint8_t {
    none,   // no transaction is being sent
    reset,  // RSET, where the one before left its transaction open
    mail,
    recipients,  // RCPT, one for each recipient
    content,     // DATA or BDAT, or NOOP/RSET where those are exercised
    await_go,    // DATA is sent: the message waits for its 354
    message,     // the message, with its dot or as a chunk
    lone_dot     // 354 though nobody is to receive it: an empty message ends it (RFC 2920 3.1)
  };

  // How the server has received a transaction so far.
  struct Received {
    std::uint32_t recipients_answered = 0;
    std::uint32_t recipients_accepted = 0;
    std::uint32_t final_replies = 0;  // LMTP: replies to the dot that have come
    std::uint32_t final_accepted = 0;
    bool mail_accepted = false;
  };

  [[nodiscard]] bool lock_step() const { return effective_depth_ == 1; }
  [[nodiscard]] bool chunked() const { return chunking_; }
  [[nodiscard]] bool sends_messages() const { return plan_.exercise == SmtpPlan::Exercise::message; }
  [[nodiscard]] bool may_send() const { return !lock_step() || exchange_.all_answered(); }
  [[nodiscard]] Received& received(std::uint32_t transaction) {
    return received_[exchange_.slot(transaction)];
  }

  // The connection: smtp_session.cpp
  void send_connection_command(CommandWriter& out, Nanoseconds now);
  void sent(SmtpCommand command, Nanoseconds now);
  void on_reply(const smtp::Reply& reply, Nanoseconds now);
  void on_unasked_reply(const smtp::Reply& reply, Nanoseconds now);
  void refuse_midway(const smtp::Reply& reply, Nanoseconds now);
  [[nodiscard]] SmtpCommand command_to_send() const;
  [[nodiscard]] ServerWords words_of(const smtp::Reply& reply, std::string_view name, unsigned command);
  [[nodiscard]] ServerWords without_secrets(ServerWords words) const;

  // What is said before the first transaction: smtp_handshake.cpp
  void on_connection_reply(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now);
  void on_hello_reply(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now);
  void on_offer(const smtp::Reply* ehlo, Nanoseconds now);
  void start_tls(const smtp::Reply* ehlo, Nanoseconds now);
  void await_tls(Nanoseconds now);
  void fail_in_the_clear(Nanoseconds now);
  void send_auth(CommandWriter& out, Nanoseconds now);
  void send_auth_response(CommandWriter& out, Nanoseconds now);
  bool on_auth_reply(const smtp::Reply& reply, Nanoseconds now);
  void refuse_connection(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now);
  void give_up(std::string_view name, Nanoseconds now);
  void negotiate(Nanoseconds now);
  void note_what_is_not_offered();
  void choose_mail_parameters();

  // Its transactions: smtp_transactions.cpp
  bool send_step(CommandWriter& out, Nanoseconds now);
  bool begin_sending();
  void send_reset(CommandWriter& out, Nanoseconds now);
  void send_mail(CommandWriter& out, Nanoseconds now);
  void send_recipient(CommandWriter& out, Nanoseconds now);
  void send_content_command(CommandWriter& out, Nanoseconds now);
  void send_exercise(CommandWriter& out, Nanoseconds now);
  void send_message(CommandWriter& out, Nanoseconds now);
  void send_lone_dot(CommandWriter& out, Nanoseconds now);
  void transaction_sent(SmtpCommand command, Nanoseconds now);
  void finish_sending(Nanoseconds now);
  void on_transaction_reply(const Exchange::Command& command, const smtp::Reply& reply, Nanoseconds now);
  void on_mail_reply(std::uint32_t transaction, const smtp::Reply& reply);
  void on_recipient_reply(std::uint32_t transaction, const smtp::Reply& reply);
  void on_data_reply(std::uint32_t transaction, const smtp::Reply& reply, Nanoseconds now);
  [[nodiscard]] bool on_final_reply(const Exchange::Command& command, const smtp::Reply& reply);
  void stop_sending_what_failed(std::uint32_t transaction, Nanoseconds now);

  const SmtpPlan& plan_;
  Observer& observer_;
  ServerStream<smtp::ReplyParser> stream_;
  Exchange exchange_;
  ToSend to_send_ = ToSend::nothing;
  bool in_clear_ = false;       // TLS is wanted and not there yet
  Nanoseconds tls_wanted_ = 0;  // since when, while `wants_tls()`
  bool xclient_wanted_ = false;
  AuthExchange auth_;
  std::string_view auth_response_;  // to be sent, while to_send_ says so; auth_'s
  smtp::Capabilities offered_;      // without its views
  Step step_ = Step::none;
  bool finishing_ = false;
  bool login_begun_ = false;  // what the server says from now on can repeat a secret
  bool needs_reset_ = false;
  bool chunking_ = false;
  unsigned effective_depth_ = 1;
  std::vector<Received> received_;  // by the exchange's slots
  std::uint32_t recipient_ = 0;     // the next RCPT's index
  std::uint64_t message_at_ = 0;    // how much of the message was handed out
  std::string mail_parameters_;     // " SIZE=1024 BODY=8BITMIME", as far as EHLO offers them
};

}  // namespace backtalk::session
