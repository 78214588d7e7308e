// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One run of a load, from options to a result, whoever asks for it.
///
///     auto prepared = load::prepare({.url = url, .options = options});  // or a sentence
///     auto& run = std::get<load::LoadRun>(prepared);
///     if (auto problem = run.open()) ...                    // threads start and open the sessions
///     run.begin();                                          // the clock starts once they are open
///     while (!run.done()) { sleep; show(run.poll()); }      // `stop` ends it early
///     auto result = run.finish();                           // a result::RunResult, or a sentence
///
/// Processes that share a run (`Terms::share`) prepare and open their parts, wait until all are
/// `opened`, `begin` at one instant, and merge their results (result/merge.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/client.hpp"
#include "load/delivery_watch.hpp"
#include "load/job.hpp"
#include "load/plan_run.hpp"
#include "load/probe.hpp"
#include "load/server_watch.hpp"
#include "result/from_tally.hpp"
#include "result/run_result.hpp"
#include "stats/interval_series.hpp"
#include "workload/protocols.hpp"

namespace backtalk::load {

/// Used by one thread. Destroying it ends the run.
class LoadRun {
 public:
  /// Starts the threads, which open the sessions; nothing is sent unless all of them have what they
  /// need. Returns what is missing. Call it once.
  [[nodiscard]] std::optional<std::string> open();
  /// True once all sessions are open, or as many as can be had.
  [[nodiscard]] bool opened() const { return client_->opened(); }
  /// Lets the clock start: at `at` on the clock of `net::now_ns`, or as soon as possible if that is
  /// past, and not before `opened`. Call it once, after `open`.
  void begin(std::uint64_t at = 0) {
    begins_at_ = at;
    client_->begin(at);
  }

  /// When the first thread began, on the clock of `net::now_ns`, also after `finish`; nullopt: none
  /// has.
  [[nodiscard]] std::optional<std::uint64_t> begun_at() const { return client_->begun_at(); }

  /// True once nothing more happens.
  [[nodiscard]] bool done();
  /// True once some session was ready: there is a server, and it speaks the protocol.
  [[nodiscard]] bool had_session() const { return client_->had_session(); }
  /// What kept a session from being opened first, while there was none; nullopt if nothing did.
  [[nodiscard]] std::optional<engine::FirstFailure::Failure> first_failure() const {
    return client_->first_failure();
  }
  /// The seconds that are over, from the first on; valid until the next call. Call it several times
  /// a second.
  [[nodiscard]] std::span<const stats::IntervalRow> poll();
  /// What the last `poll` has returned.
  [[nodiscard]] std::span<const stats::IntervalRow> rows() const { return client_->rows(); }
  /// What was counted in the intervals that are over, as of the last `poll`, if the terms say so.
  [[nodiscard]] const stats::Interval& so_far() const { return client_->sum_so_far(); }
  /// For how long those intervals were.
  [[nodiscard]] std::uint64_t so_far_ns() const { return client_->summed_ns(); }
  /// The end of the last second in which anything completed or failed, as of the last `poll`.
  [[nodiscard]] std::uint64_t heard_ns() const;
  /// What is known of the result: what was counted so far, as if the run had ended with it, and the
  /// busiest thread's share of a core. The load took at most `load_ns_max`: what it waits for
  /// afterwards are the last answers. Between `open` and `finish`, if the terms say so.
  [[nodiscard]] result::RunResult result_so_far(double busy, std::uint64_t load_ns_max) const;
  /// How the run stands now: between `open` and `finish`.
  [[nodiscard]] engine::Gauges gauges() const { return client_->gauges(); }
  /// For how long has been measured.
  [[nodiscard]] std::uint64_t measured_ns() const { return client_->measured_ns().value_or(0); }
  /// Ends the run early: nothing more is begun, and what is in flight gets a second.
  void stop();

  /// Waits for the end; then the result, or what ended the run before its time. Call it once.
  [[nodiscard]] std::variant<result::RunResult, std::string> finish();

  /// The target, with its port.
  [[nodiscard]] const std::string& url() const { return job_.url; }
  /// What a transaction is called: "message".
  [[nodiscard]] std::string_view protocol() const { return protocol_->scheme; }
  [[nodiscard]] std::string_view transaction() const {
    return workload_.transaction.empty() ? protocol_->transaction : workload_.transaction;
  }
  /// The names of the protocol's commands.
  [[nodiscard]] std::span<const std::string_view> commands() const { return workload_.command_names; }
  /// The mailboxes of the messages are watched.
  [[nodiscard]] bool watches() const { return watch_ != nullptr; }
  [[nodiscard]] const engine::ClientPlan& plan() const { return client_->plan(); }
  /// That, and those of the sessions beside it (--probe, --watch).
  [[nodiscard]] std::vector<const engine::ClientPlan*> plans() const;

 private:
  friend std::variant<LoadRun, std::string> prepare(const Job& job, const Terms& terms);
  LoadRun(Job job, const workload::Protocol& protocol, workload::Workload workload,
          const engine::ClientPlan& plan, std::unique_ptr<Probe> probe, std::unique_ptr<DeliveryWatch> watch,
          std::vector<std::string> notes);

  [[nodiscard]] std::optional<result::Tls> agreed_tls() const;
  [[nodiscard]] std::vector<std::string> address_names() const;
  [[nodiscard]] std::vector<result::TargetName> target_names() const;

  Job job_;
  const workload::Protocol* protocol_;
  workload::Workload workload_;
  std::unique_ptr<engine::ClientRun> client_;
  std::unique_ptr<Probe> probe_;          // null: there is none
  std::unique_ptr<DeliveryWatch> watch_;  // likewise
  std::vector<std::string> notes_;        // of what was prepared
  std::uint64_t begins_at_ = 0;
  std::optional<ServerWatch> server_;
  bool stopped_ = false;
};

/// Checks everything that can be checked without the server: the URL, whether its host may be
/// loaded, the protocol's options. Nothing is sent, but a name may be resolved. A sentence for the
/// user if it cannot be done.
[[nodiscard]] std::variant<LoadRun, std::string> prepare(const Job& job, const Terms& terms = {});

/// The protocol that the URL names; or a sentence for the user.
[[nodiscard]] std::variant<const workload::Protocol*, std::string> protocol_of(const std::string& url);

}  // namespace backtalk::load
