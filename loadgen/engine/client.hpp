// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The load generator's engine: threads, each with a ring and its share of the connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <ctime>
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
#include "engine/gauges.hpp"
#include "engine/worker.hpp"
#include "stats/interval_series.hpp"
#include "stats/tally.hpp"

namespace backtalk::engine {

/// One run, or one process's part of it. One thread constructs, prepares, begins, polls and joins
/// it:
///
///     ClientRun run(plan, make_session);
///     if (auto problem = run.prepare()) ...    // the sessions are being opened from here on
///     run.begin();                             // the clock starts once all of them are open
///     while (!run.done()) ... run.poll_intervals() ...
///     auto tally = run.join();
///
/// Processes that share a run wait until all are `opened`, agree on an instant, and `begin` at it.
class ClientRun {
 public:
  /// Copies `plan`. `make_session` is called on the worker threads, once per connection.
  ClientRun(const ClientPlan& plan, session::SessionFactory make_session);
  /// Stops the run and waits for its threads.
  ~ClientRun();

  /// Starts the threads, which open their sessions. Nothing is sent before all threads have what
  /// they need. On failure returns a sentence for the user, and leaves no thread running.
  [[nodiscard]] std::optional<std::string> prepare();

  /// True once each thread has opened its sessions, or has given up waiting for them.
  [[nodiscard]] bool opened() const { return state_.opening.load(std::memory_order_acquire) <= 1; }

  /// Lets the clock start at the instant `at` of `net::now_ns`, but not before `opened`. An instant
  /// in the past, such as 0, means as soon as possible. Call it once, after `prepare` has
  /// succeeded.
  void begin(std::uint64_t at = 0);

  [[nodiscard]] const ClientPlan& plan() const { return plan_; }

  /// Ends the run early: begins no more transactions, and gives those in flight one second.
  void stop();

  /// True once all threads have ended.
  [[nodiscard]] bool done() const { return threads_left_.load(std::memory_order_acquire) == 0; }

  /// For how long what happens has been measured: since the warm-up was over. nullopt: it is not.
  [[nodiscard]] std::optional<std::uint64_t> measured_ns() const;

  /// When the first thread began, on the clock of `net::now_ns`; nullopt: none has.
  [[nodiscard]] std::optional<std::uint64_t> begun_at() const;

  /// How the run stands now. To be called between `prepare` and `join`.
  [[nodiscard]] Gauges gauges() const;

  /// True once any session was ready to begin transactions, which shows that a server answers.
  [[nodiscard]] bool had_session() const { return state_.had_session.load(std::memory_order_relaxed); }

  /// What kept a session from being opened first, before any was ready; nullopt if nothing did.
  [[nodiscard]] std::optional<FirstFailure::Failure> first_failure() const { return state_.failure.get(); }

  /// The intervals that all threads have finished so far, by time. Seconds count from the end of
  /// the warm-up. Valid until the next call of `poll_intervals` or `join`.
  [[nodiscard]] std::span<const stats::IntervalRow> poll_intervals();

  /// Waits for the threads and returns the sum of their counts, or the problem that ended one of
  /// them, and with it the run, early.
  [[nodiscard]] std::variant<stats::Tally, std::string> join();

  /// What the last `poll_intervals` has returned.
  [[nodiscard]] std::span<const stats::IntervalRow> rows() const { return intervals_.rows(); }

  /// The sum of the intervals that `poll_intervals` has had, if the plan says so.
  [[nodiscard]] const stats::Interval& sum_so_far() const { return intervals_.sum(); }

  /// For how long those intervals were.
  [[nodiscard]] std::uint64_t summed_ns() const { return intervals_.closed_ns(); }

  /// After `join`: the run over time.
  [[nodiscard]] const stats::Series& series() const { return intervals_.series(); }

  /// The measured time in ns: from the end of the warm-up to the last completion, or to the planned
  /// or requested end if that is later and the run did not end by its count.
  [[nodiscard]] std::uint64_t elapsed_ns(const stats::Tally& total) const;

 private:
  void work(Worker& worker);
  void join_threads();
  [[nodiscard]] std::optional<std::string> problem();
  void report(std::optional<std::string> found);
  [[nodiscard]] std::vector<std::uint64_t> cpu_of_threads() const;

  ClientPlan plan_;
  session::SessionFactory make_session_;
  RunState state_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
  std::vector<clockid_t> clocks_;  // of the threads' CPU time
  std::atomic<unsigned> threads_left_{0};
  std::optional<std::latch> prepared_;
  std::latch may_open_{1};
  bool begun_ = false;
  std::mutex problem_lock_;
  std::optional<std::string> problem_;
  stats::IntervalSeries intervals_;
  stats::Interval fetched_;
};

}  // namespace backtalk::engine
