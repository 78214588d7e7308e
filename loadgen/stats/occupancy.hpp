// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How many transactions were in flight, for Little's law: the mean number in flight is the rate
/// times the mean latency. One side of it is counted here, by looking at the clock now and then;
/// the other is made of the latencies.
#pragma once

#include <cstdint>

namespace backtalk::stats {

class Occupancy {
 public:
  /// From now on so many are in flight. To be called with every change; another call changes
  /// nothing.
  void count(std::uint64_t now_ns, std::uint64_t in_flight) noexcept {
    if (in_flight == in_flight_) return;
    area_ns_ +=
        (static_cast<double>(now_ns) - static_cast<double>(last_ns_)) * static_cast<double>(in_flight_);
    last_ns_ = now_ns;
    in_flight_ = in_flight;
  }

  /// One of them was over at an instant that is past; so many were left.
  void ended(std::uint64_t at_ns, std::uint64_t left) noexcept {
    if (last_ns_ == 0) return;  // nobody counts
    if (at_ns >= last_ns_) {
      count(at_ns, left);
    } else {
      area_ns_ -= static_cast<double>(last_ns_ - at_ns);
      in_flight_ = left;
    }
  }

  /// One began so long after it had fallen due: it was waiting then.
  void was_late(std::uint64_t ns) noexcept { late_ns_ += ns; }

  /// The sum of how long each was in flight or waiting.
  [[nodiscard]] double sum_ns() const noexcept { return area_ns_ + static_cast<double>(late_ns_); }

  void add(const Occupancy& other) noexcept {
    area_ns_ += other.area_ns_;
    late_ns_ += other.late_ns_;
  }

 private:
  double area_ns_ = 0;
  std::uint64_t late_ns_ = 0;
  std::uint64_t last_ns_ = 0;
  std::uint64_t in_flight_ = 0;
};

}  // namespace backtalk::stats
