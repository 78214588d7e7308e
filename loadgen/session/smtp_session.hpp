// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client of SMTP and LMTP that sends messages, with PIPELINING (RFC 2920) and CHUNKING (RFC
/// 3030).
///
/// In lock step each command waits for the reply to the one before. In groups MAIL, RCPT and DATA
/// go together and the next group may ride behind the dot; DATA ends a group, because the message
/// may only follow its 354. With BDAT nothing has to wait, and up to `depth` transactions are in
/// flight. What EHLO does not offer is not used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "session/smtp_connection.hpp"
#include "session/smtp_plan.hpp"

namespace backtalk::session {

class SmtpSession final : public SmtpConnection {
 public:
  using Plan = SmtpPlan;

  /// `plan` and the context's observer outlive the session.
  SmtpSession(const SmtpPlan& plan, const SessionContext& context);

  void restart(Nanoseconds now) override;
  void consume(std::string_view bytes, Nanoseconds now) override;
  std::size_t produce(std::span<char> out, Nanoseconds now) override;
  [[nodiscard]] unsigned room() const override;
  void begin(const Ticket& ticket) override;

 private:
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
  [[nodiscard]] bool messages_are_alike() const { return plan_.messages == nullptr; }
  // Of the transaction that is being sent.
  [[nodiscard]] const WireMessage& message() const {
    return messages_are_alike() ? plan_.message
                                : plan_.messages->message(exchange_.ticket(exchange_.sending()).number);
  }
  // What is filled in in its addresses.
  [[nodiscard]] CommandValues values() const;
  [[nodiscard]] Received& received(std::uint32_t transaction) {
    return received_[exchange_.slot(transaction)];
  }

  void on_offer(Nanoseconds now) override;
  void on_reply(const smtp::Reply& reply, Nanoseconds now);
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
  void send_identity(CommandWriter& out);
  [[nodiscard]] std::uint64_t chunk_octets() const;
  void send_lone_dot(CommandWriter& out, Nanoseconds now);
  void transaction_sent(SmtpCommand command, Nanoseconds now);
  void finish_sending(Nanoseconds now);
  void on_transaction_reply(const Exchange::Command& command, const smtp::Reply& reply, Nanoseconds now);
  void on_mail_reply(std::uint32_t transaction, const smtp::Reply& reply);
  void on_recipient_reply(std::uint32_t transaction, const smtp::Reply& reply);
  void on_data_reply(std::uint32_t transaction, const smtp::Reply& reply, Nanoseconds now);
  [[nodiscard]] bool on_final_reply(const Exchange::Command& command, const smtp::Reply& reply);
  void tell_fate(std::uint32_t transaction, Nanoseconds now);
  void stop_sending_what_failed(std::uint32_t transaction, Nanoseconds now);

  const SmtpPlan& plan_;
  Step step_ = Step::none;
  bool needs_reset_ = false;
  bool chunking_ = false;
  std::vector<Received> received_;  // by the exchange's slots
  std::uint32_t recipient_ = 0;     // the next RCPT's index
  std::uint64_t message_at_ = 0;    // how much of the message was handed out
  bool identified_ = false;         // the field before it was
  std::string mail_parameters_;     // as far as EHLO offers them; SIZE only if all are equal
};

}  // namespace backtalk::session
