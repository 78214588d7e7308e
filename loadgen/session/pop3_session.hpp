// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of POP3 (RFC 1939), with CAPA (RFC 2449), STLS (RFC 2595), APOP and SASL (RFC
/// 5034). What it says once it has logged in is data: the plan's script, one pass of which is one
/// transaction.
///
/// In lock step each command waits for the answer to the one before. Where CAPA offers PIPELINING,
/// up to `depth` commands are in flight: those of a pass that the script lets go out together, and
/// the first of the next pass behind the last of this one. CAPA is asked for only if that, STLS
/// or AUTH depends on it. The login is always in lock step.
///
/// An answer that is not the expected one fails its transaction, and of a pass that has failed
/// nothing more goes out. With `Script::connection_a_pass` a pass is all that is said on a
/// connection: greeting, login, commands, QUIT; it completes with the +OK to QUIT.
///
/// With STLS nothing but CAPA and STLS goes out in the clear. If it is not offered or is refused,
/// or if anything follows its acceptance in the clear, the connection fails before the login.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/response_parser.hpp"
#include "session/auth_exchange.hpp"
#include "session/captured_words.hpp"
#include "session/command_writer.hpp"
#include "session/exchange.hpp"
#include "session/pause.hpp"
#include "session/pop3_commands.hpp"
#include "session/pop3_plan.hpp"
#include "session/pop3_verify.hpp"
#include "session/pop3_watch.hpp"
#include "session/sent_stamp.hpp"
#include "session/server_stream.hpp"
#include "session/session.hpp"
#include "session/session_context.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::session {

class Pop3Session final : public Session {
 public:
  using Plan = Pop3Plan;

  /// `plan` and the context's observer outlive the session.
  Pop3Session(const Pop3Plan& plan, const SessionContext& context);

  void restart(Nanoseconds now) override;
  void consume(std::string_view bytes, Nanoseconds now) override;
  std::size_t produce(std::span<char> out, Nanoseconds now) override;
  [[nodiscard]] unsigned room() const override;
  void begin(const Ticket& ticket) override;
  void finish() override { finishing_ = true; }
  void end(Ending ending, std::string_view reason, Nanoseconds now) override;
  [[nodiscard]] bool ready() const override { return exchange_.ready(); }
  [[nodiscard]] bool over() const override { return exchange_.over(); }
  [[nodiscard]] Nanoseconds waiting_since() const override {
    return wants_tls_ ? tls_wanted_ : exchange_.waiting_since();
  }
  void tls_established(Nanoseconds now) override;
  void wake(Nanoseconds now) override;

 private:
  // Where the conversation is.
  enum class At : std::uint8_t {
    handshake,  // greeting, CAPA, STLS, login
    once,       // the script's commands before the first pass
    passes,
    end,     // the script's commands before the goodbye
    leaving  // QUIT is sent
  };

  // What the handshake says next.
  enum class ToSend : std::uint8_t { nothing, capa, stls, user, pass, apop, auth, sasl_response };

  // The response that is being read.
  struct Answer {
    std::uint16_t status = kNoStatus;
    bool ok = false;           // +OK
    std::string_view failure;  // under which it is counted; empty: it lets the conversation go on
    std::uint64_t offset = 0;  // of its first line
  };

  // The connection: pop3_session.cpp
  bool send_next(CommandWriter& out, Nanoseconds now);
  void expect_answer(Pop3Command command, pop3::Expect form);
  void sent(Pop3Command command, pop3::Expect form, const ScriptCommand* script_command, Nanoseconds now);
  void read_events(Nanoseconds now);
  void on_event(const pop3::Event& event, Nanoseconds now);
  void on_status(const pop3::Status& status, Nanoseconds now);
  void on_answer(Nanoseconds now);
  void fail_by_parser(Nanoseconds now);
  [[nodiscard]] ServerWords without_secrets(ServerWords words) const;
  void refuse_connection(std::string_view name, Nanoseconds now);
  [[nodiscard]] std::string_view judge(const pop3::Status& status, const Exchange::Command& command);
  [[nodiscard]] ServerWords words_of(const pop3::Status& status, std::string_view name, unsigned command);
  [[nodiscard]] const ScriptCommand*& asked(std::uint32_t tag) { return asked_[tag & (asked_.size() - 1)]; }
  // What the command with that number asks for, if answers are verified.
  [[nodiscard]] Pop3Verify::Asked& to_verify(std::uint32_t tag) {
    return to_verify_[tag & (to_verify_.size() - 1)];
  }
  [[nodiscard]] const ScriptCommand* asked(std::uint32_t tag) const {
    return asked_[tag & (asked_.size() - 1)];
  }

