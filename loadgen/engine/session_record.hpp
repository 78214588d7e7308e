// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One session of a load in which sessions arrive by the clock: what becomes of it.
#pragma once

#include <cstdint>
#include <string_view>

#include "session/forwarding_observer.hpp"
#include "session/session.hpp"

namespace backtalk::engine {

/// Hears what a session reports, and passes it on. Closed and open loops do without it.
///
/// A session completes if all its transactions do, and its goodbye is answered. It fails if one of
/// them fails, or the connection does, or if the connection ends before all have begun.
class SessionRecord final : public session::ForwardingObserver {
 public:
  explicit SessionRecord(session::Observer& next) : ForwardingObserver(next) {}

  /// A session arrives that is to begin so many transactions.
  void begin(const session::Ticket& arrival, std::uint64_t transactions) {
    arrival_ = arrival;
    wanted_ = transactions;
    completed_ = waited_ = idle_since_ = 0;
    in_flight_ = 0;
    failed_ = timed_out_ = unfinished_ = false;
  }
  [[nodiscard]] const session::Ticket& arrival() const { return arrival_; }
  [[nodiscard]] std::uint64_t wanted() const { return wanted_; }

  /// A transaction begins: what has passed since the one before is the session's own wait.
  void transaction_begins(std::uint64_t now) {
    if (in_flight_++ == 0 && idle_since_ != 0) waited_ += now - idle_since_;
  }
  /// The run is over before the session is.
  void give_up() { unfinished_ = true; }
  /// The connection could not be opened, or ended early.
  void fail(std::string_view reason) {
    failed_ = true;
    timed_out_ |= is_timeout(reason);
  }

  /// How it has ended, once its connection is closed. What is neither given up nor failed, and has
  /// begun too few transactions, was cut short by the server.
  [[nodiscard]] session::Ending ending() const {
    if (failed_) return session::Ending::failed;
    if (unfinished_) return session::Ending::unfinished;
    return is_whole() ? session::Ending::completed : session::Ending::failed;
  }
  /// Whatever comes, it does not complete.
  [[nodiscard]] bool is_lost() const { return failed_ || unfinished_; }
  [[nodiscard]] bool was_cut_short() const { return !failed_ && !unfinished_ && !is_whole(); }
  /// It was answered too late or not at all: no more is known of its latency than that.
  [[nodiscard]] bool timed_out() const { return timed_out_; }
  /// How long the client waited of its own accord.
  [[nodiscard]] std::uint64_t waited() const { return waited_; }

  void transaction_ended(const session::TransactionEnd& end) override {
    waited_ += end.waited + end.put_off;
    if (--in_flight_ == 0) idle_since_ = end.ended;
    switch (end.ending) {
      case session::Ending::completed: ++completed_; break;
      case session::Ending::failed: fail(end.reason); break;
      case session::Ending::unfinished: unfinished_ = true; break;
    }
    next().transaction_ended(end);
  }
  void connection_failed(std::string_view name) override {
    fail(name);
    next().connection_failed(name);
  }

 private:
  [[nodiscard]] bool is_whole() const { return completed_ == wanted_; }
  [[nodiscard]] static bool is_timeout(std::string_view reason) {
    return reason == session::kTimeout || reason == "connect-timeout" || reason == "tls-timeout" ||
           reason == session::kHandshakeUnfinished || reason == "quit-unanswered";
  }

  session::Ticket arrival_;
  std::uint64_t wanted_ = 0;
  std::uint64_t completed_ = 0;
  std::uint64_t waited_ = 0;
  std::uint64_t idle_since_ = 0;  // 0: no transaction has ended
  unsigned in_flight_ = 0;
  bool failed_ = false;
  bool timed_out_ = false;
  bool unfinished_ = false;
};

}  // namespace backtalk::engine
