// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One thread of the load generator: begins transactions on its connections, waits for answers, and
/// ends the run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/batch_size.hpp"
#include "engine/batch_trial.hpp"
#include "engine/client_plan.hpp"
#include "engine/connections.hpp"
#include "engine/gauges.hpp"
#include "engine/idle_queue.hpp"
#include "engine/run_state.hpp"
#include "engine/self_usage.hpp"
#include "engine/tickets.hpp"
#include "net/clock.hpp"
#include "net/timer_lead.hpp"
#include "stats/interval_series.hpp"
#include "stats/tally.hpp"

namespace backtalk::engine {

/// Constructed by one thread, run by another. Its counts may be read once `run` has returned.
class Worker {
 public:
  /// Worker `index` of `plan.threads`: drives its share of `plan.connections`, to the targets that
  /// `state` assigns to them. All references must outlive the worker.
  Worker(const ClientPlan& plan, const session::SessionFactory& make_session, RunState& state,
         unsigned index);

  /// Sets up everything that the run needs. Call it from the thread that calls `run`. Returns a
  /// sentence for the user on failure.
  [[nodiscard]] std::optional<std::string> prepare();

  /// Carries out the whole run: opens the sessions, starts the clock once all threads have theirs,
  /// and continues to the end. Returns what ended the run early, if anything did.
  [[nodiscard]] std::optional<std::string> run();

  /// Lets the other threads begin without this one, if they still wait for it: it has failed or was
  /// not run.
  void abandon() { report_opened(); }

  [[nodiscard]] const stats::Tally& tally() const { return tally_; }
  [[nodiscard]] stats::IntervalRecorder& intervals() { return intervals_; }
  /// May be read while it runs.
  [[nodiscard]] const ThreadGauges& gauges() const { return gauges_; }

 private:
  // Before the clock starts
  [[nodiscard]] std::optional<std::string> open_sessions();
  void report_opened();
  [[nodiscard]] bool opening_is_over();
  [[nodiscard]] bool opens_before_clock() const { return plan_.ramp_ns == 0 && loop_ != Loop::partly_open; }
  [[nodiscard]] bool is_refused() const;
  [[nodiscard]] bool is_greeted_slowly();
  void stop_without_session();
  void start_clock();

  // Waiting
  [[nodiscard]] int wait();
  [[nodiscard]] int wait_for_answers();
  [[nodiscard]] int wait_for_the_clock();
  void flush_output();
  unsigned reap_completions();
  void wake_sessions();
  [[nodiscard]] std::uint64_t next_wake() const;

  // Beginning transactions
  void pump(Connection& connection);
  void begin_now(Connection& connection);
  void offer(Connection& connection);
  void dispatch_due();
  void dispatch_transactions();
  void on_ready(Connection& connection);
  void tell_failure();
  [[nodiscard]] std::size_t due_to_open() const;
  [[nodiscard]] std::uint64_t next_opening() const;
  void begin(Connection& connection, const session::Ticket& ticket);
  [[nodiscard]] bool used_up(const Connection& connection) const;
  void count_in_flight() { tally_.in_flight.count(clock_.now(), tally_.measured().in_flight()); }
  [[nodiscard]] std::uint64_t in_flight() const {
    return tally_.measured().in_flight() + tally_.warmup().in_flight();
  }
  [[nodiscard]] std::uint64_t ended() const {
    return tally_.measured().started + tally_.warmup().started - in_flight();
  }
  void count_never_begun(std::uint64_t instant, session::Ending ending, std::string_view reason);

  // Sessions that arrive by the clock: worker_sessions.cpp
  void await_sessions();
  void dispatch_sessions();
  void begin_in_session(Connection& connection);
  void count_sessions_never_begun(std::uint64_t instant, session::Ending ending, std::string_view reason);
  void end_sessions();
  [[nodiscard]] bool is_stopped() const { return state_.stop_at.load(std::memory_order_relaxed) != 0; }

  // Periodic work, and the end
  void tick();
  void enforce_timeouts();
  void set_gauges() { gauges_.set(connections_.live(), in_flight()); }
  void begin_measuring();
  void track_connected_time();
  [[nodiscard]] std::size_t count_ready();
  void count_sessions_at_end();
  void count_at_end(std::size_t target);
  // To open connections. Of sessions that arrive by the clock only those that failed say something.
  [[nodiscard]] std::uint64_t attempts() const {
    return (loop_ == Loop::partly_open ? 0 : tally_.connections_opened) + tally_.connections_failed;
  }
  [[nodiscard]] bool is_hopeless();
  [[nodiscard]] std::uint64_t silent_ns(std::uint64_t now);
  void end_load();
  void end_waits();
  void end_unfinished();

  stats::IntervalRecorder intervals_;  // first, because it is aligned to a cache line
  // When transactions begin: at once, by the clock, or at once in sessions that begin by the clock.
  enum class Loop : std::uint8_t { closed, open, partly_open };

  const ClientPlan& plan_;
  RunState& state_;
  const Loop loop_;
  bool had_session_ = false;
  bool told_failure_ = false;
  bool reported_opened_ = false;  // the state knows that this thread has opened its sessions
  unsigned index_;
  net::CachedClock clock_;
  stats::Tally tally_;
  Connections connections_;
  std::optional<Tickets> tickets_;
  IdleQueue idle_;
  BatchSize batch_size_;
  BatchTrial batch_trial_;
  net::TimerLead lead_;
  SelfUsage usage_;
  ThreadGauges gauges_;

  std::uint64_t next_tick_ = 0;
  std::uint64_t tick_ns_;
  std::uint64_t opening_since_ = 0;
  std::size_t sessions_had_ = 0;         // sessions that have been ready
  std::uint64_t new_ready_at_ = 0;       // when a session was last ready for the first time
  std::uint64_t attempts_at_ready_ = 0;  // connection attempts, when a session was last seen ready
  // When a session was last seen ready; at first, when the thread began.
  std::uint64_t ready_at_ = 0;
  // While measuring: since when some connection has been open; 0: none is.
  std::uint64_t connected_since_ = 0;
  std::uint64_t ending_since_ = 0;  // 0: something may still begin
  std::uint64_t end_by_ = 0;        // from then on: when the wait for transactions in flight ends
};

}  // namespace backtalk::engine
