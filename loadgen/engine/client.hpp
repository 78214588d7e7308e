// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The load generator's engine: threads, each with a ring and its share of the connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "engine/client_plan.hpp"
#include "engine/worker.hpp"
#include "stats/interval_series.hpp"
#include "stats/tally.hpp"

namespace backtalk::engine {

/// One run, or one process's part of it. Made, prepared, begun, watched and joined by one thread:
///
///     ClientRun run(plan, make_session);
///     if (auto problem = run.prepare()) ...    // the sessions are being opened from here on
///     run.begin();                             // the clock starts once all of them are open
///     while (!run.done()) ... run.poll_intervals() ...
///     auto tally = run.join();
///
/// Processes that share a run wait for `opened` of each, agree upon an instant, and all `begin` at it.
class ClientRun {
 public:
  /// `make_session` is called from the threads, once a connection.
  ClientRun(const ClientPlan& plan, session::SessionFactory make_session);
  ~ClientRun();

  /// Starts the threads, which open their sessions. Nothing is sent before all threads have what they need.
  /// If one cannot have it, returns what went wrong, and no thread is left running.
  [[nodiscard]] std::optional<std::string> prepare();

  /// True once each thread has opened its sessions, or has given up waiting for them.
  [[nodiscard]] bool opened() const { return state_.opening.load(std::memory_order_acquire) <= 1; }

  /// Lets the clock start: at `at` on the clock of `net::now_ns`, and not before `opened`. An instant in the
  /// past, such as 0, stands for as soon as possible. Call it once, after `prepare` has succeeded.
  void begin(std::uint64_t at = 0);

  [[nodiscard]] const ClientPlan& plan() const { return plan_; }

  /// Ends the run early: nothing more is begun, what is in flight gets a second.
  void stop();

  /// True once all threads have ended.
  [[nodiscard]] bool done() const { return threads_left_.load(std::memory_order_acquire) == 0; }

  /// True once some session was ready to begin transactions: there is a server, and it speaks.
  [[nodiscard]] bool had_session() const { return state_.had_session.load(std::memory_order_relaxed); }

  /// Intervals that all threads have finished since the last call, in order. Seconds count from the warm-up's
  /// end.
  [[nodiscard]] std::span<const stats::IntervalRow> poll_intervals();

  /// Waits for the threads and adds up what they counted; or what ended one of them before its time, and with
  /// it the run.
  [[nodiscard]] std::variant<stats::Tally, std::string> join();

  /// How long was measured: from the warm-up's end to the last completion, and at least to the planned end.
  [[nodiscard]] std::uint64_t elapsed_ns(const stats::Tally& total) const;

 private:
  void work(Worker& worker);
  void join_threads();
  [[nodiscard]] std::optional<std::string> problem();
  void report(std::optional<std::string> found);

  ClientPlan plan_;
  session::SessionFactory make_session_;
  RunState state_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
  std::atomic<unsigned> threads_left_{0};
  std::optional<std::latch> prepared_;
  std::latch may_open_{1};
  bool begun_ = false;
  std::mutex problem_lock_;
  std::optional<std::string> problem_;
  stats::IntervalSeries intervals_;
  stats::Interval taken_;
};

}  // namespace backtalk::engine
