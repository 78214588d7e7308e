// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The UIDs of messages that were read, in whatever order they came.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace backtalk::session {

/// Holds ranges, since UIDs mostly follow each other. Bounded: what it has no room for is not in
/// it.
class UidSet {
 public:
  static constexpr std::size_t kRangesMax = 1024;

  /// Allocates, so that nothing else does. To be called before any is added.
  void reserve() { ranges_.reserve(kRangesMax); }

  enum class Added : std::uint8_t { added, was_there, no_room };

  Added add(std::uint32_t uid) noexcept {
    // The first range that ends behind `uid`, or right before it.
    const auto at = std::ranges::lower_bound(ranges_, std::uint64_t{uid}, {}, &Range::end);
    if (at == ranges_.end() || uid + std::uint64_t{1} < at->begin) {
      if (ranges_.size() == kRangesMax) return Added::no_room;
      ranges_.insert(at, {.begin = uid, .end = uid + std::uint64_t{1}});
      return Added::added;
    }
    if (uid >= at->begin && uid < at->end) return Added::was_there;
    if (uid + std::uint64_t{1} == at->begin) {
      at->begin = uid;
      return Added::added;
    }
    ++at->end;
    if (const auto next = at + 1; next != ranges_.end() && next->begin == at->end) {
      at->end = next->end;
      ranges_.erase(next);
    }
    return Added::added;
  }

  /// Those below `uid` will not be asked for again.
  void forget_below(std::uint32_t uid) noexcept {
    const auto kept = std::ranges::upper_bound(ranges_, std::uint64_t{uid}, {}, &Range::end);
    ranges_.erase(ranges_.begin(), kept);
  }
  void clear() noexcept { ranges_.clear(); }

 private:
  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  // behind the last
  };
  std::vector<Range> ranges_;  // ascending, with gaps between them
};

}  // namespace backtalk::session
