// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of SMTP and LMTP (RFC 5321, RFC 2033), with PIPELINING (RFC 2920) and CHUNKING (RFC
/// 3030).
///
/// In lock step each command waits for the reply to the one before. In groups MAIL, RCPT and DATA go together
/// and the next group may ride behind the dot; DATA ends a group, because the message may only follow its
/// 354. With BDAT nothing has to wait, and up to `depth` transactions are in flight. What EHLO does not offer
/// is not used.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/smtp/ehlo.hpp"
#include "backtalk/smtp/reply_parser.hpp"
#include "session/pending_commands.hpp"
#include "session/recent_octets.hpp"
#include "session/session.hpp"
#include "session/session_context.hpp"
#include "session/smtp_plan.hpp"

namespace backtalk::session {

/// The commands that are counted and timed, in the order of their indices. GREETING is the wait for the
/// server's first reply; DOT is the end of data, answered once (LMTP: once a recipient).
enum class SmtpCommand : std::uint8_t {
  greeting,
  ehlo,
  helo,
  lhlo,
  mail,
  rcpt,
  data,
  dot,
  bdat,
  rset,
  noop,
  quit
};
inline constexpr std::array<std::string_view, 12> kSmtpCommandNames{
    "GREETING", "EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "DOT", "BDAT", "RSET", "NOOP", "QUIT"};

class SmtpSession final : public Session {
 public:
  /// `plan` and the context's observer outlive the session.
  SmtpSession(const SmtpPlan& plan, const SessionContext& context);

  void restart(Nanoseconds now) override;
  void consume(std::string_view bytes, Nanoseconds now) override;
  std::size_t produce(std::span<char> out, Nanoseconds now) override;
  [[nodiscard]] unsigned room() const override;
  void begin(const Ticket& ticket) override;
  void finish() override { finishing_ = true; }
  void end(Ending ending, std::string_view reason, Nanoseconds now) override;
  [[nodiscard]] bool ready() const override { return stage_ == Stage::ready; }
  [[nodiscard]] bool over() const override { return stage_ == Stage::over; }
  [[nodiscard]] Nanoseconds waiting_since() const override {
    // A chunk is answered when the server has all of it: while it is on its way nobody is late.
    return pending_.empty() ? 0 : std::max(pending_.oldest().sent, message_sent_);
  }

 private:
  enum class Stage : std::uint8_t {
    greeting,
    say_ehlo,
    await_ehlo,
    say_helo,
    await_helo,
    ready,
    await_quit,
    over
  };

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

  struct Transaction {
    Ticket ticket;
    Nanoseconds begun = 0;
    std::uint32_t unanswered = 0;  // commands sent for it and not answered
    std::uint32_t recipients_answered = 0;
    std::uint32_t recipients_accepted = 0;
    std::uint32_t final_replies = 0;  // LMTP: replies to the dot that have come
    std::uint32_t final_accepted = 0;
    bool mail_accepted = false;
    bool content_sent = false;  // the last byte of the message was handed out
    bool final_answered = false;
    std::string_view failure;  // why it failed; empty where it has not
  };

  class Writer;

  [[nodiscard]] bool lock_step() const { return effective_depth_ == 1; }
  [[nodiscard]] bool chunked() const { return chunking_; }
  [[nodiscard]] Transaction& at(std::uint32_t index) {
    return transactions_[index & (transactions_.size() - 1)];
  }
  [[nodiscard]] bool may_send() const { return !lock_step() || pending_.empty(); }

  bool produce_step(Writer& out, Nanoseconds now);
  void write_recipient(Writer& out, std::uint32_t which, std::uint64_t number);
  bool write_message(Writer& out);
  void sent(SmtpCommand command, Nanoseconds now, bool of_transaction);
  void advance_to_next();

  void on_reply(const smtp::Reply& reply, Nanoseconds now);
  void on_unasked_reply(const smtp::Reply& reply, Nanoseconds now);
  void refuse_midway(const smtp::Reply& reply, Nanoseconds now);
  void on_connection_reply(SmtpCommand command, const smtp::Reply& reply);
  void on_transaction_reply(SmtpCommand command, std::uint32_t index, const smtp::Reply& reply,
                            Nanoseconds now);
  bool take_final_reply(Transaction& transaction, const smtp::Reply& reply);
  void settle(std::uint32_t index, Nanoseconds now);
  void negotiate(const smtp::Reply* ehlo);
  void close_with_service(Nanoseconds now);
  void on_protocol_error(const Error& error, Nanoseconds now);

  [[nodiscard]] unsigned awaited_command() const {
    return pending_.empty() ? kNoCommand : pending_.oldest().command;
  }
  [[nodiscard]] ServerWords words_of(const smtp::Reply& reply, std::string_view name, unsigned command);
  void fail(const ServerWords& words, Nanoseconds now);
  [[nodiscard]] std::string_view connection_failure(Ending ending, std::string_view reason) const;
  void close(Ending ending, std::string_view reason, const ServerWords* words, Nanoseconds now);
  [[nodiscard]] bool has_undecided_transaction();
  void end_transactions(Ending ending, std::string_view reason, Nanoseconds now);

  const SmtpPlan& plan_;
  Observer& observer_;
  smtp::ReplyParser parser_;
  RecentOctets heard_;
  PendingCommands pending_;
  Stage stage_ = Stage::over;
  Step step_ = Step::none;
  bool finishing_ = false;
  bool quit_sent_ = false;
  bool needs_reset_ = false;
  bool chunking_ = false;
  unsigned effective_depth_ = 1;
  std::uint64_t completed_here_ = 0;
  // Transactions in flight are [first_, end_); the one being sent, or to be sent next, is sending_.
  std::vector<Transaction> transactions_;
  std::uint32_t first_ = 0;
  std::uint32_t sending_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t recipient_ = 0;   // the next RCPT's index
  std::uint64_t message_at_ = 0;  // how much of the message was handed out
  Nanoseconds message_sent_ = 0;  // when a stretch of a message was last handed out
  std::string mail_parameters_;   // " SIZE=1024 BODY=8BITMIME", as far as EHLO offers them
};

}  // namespace backtalk::session