  // Its handshake: pop3_handshake.cpp
  bool send_handshake(CommandWriter& out, Nanoseconds now);
  bool send_line(CommandWriter& out, Pop3Command command, pop3::Expect form, Nanoseconds now);
  bool send_pass(CommandWriter& out, Nanoseconds now);
  bool send_auth(CommandWriter& out, Nanoseconds now);
  bool send_response(CommandWriter& out, Nanoseconds now);
  void on_greeting(const pop3::Status& status);
  void on_challenge(const pop3::Status& status, Nanoseconds now);
  void on_handshake_answer(Pop3Command command, Nanoseconds now);
  [[nodiscard]] std::string_view judge_auth(bool ok) const;
  void ask_capabilities(Nanoseconds now);
  void after_capabilities(Nanoseconds now);
  void forget_capabilities();
  void begin_login(Nanoseconds now);
  void begin_login_by(ToSend command, bool offered, Nanoseconds now);
  void logged_in();
  void await_tls(Nanoseconds now);
  void fail_in_the_clear(Nanoseconds now);

  // What the script says: pop3_passes.cpp
  void begin_passes();
  bool send_of_connection(CommandWriter& out, const std::vector<ScriptCommand>& commands, Nanoseconds now);
  [[nodiscard]] bool waits(const ScriptCommand& command) const;
  bool send_of_pass(CommandWriter& out, Nanoseconds now);
  bool send_quit(CommandWriter& out, bool of_pass, Nanoseconds now);
  std::string_view write(CommandWriter& out, const ScriptCommand& command, std::uint64_t number,
                         std::size_t captured_row);
  [[nodiscard]] std::string_view capture(const ScriptCommand& command, const pop3::Status& status);
  [[nodiscard]] std::optional<TextDifference> text_difference(const ScriptCommand& command,
                                                              const pop3::Status& status);
  void feed_body(std::string_view octets);
  void verify_answer(const Exchange::Command& command);
  void on_other_body();
  void count_messages(const pop3::Status& status, Nanoseconds now);
  void sent_of_pass(Pop3Command command, pop3::Expect form, const ScriptCommand* script_command,
                    Nanoseconds now);
  void skip_rest_of_pass(Nanoseconds now);
  void finish_pass(Nanoseconds now);
  bool enter_block(const ScriptPass& pass);
  void go_on_in_block(const ScriptPass& pass);
  [[nodiscard]] bool holds(const ThinkTime& wait, Nanoseconds now);
  void rest_after_pass(Nanoseconds now);
  void on_pass_answer(const Exchange::Command& command, Nanoseconds now);
  void on_script_answer(Nanoseconds now);
  [[nodiscard]] std::size_t commands_of(const ScriptPass& pass) const;
  [[nodiscard]] bool connection_a_pass() const { return plan_.script.connection_a_pass; }

  const Pop3Plan& plan_;
  Observer& observer_;
  Exchange exchange_;
  ServerStream<pop3::ResponseParser> stream_;
  AuthExchange auth_;
  SplitMix64 random_;
  const bool waits_;  // within passes
  Pause pause_;
  const ThinkTime* last_wait_ = nullptr;     // of the pass in flight, behind its last answer
  std::vector<const ScriptCommand*> asked_;  // by the exchange's numbers; null: not of the script
  std::vector<const ScriptPass*> passes_;    // by the exchange's slots
  CapturedWords captured_;
  PassOrder order_{1};                 // of all passes
  std::size_t pass_commands_max_ = 1;  // of the longest pass

  At at_ = At::handshake;
  ToSend to_send_ = ToSend::nothing;
  bool in_clear_ = false;       // TLS is wanted and not there yet
  Nanoseconds tls_wanted_ = 0;  // since when, while `wants_tls()`
  bool finishing_ = false;
  bool begun_ = false;        // a transaction, on this connection
  bool login_begun_ = false;  // what the server says from now on can repeat a secret
  unsigned effective_depth_ = 1;
  pop3::Capabilities offered_;
  std::string digest_;              // for APOP; empty if the greeting has no timestamp
  std::string_view sasl_response_;  // of `auth_`; to be sent
  std::string_view auth_failure_;   // what was wrong with a challenge
  Answer answer_;
  BodyMatch body_;                                 // of the answer that is being read
  SentStamp stamp_;                                // of the message that is being read
  Pop3Watch watch_;                                // unused unless the plan says so
  Pop3Verify verify_;                              // likewise
  std::vector<Pop3Verify::Asked> to_verify_;       // by the exchange's numbers; likewise
  Pop3Verify::Asked written_;                      // what was written last asks for; likewise
  std::uint32_t messages_ = 0;                     // in the mailbox, as far as is known
  unsigned stats_waiting_ = 0;                     // STATs that wait for their answers
  pop3::Expect form_ = pop3::Expect::single_line;  // of the answer to what was written last
  std::size_t waiting_ = 0;                        // commands that wait for their answers
  // Commands of transactions that have begun, sent or not, and not answered.
  std::size_t owed_ = 0;
  std::size_t next_ = 0;         // of what is being sent: the index of the next command
  std::uint32_t each_ = 0;       // the message for which a block's commands are said; 0: none is
  std::uint32_t each_last_ = 0;  // of that block
};

}  // namespace backtalk::session
