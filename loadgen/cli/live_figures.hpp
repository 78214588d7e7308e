// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Collects what the live view shows of a run.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/descriptors.hpp"
#include "engine/gauges.hpp"
#include "live/figures.hpp"
#include "load/load_run.hpp"
#include "report/threshold.hpp"

namespace backtalk::cli {

/// What a row of the intervals says of its second.
[[nodiscard]] live::LastSecond last_second_of(const stats::IntervalRow& row);

/// Used by the thread that polls the run. The threads of the run never notice.
class LiveFigures {
 public:
  /// `step` says which of several runs it is; empty: there is one. Run and thresholds outlive it.
  LiveFigures(const load::LoadRun& run, std::string step, std::span<const report::Threshold> thresholds);

  /// How the run stands after its last `poll`. `stopped`: it was asked to end.
  [[nodiscard]] live::Figures look(bool stopped);

 private:
  // The CPU time of the threads since some instant.
  struct Mark {
    std::uint64_t at = 0;
    std::vector<std::uint64_t> cpu_ns;
  };
  [[nodiscard]] static double busiest(const Mark& since, std::uint64_t now, const engine::Gauges& gauges);
  [[nodiscard]] std::uint64_t load_ns(live::Phase phase, std::uint64_t measured_ns);
  void set_latency(live::Figures& figures);
  void look_at_threads(const engine::Gauges& gauges, std::uint64_t now, live::Phase phase);

  const load::LoadRun& run_;
  std::string step_;
  std::span<const report::Threshold> thresholds_;
  std::optional<std::uint64_t> ports_;  // that the connections can have; nullopt: as in Figures
  Descriptors descriptors_;
  std::optional<std::uint64_t> waits_;
  std::optional<std::uint64_t> ended_ns_;  // when nothing began any more
  Mark measuring_since_;
  Mark lately_since_;
  double busy_ = 0;  // while measured
  std::optional<double> busy_lately_;
  std::uint64_t judged_at_ = 0;
  live::VerdictSoFar verdict_;
};

}  // namespace backtalk::cli
