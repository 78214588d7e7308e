// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A queue in front of few workers, for all connections of a server: `--fault workers=N`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace backtalk::serve {

/// First come, first served. Work that finds no worker free begins when one has finished, by the
/// plan and not when a timer rang: late timers do not add up, and the capacity is exactly what the
/// service times say.
class WorkQueue {
 public:
  /// Without workers there is no queue: all work begins at once.
  explicit WorkQueue(std::size_t workers) : free_at_(workers, 0) {}

  /// Work of that length comes at `now`, which never decreases. Returns when it will be done.
  /// Whoever asked for it may be gone by then; the worker is busy all the same.
  [[nodiscard]] std::uint64_t add(std::uint64_t now, std::uint64_t work_ns) {
    if (free_at_.empty()) return now + work_ns;
    // The worker that is free first is the first of a heap.
    std::ranges::pop_heap(free_at_, std::greater{});
    free_at_.back() = std::max(now, free_at_.back()) + work_ns;
    const std::uint64_t done = free_at_.back();
    std::ranges::push_heap(free_at_, std::greater{});
    return done;
  }

 private:
  std::vector<std::uint64_t> free_at_;  // of each worker: a heap, the earliest first
};

}  // namespace backtalk::serve
