// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of IMAP (RFC 3501, RFC 9051). What it says once it has logged in is data: the
/// plan's script, one pass of which is one transaction.
///
/// Up to `depth` commands are in flight, each with a tag of its own, by which its answer is found
/// in whatever order answers come. What could be ambiguous waits (imap_ambiguity.hpp). Literals go
/// out with their command if the server has LITERAL+ or LITERAL- (RFC 7888), or else when it says
/// "+".
///
/// An answer that is not the expected one fails its transaction, and of a pass that has failed
/// nothing more goes out. Untagged data is never taken for an answer; what no command has asked for
/// is counted. An answer to no command, or one before the whole command was sent, ends the
/// connection, because what came before it cannot be trusted either. A response whose content is
/// malformed does not, as long as its end is known.
///
/// With STARTTLS nothing but CAPABILITY and STARTTLS goes out in the clear. If it is not offered or
/// is refused, if the server greets with PREAUTH, or if anything follows its acceptance in the
/// clear, the connection fails before the login.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/capability.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "backtalk/imap/write.hpp"
#include "session/auth_exchange.hpp"
#include "session/captured_words.hpp"
#include "session/command_writer.hpp"
#include "session/exchange.hpp"
#include "session/imap_arrivals.hpp"
#include "session/imap_commands.hpp"
#include "session/imap_mailbox.hpp"
#include "session/imap_plan.hpp"
#include "session/imap_verify.hpp"
#include "session/imap_watch.hpp"
#include "session/pause.hpp"
#include "session/server_stream.hpp"
#include "session/session.hpp"
#include "session/session_context.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::session {

class ImapSession final : public Session {
 public:
  using Plan = ImapPlan;

  /// `plan` and the context's observer outlive the session.
  ImapSession(const ImapPlan& plan, const SessionContext& context);

  void restart(Nanoseconds now) override;
  void consume(std::string_view bytes, Nanoseconds now) override;
  std::size_t produce(std::span<char> out, Nanoseconds now) override;
  [[nodiscard]] unsigned room() const override;
  void begin(const Ticket& ticket) override;
  void finish() override;
  void end(Ending ending, std::string_view reason, Nanoseconds now) override;
  void wake(Nanoseconds now) override;
  [[nodiscard]] bool ready() const override { return exchange_.ready(); }
  [[nodiscard]] bool over() const override { return exchange_.over(); }
  [[nodiscard]] Nanoseconds asked_since() const override { return exchange_.asked_since(); }
  [[nodiscard]] Nanoseconds waiting_since() const override {
    return wants_tls_ ? tls_wanted_ : exchange_.waiting_since();
  }
  void tls_established(Nanoseconds now) override;

  /// How many messages the selected mailbox has, by what the server has said of it; 0 if none is
  /// selected.
  [[nodiscard]] std::uint32_t messages() const { return mailbox_.messages(); }
  /// The server has said how many messages the selected mailbox has.
  [[nodiscard]] bool knows_messages() const { return mailbox_.knows_messages(); }

 private:
  using ScriptStep = ImapScript::Command;

  // Where the conversation is.
  enum class At : std::uint8_t {
    handshake,  // greeting, CAPABILITY, STARTTLS, login
    once,       // the script's commands before the first pass
    passes,
    end,     // the script's commands before the goodbye
    leaving  // LOGOUT is sent
  };

  // What the handshake says next.
  enum class ToSend : std::uint8_t { nothing, capability, starttls, login };

  // What is handed out next of the command that is being sent.
  enum class Step : std::uint8_t {
    none,          // no command is half sent
    await_go,      // a literal is announced: its octets wait for "+"
    message,       // a literal that is the run's message
    rest,          // any other literal, and what follows it
    login_rest,    // what follows of LOGIN or AUTHENTICATE: up to where it waits for "+"
    challenge,     // AUTHENTICATE waits for a challenge
    await_idling,  // IDLE is sent: "+" says that it has begun
    idling,
    done  // DONE
  };

  // A command in flight, beside what the exchange knows of it.
  struct Pending {
    const ScriptStep* step = nullptr;  // null: not of the script
    std::uint64_t arrivals = 0;        // untagged responses before it
    ImapDataSet asks = 0;
    ImapOrder order;
    std::uint32_t seen = 0;           // of the untagged lines that are compared, a bit each
    std::uint32_t message = 0;        // FETCH of a single message: its number or UID; 0: of several
    std::string_view violation = {};  // what was wrong with the data; empty: nothing
  };

