// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client of SMTP and LMTP that says what a script says: one pass of it is one transaction.
///
/// In lock step each command waits for the reply to the one before. With a larger depth, and where
/// EHLO offers PIPELINING (RFC 2920), the commands that the script lets go out together do, and the
/// next pass begins behind the last command of this one. DATA ends a group: what follows waits for
/// its reply, and if that is no 354 although the script takes it, the message is left out.
///
/// A reply that is not the expected one fails its transaction, and of a pass that has failed
/// nothing more goes out. The next begins when all replies are there, with RSET if a message was
/// left open. If the server waits for a message that will not come, it gets an empty one, which
/// nobody receives (RFC 2920 3.1); or the connection is given up, if there are recipients.
///
/// With `Script::connection_a_pass` a pass is all that is said on a connection: greeting, login,
/// commands, QUIT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "session/captured_words.hpp"
#include "session/pause.hpp"
#include "session/smtp_connection.hpp"
#include "session/smtp_script_plan.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::session {

class SmtpScriptSession final : public SmtpConnection {
 public:
  using Plan = SmtpScriptPlan;

  /// `plan` and the context's observer outlive the session.
  SmtpScriptSession(const SmtpScriptPlan& plan, const SessionContext& context);

  void restart(Nanoseconds now) override;
  void consume(std::string_view bytes, Nanoseconds now) override;
  std::size_t produce(std::span<char> out, Nanoseconds now) override;
  [[nodiscard]] unsigned room() const override;
  void begin(const Ticket& ticket) override;
  void wake(Nanoseconds now) override;
  void end(Ending ending, std::string_view reason, Nanoseconds now) override;

 private:
  // Where the conversation is.
  enum class At : std::uint8_t {
    handshake,  // greeting, EHLO, STARTTLS, login
    once,       // the script's commands before the first pass
    passes,
    end,     // the script's commands before the goodbye
    leaving  // QUIT is sent
  };

  // The message that the server has been told of, by the replies that have come.
  struct Envelope {
    bool open = false;     // MAIL was accepted
    bool of_pass = false;  // it was a pass's, and not the connection's
    std::uint32_t recipients = 0;
  };

  void on_offer(Nanoseconds now) override;
  [[nodiscard]] bool may_follow() const;
  [[nodiscard]] bool lock_step() const { return effective_depth_ == 1; }
  [[nodiscard]] bool connection_a_pass() const { return plan_.script.connection_a_pass; }
  [[nodiscard]] const ScriptCommand*& asked(std::uint32_t tag) { return asked_[tag & asked_mask_]; }

  // What is sent: smtp_script_sending.cpp
  bool send_next(CommandWriter& out, Nanoseconds now);
  bool send_of_connection(CommandWriter& out, Nanoseconds now);
  bool send_of_pass(CommandWriter& out, Nanoseconds now);
  bool begin_end();
  bool settle(CommandWriter& out, Nanoseconds now);
  bool send_command(CommandWriter& out, const ScriptCommand& command, Nanoseconds now);
  void add(CommandWriter& out, const CommandTemplate& text);
  void fill_in(CommandWriter& out, const ScriptCommand& command);
  bool give_up_command(Nanoseconds now);
  bool send_content(CommandWriter& out, Nanoseconds now);
  bool send_part(CommandWriter& out, const ScriptLiteral& part, Nanoseconds now);
  void fail_midway(Nanoseconds now);
  void send_lone_dot(CommandWriter& out, Nanoseconds now);
  bool send_goodbye(CommandWriter& out, Nanoseconds now);
  bool send_quit_of_pass(CommandWriter& out, Nanoseconds now);
  void ask(const ScriptCommand* command, SmtpCommand name, Nanoseconds now);
  void command_sent_whole(const ScriptCommand& command, Nanoseconds now);
  void finish_pass_if_whole(Nanoseconds now) {
    if (left_.empty() && of_pass() && !connection_a_pass()) finish_pass(now);
  }
  void finish_pass(Nanoseconds now);
  void skip_rest_of_pass(Nanoseconds now);
  [[nodiscard]] bool holds(Nanoseconds now);
  void rest_after_pass(Nanoseconds now);
  [[nodiscard]] CommandValues values();
  [[nodiscard]] const WireMessage& message() const;
  [[nodiscard]] bool of_pass() const { return at_ == At::passes; }
  [[nodiscard]] bool has_next(SmtpCommand command) const {
    return !left_.empty() && static_cast<SmtpCommand>(left_.front().command) == command;
  }
  [[nodiscard]] SmtpCommand content_command() const;

