// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/self_usage.hpp"

namespace backtalk::engine {

SelfUsage::Used SelfUsage::used() {
  return {.cpu_ns = net::thread_cpu_ns(), .core = net::thread_core_waits()};
}

void SelfUsage::begin(const stats::Tally& tally) {
  measuring_ = true;
  before_ = used();
  sent_before_ = tally.bytes_sent;
  received_before_ = tally.bytes_received;
  sent_overhead_before_ = tally.wire_overhead_sent;
  received_overhead_before_ = tally.wire_overhead_received;
}

void SelfUsage::end_of_load(std::uint64_t now) {
  load_ended_ = now;
  at_end_of_load_ = used();
}

void SelfUsage::conclude(stats::Tally& tally, std::uint64_t measure_from) const {
  if (!measuring_) {  // the run was stopped during the warm-up
    tally.bytes_sent = tally.bytes_received = 0;
    tally.wire_overhead_sent = tally.wire_overhead_received = 0;
    return;
  }
  const Used at_end = used();
  tally.cpu_ns = at_end.cpu_ns - before_.cpu_ns;
  tally.run_delay_ns = at_end.core.waited_ns - before_.core.waited_ns;
  tally.core_turns = at_end.core.turns - before_.core.turns;
  tally.bytes_sent -= sent_before_;
  tally.bytes_received -= received_before_;
  tally.wire_overhead_sent -= sent_overhead_before_;
  tally.wire_overhead_received -= received_overhead_before_;
  // Fractions of the time in which there was load to generate; the wait for the last answers would
  // dilute them.
  if (load_ended_ <= measure_from) return;
  const auto wall = static_cast<double>(load_ended_ - measure_from);
  tally.busy_max = static_cast<double>(at_end_of_load_.cpu_ns - before_.cpu_ns) / wall;
  tally.delayed_max = static_cast<double>(at_end_of_load_.core.waited_ns - before_.core.waited_ns) / wall;
  tally.load_ns = load_ended_ - measure_from;
}

}  // namespace backtalk::engine