  // What the server can do.
  struct Offers {
    bool known = false;
    bool starttls = false;
    bool logindisabled = false;
    bool sasl_ir = false;
    bool mechanism = false;  // AUTH= that of the login
    bool idle = false;
    imap::StringRules strings;
  };

  [[nodiscard]] Pending& pending(std::uint32_t tag) { return pending_[tag & (pending_.size() - 1)]; }
  [[nodiscard]] std::uint32_t sent(ImapCommand command, const ScriptStep* step, const ImapOrder& order,
                                   Nanoseconds now);
  void settle(std::uint32_t tag);
  [[nodiscard]] ServerWords words_of(const imap::Response& response, std::string_view name, unsigned command);
  [[nodiscard]] ServerWords without_secrets(ServerWords words) const;
  void refuse_connection(std::string_view name, Nanoseconds now) {
    exchange_.close(Ending::failed, name, nullptr, now);
  }
  // True if what is sent now belongs to a transaction.
  [[nodiscard]] bool of_transaction() const { return at_ == At::passes || (connection_a_pass_ && begun_); }

  // What comes in: imap_answers.cpp
  void read_responses(Nanoseconds now);
  void on_response(const imap::Response& response, Nanoseconds now);
  void on_greeting(const imap::Response& response, Nanoseconds now);
  void on_continuation(const imap::Response& response, Nanoseconds now);
  void on_idling(Nanoseconds now);
  void on_untagged(const imap::Response& response, Nanoseconds now);
  void on_bye(const imap::Response& response, Nanoseconds now);
  void on_tagged(const imap::Response& response, Nanoseconds now);
  void on_idle_cut_short(const imap::Response& response, Nanoseconds now);
  void on_answer(std::uint32_t tag, const imap::Response& response, Nanoseconds now);
  void on_script_answer(std::string_view failure, Nanoseconds now);
  [[nodiscard]] std::string_view judge(const imap::Response& response, const Exchange::Command& command,
                                       const Pending& answered);
  [[nodiscard]] std::string_view wrong_tag(const std::optional<std::uint32_t>& tag) const;
  void stop_sending(Nanoseconds now);
  void keep_untagged(ImapData kind, const imap::Response& response);
  void see_untagged(const imap::Response& response);
  [[nodiscard]] std::optional<TextDifference> text_difference(const ScriptStep& step, const Pending& answered,
                                                              const imap::Response& response);
  [[nodiscard]] std::string_view keep_tagged(const Exchange::Command& command, const ScriptStep& step,
                                             const imap::Response& response);
  [[nodiscard]] std::size_t row_of(const Exchange::Command& command) const;
  void verify_untagged(ImapData kind, const imap::Response& response);
  [[nodiscard]] std::optional<std::uint32_t> asked_for_body(const ImapVerify::Fetched& fetched,
                                                            bool& is_other);
  void blame(std::optional<std::uint32_t> tag, const Violation& found, std::uint64_t offset);

  // The handshake: imap_handshake.cpp
  bool send_handshake(CommandWriter& out, Nanoseconds now);
  bool send_plain(CommandWriter& out, ImapCommand command, Nanoseconds now);
  bool send_login(CommandWriter& out, Nanoseconds now);
  [[nodiscard]] bool write_login();
  void write_authenticate();
  void on_challenge(const imap::Response& response);
  [[nodiscard]] std::string_view judge_login(ImapCommand command) const;
  bool send_login_text(CommandWriter& out, Nanoseconds now);
  void proceed(Nanoseconds now);
  void on_handshake_answer(ImapCommand command, const imap::Response& response, Nanoseconds now);
  void on_logged_in();
  void take_code(std::span<const imap::Token> code);
  void take_capabilities(imap::Siblings names);
  void await_tls(Nanoseconds now);
  void fail_in_the_clear(Nanoseconds now);

