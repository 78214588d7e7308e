// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the generator itself uses while it measures: CPU time and waits for a core. Leaves the
/// octets of the warm-up out of the counts. Used by one thread, about itself.
#pragma once

#include <cstdint>

#include "net/clock.hpp"
#include "stats/tally.hpp"

namespace backtalk::engine {

class SelfUsage {
 public:
  /// The warm-up is over: measuring begins.
  void begin(const stats::Tally& tally);
  [[nodiscard]] bool measuring() const { return measuring_; }

  /// Nothing is left to begin. The wait for the last answers is not part of the load.
  void end_of_load(std::uint64_t now);

  /// Writes the result into `tally`. `measure_from`: when measuring began, or would have begun.
  void conclude(stats::Tally& tally, std::uint64_t measure_from) const;

 private:
  struct Used {
    std::uint64_t cpu_ns = 0;
    net::CoreWaits core;
  };
  [[nodiscard]] static Used used();

  bool measuring_ = false;
  Used before_;
  Used at_end_of_load_;
  std::uint64_t load_ended_ = 0;
  std::uint64_t sent_before_ = 0;
  std::uint64_t received_before_ = 0;
  std::int64_t sent_overhead_before_ = 0;
  std::int64_t received_overhead_before_ = 0;
};

}  // namespace backtalk::engine
