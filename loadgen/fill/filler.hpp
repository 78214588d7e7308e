// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Fills one mailbox: what a session says is decided here, whatever connection it has. Sans-I/O.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fill/fill_plan.hpp"
#include "fill/fill_result.hpp"
#include "session/imap_script.hpp"
#include "session/session.hpp"
#include "session/wire_message.hpp"

namespace backtalk::fill {

/// Its driver calls `begin` for each connection, then drives `session()` as any other, and calls
/// `advance` before each `produce`. If the session is over and `wants_another_connection`, it may
/// begin again. `finish` once, in the end.
class Filler : protected session::Observer {
 public:
  /// The plan outlives it.
  Filler(const FillPlan& plan, std::uint64_t user);
  ~Filler() override = default;
  Filler(const Filler&) = delete;
  Filler& operator=(const Filler&) = delete;

  [[nodiscard]] virtual session::Session& session() = 0;
  /// A connection is open.
  void begin(session::Nanoseconds now);
  /// Has the session begin what it has room for, and say goodbye once all is done.
  void advance(session::Nanoseconds now);
  /// The connection could not be opened.
  void fail_to_connect(std::string_view name) { fail_mailbox(name); }
  /// The user wants no more.
  void stop() { stopped_ = true; }

  /// Some messages were not tried, and the last connection brought the mailbox further: a server
  /// may take only so many on one.
  [[nodiscard]] bool wants_another_connection() const {
    return !failed_ && !stopped_ && has_more() && stored_here_ > 0;
  }
  /// What came of the mailbox.
  [[nodiscard]] FillResult finish();

 protected:
  // Something about the mailbox that comes before its messages: true once there is nothing left.
  virtual bool prepare(session::Nanoseconds now) = 0;
  // A ticket that is none of a message has ended.
  virtual void preparation_ended(const session::TransactionEnd& end) = 0;
  // The session is to carry the message out under that number.
  virtual void hand_over(std::uint64_t number, MadeMessage&& made) = 0;
  [[nodiscard]] virtual std::string_view name_of_command(unsigned command) const = 0;

  // A message in flight.
  struct Made {
    session::WireMessage message;
    session::ImapScript::Pass pass = {};  // of IMAP: its APPEND
    std::uint64_t octets = 0;
  };
  [[nodiscard]] const Made& made(std::uint64_t number) const { return *in_flight_.at(number); }
  Made& add(std::uint64_t number, std::string_view text);
  void fail_mailbox(std::string_view name);
  [[nodiscard]] bool has_failed() const { return failed_; }
  void count_removed(std::uint64_t messages) { result_.removed += messages; }
  [[nodiscard]] const FillPlan& plan() const { return plan_; }
  [[nodiscard]] std::uint64_t user() const { return user_; }
  [[nodiscard]] session::Ticket ticket(std::uint64_t number, session::Nanoseconds now) const {
    return {.number = number, .scheduled = now};
  }

 private:
  void command_sent(unsigned, bool) override {}
  void command_answered(const session::CommandAnswer&) override {}
  void transaction_ended(const session::TransactionEnd& end) override;
  void connection_failed(std::string_view name) override;
  void server_said(const session::ServerWords& words) override;
  void note(std::string_view) override {}

  // Some messages have not been begun, or are to be sent again.
  [[nodiscard]] bool has_more() const { return !again_.empty() || next_ < plan_.shape.messages; }
  [[nodiscard]] std::uint64_t take_next();

  const FillPlan& plan_;
  const std::uint64_t user_;
  FillResult result_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Made>> in_flight_;
  std::vector<std::unique_ptr<Made>> ended_;  // the session may still look at them
  // Messages that a connection ended under, but surely not stored, and the names of those ends:
  // they are sent again before others.
  std::map<std::uint64_t, std::string_view> again_;
  std::uint64_t octets_in_flight_ = 0;
  std::uint64_t next_ = 0;         // the first message that was not begun
  std::uint64_t stored_here_ = 0;  // on this connection
  bool prepared_ = false;
  bool failed_ = false;
  bool stopped_ = false;
};

/// The filler of that user's mailbox.
[[nodiscard]] std::unique_ptr<Filler> make_filler(const FillPlan& plan, std::uint64_t user);

}  // namespace backtalk::fill