  // What the script says: imap_passes.cpp
  bool send_next(CommandWriter& out, Nanoseconds now);
  bool send_of_connection(CommandWriter& out, const std::vector<ScriptStep>& steps, Nanoseconds now);
  bool send_of_pass(CommandWriter& out, Nanoseconds now);
  bool send_logout(CommandWriter& out, Nanoseconds now);
  bool send_command(CommandWriter& out, const ScriptStep& step, Nanoseconds now);
  [[nodiscard]] std::string_view announce_literal(CommandWriter& out, const ScriptStep& step,
                                                  std::size_t index);
  bool send_message(CommandWriter& out, Nanoseconds now);
  bool send_rest(CommandWriter& out, Nanoseconds now);
  bool send_done(CommandWriter& out, Nanoseconds now);
  void command_sent_whole(Nanoseconds now);
  void end_pass(Nanoseconds now);
  void end_failed_pass(Nanoseconds now);
  void end_uneventful_pass(Nanoseconds now);
  void stop_idling(Nanoseconds now);
  [[nodiscard]] const ImapScript::Pass& pass_of_watch();
  [[nodiscard]] bool holds(const ThinkTime& wait, Nanoseconds now);
  [[nodiscard]] bool holds_goodbye(Nanoseconds now);
  void rest_after_pass(Nanoseconds now);
  void begin_passes();
  [[nodiscard]] bool may_send(const ScriptStep& step, std::size_t unanswered);
  [[nodiscard]] bool may_wait_for_go(const ScriptStep& step) const;
  [[nodiscard]] CommandValues values();
  void give_up_step(std::string_view name, Nanoseconds now);

  const ImapPlan& plan_;
  Observer& observer_;
  AuthExchange auth_;
  const bool connection_a_pass_;
  ServerStream<imap::ResponseParser> stream_;
  Exchange exchange_;
  std::vector<Pending> pending_;                 // by the exchange's numbers
  std::vector<const ImapScript::Pass*> passes_;  // by the exchange's slots
  ImapArrivals arrivals_;
  ImapMailbox mailbox_;
  ImapWatch watch_;
  std::optional<ImapVerify> verify_;  // if answers are verified
  std::string_view late_violation_;   // of data that no command in flight can be blamed for
  CapturedWords captured_;
  SplitMix64 random_;
  Pause pause_;                           // within a pass, or during an IDLE
  const ThinkTime* last_wait_ = nullptr;  // of the pass in flight, behind its last answer

  At at_ = At::handshake;
  ToSend to_send_ = ToSend::nothing;
  Step step_ = Step::none;
  bool in_clear_ = false;       // TLS is wanted and not there yet
  Nanoseconds tls_wanted_ = 0;  // since when, while `wants_tls()`
  bool authenticated_ = false;
  bool finishing_ = false;
  bool begun_ = false;  // a transaction, on this connection
  bool greeted_ = false;
  bool login_begun_ = false;  // what the server says from now on can repeat a secret
  Offers offers_;

  std::uint32_t next_tag_ = 0;
  std::size_t in_flight_ = 0;  // commands that have a tag and no answer, IDLE to its end
  std::size_t alone_ = 0;      // those of them that are in progress alone
  std::size_t expungers_ = 0;  // those that permit EXPUNGE
  std::size_t uid_searches_ = 0;
  std::size_t keepers_ = 0;  // and those that keep words of untagged data
  std::size_t next_ = 0;     // the next command of what is being sent: an index

  const ScriptStep* sending_ = nullptr;  // the command that is half sent
  std::uint32_t sending_tag_ = 0;
  std::size_t literal_ = 0;         // its literal that is announced: an index
  std::uint64_t literal_sent_ = 0;  // octets of a message
  bool is_stamped_ = false;
  bool has_noted_wait_ = false;
  bool has_noted_polls_ = false;

  // IDLE: its tag, while it lasts, and the exchange's number for DONE, which has no tag of its own.
  std::optional<std::uint32_t> idle_tag_;
  std::optional<std::uint32_t> done_;

  std::string login_;                         // LOGIN, AUTHENTICATE, or the answer to a challenge
  std::size_t password_at_ = 0;               // in it, as far as it is LOGIN
  std::size_t login_sent_ = 0;                // octets of it
  std::string_view auth_failure_;             // of a challenge; empty if all were in order
  std::array<std::size_t, 2> login_waits_{};  // where it waits for "+"; 0: nowhere
};

}  // namespace backtalk::session
