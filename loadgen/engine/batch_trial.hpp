// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Finds out by experiment whether batched waits cost a closed loop throughput.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/arrivals.hpp"

namespace backtalk::engine {

/// A server with a queue of work loses nothing if the client handles answers in batches. A server
/// whose answers take a fixed time does: each answer that waits for others keeps its session idle.
/// The client cannot tell the two apart, so the worker experiments. It waits in its usual way, at
/// first for single answers. From time to time it waits in the other way for a short stretch, and
/// compares the octets per second of that stretch with those of the stretches before and after it.
/// (How many pieces they come in says nothing: fewer and larger ones are what batching is for.)
/// Batching is kept only if it is slower by no more than 1 %. The trial is repeated regularly, and
/// less and less often while batching is rejected.
///
/// A stretch lasts at least 5 ms and two answers per connection, but no longer than 50 ms. Where
/// transactions are pipelined, twice as many of them must end as are in flight: what a wait holds
/// up shows only once the requests that were under way before are answered. The other way of
/// waiting takes a tenth of a trial, and the usual way is the one that is ahead so far, so that a
/// trial costs a tenth of what there is to lose. A trial makes 8 comparisons, or up to 32 if they
/// scatter too widely. It ends at once after a first comparison in which half of the octets are
/// lost, or if the first two agree on a loss of a fifth.
///
/// Turns that last much longer than the limit are ignored: the thread lost its core, perhaps for
/// longer than a stretch.
class BatchTrial {
 public:
  /// `limit_ns`: the longest that an answer may wait for others.
  explicit BatchTrial(std::uint64_t limit_ns) : turn_max_(limit_ns + limit_ns / 2 + kWorkMax) {}

  /// True if the next wait should be batched, provided that batching applies.
  [[nodiscard]] bool batched() const { return batching_ != (trying_ && stretch_.place == Place::other); }

  /// What waits for answers.
  struct Waiting {
    unsigned connections = 0;        ///< that are open
    std::uint64_t transactions = 0;  ///< in flight on them
  };

  /// Records a turn that ended at `now`, in ns, and what it brought. `applies`: given the number of
  /// open connections, a batched wait would have been for more than one answer.
  void turned(std::uint64_t now, const Arrivals& arrived, const Waiting& waiting, bool applies);

 private:
  static constexpr std::size_t kPairsMax = 32;
  static constexpr std::uint64_t kWorkMax = 500'000;  // the work of a turn, besides its wait
  static constexpr std::uint64_t kStretchMax = 50'000'000;

  // The stretches of a comparison: a pause, then the usual way of waiting, the other way, and the
  // usual way again.
  enum class Place : std::uint8_t { pause, before, other, after };

  struct Stretch {
    Place place = Place::before;
    bool begun = false;  // false: the current turn still belongs to the previous stretch
    std::uint64_t lasted = 0;
    Arrivals arrived{};
  };

  [[nodiscard]] bool has_enough(const Waiting& waiting) const;
  void end_stretch(std::uint64_t now);
  void begin_stretch(Place place) { stretch_ = {.place = place}; }
  void compare();
  [[nodiscard]] std::span<const double> pairs() const { return std::span(pairs_).first(pair_count_); }
  [[nodiscard]] std::optional<bool> verdict() const;
  void settle(std::uint64_t now, bool batch);

  std::uint64_t turn_max_;
  std::uint64_t last_turn_ = 0;
  bool batching_ = false;  // the usual way of waiting is batched
  bool trying_ = true;
  std::uint64_t hold_until_ = 0;   // while not trying: when the next trial begins
  std::uint64_t refused_for_ = 0;  // for how long the last trial disabled batching
  std::uint64_t pause_ns_ = 0;
  std::uint64_t longest_ = kStretchMax;  // how long the current stretch may last
  Stretch stretch_;
  std::array<double, 4> rates_{};          // octets per ns in the current comparison, by place
  std::array<double, kPairsMax> pairs_{};  // logarithm of the batched rate over the single one
  std::size_t pair_count_ = 0;
};

}  // namespace backtalk::engine
