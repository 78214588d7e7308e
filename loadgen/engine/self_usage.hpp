// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the generator itself used while it measured: CPU, waits for a core, and the bytes of the warm-up that
/// do not count. Of one thread, and asked by that thread.
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

  /// Nothing is left to begin: waiting for the last answers is no part of the load.
  void end_of_load(std::uint64_t now);

  /// Writes it into the tally. `measure_from`: when measuring began or would have.
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