  // What is answered
  void on_reply(const smtp::Reply& reply, Nanoseconds now);
  [[nodiscard]] bool take_success(const smtp::Reply& reply, Nanoseconds now);
  void on_script_reply(const Exchange::Command& answered, const smtp::Reply& reply, Nanoseconds now);
  void on_reply_of_pass(const Exchange::Command& answered, const smtp::Reply& reply, Nanoseconds now);
  void on_reply_of_section(const Exchange::Command& answered, const smtp::Reply& reply,
                           std::string_view failure, Nanoseconds now);
  void on_data_reply(const smtp::Reply& reply, bool failed, Nanoseconds now);
  [[nodiscard]] std::uint16_t expected_status(const ScriptCommand* command) const;
  [[nodiscard]] std::string_view judge(const smtp::Reply& reply, const Exchange::Command& answered,
                                       const ScriptCommand* command);
  void on_unexpected(const smtp::Reply& reply, const Exchange::Command& answered,
                     const ScriptCommand* command, std::string_view failure);
  [[nodiscard]] std::optional<TextDifference> text_difference(const ScriptCommand& command,
                                                              const smtp::Reply& reply);
  [[nodiscard]] bool capture(const ScriptCommand& command, const Exchange::Command& answered,
                             const smtp::Reply& reply);
  [[nodiscard]] std::size_t row_of(const Exchange::Command& answered) const {
    return answered.of_transaction ? exchange_.slot(answered.transaction) : captured_.connection_row();
  }
  void track(const Exchange::Command& answered, const ScriptCommand* command, const smtp::Reply& reply);
  [[nodiscard]] std::uint32_t line_of_reply(const ScriptCommand& command) const;
  [[nodiscard]] bool is_last_reply(const ScriptCommand* command) const;

  const SmtpScriptPlan& plan_;
  SplitMix64 random_;
  std::vector<const ScriptCommand*> asked_;  // by the exchange's numbers; null: not of the script
  std::size_t asked_mask_ = 0;
  std::vector<const ScriptPass*> passes_;  // by the exchange's slots
  CapturedWords captured_;
  PassOrder order_{1};        // of all passes
  const bool waits_;          // within passes
  bool goes_at_once_ = true;  // every pass does: none of its commands waits for a reply
  bool needs_chunking_ = false;

  At at_ = At::handshake;
  Pause pause_;
  const ThinkTime* last_wait_ = nullptr;    // of the pass in flight, behind its last reply
  bool begun_ = false;                      // a transaction, on this connection
  std::uint32_t newest_ = 0;                // the transaction that was begun last
  std::span<const ScriptCommand> left_;     // of what is being sent: the commands that come next
  bool in_pass_ = false;                    // a command of the pass that is being sent was sent
  std::size_t recipients_named_ = 0;        // by {to}, in RCPTs of the pass that is being sent
  std::size_t recipient_ = 0;               // which of them {to} stands for
  Nanoseconds now_ = 0;                     // of what is being sent
  bool awaits_go_ = false;                  // DATA is sent: nothing else is before its reply
  bool lone_dot_ = false;                   // to be sent
  bool unsettled_ = false;                  // a pass has failed: the next one waits
  const ScriptCommand* content_ = nullptr;  // whose content is being sent
  std::size_t part_ = 0;                    // of it
  std::uint64_t message_at_ = 0;            // in that part, if it is the run's message
  Envelope envelope_;
  std::uint32_t replies_ = 0;  // that have come to the end of a message, of several
};

}  // namespace backtalk::session
