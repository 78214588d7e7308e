// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether batched waits cost a closed loop throughput: found out by trying.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace backtalk::engine {

/// A server that has a queue of work loses nothing by a client that handles answers in batches. One whose
/// answers take a fixed time does: each answer that waits for others keeps its session idle. The two look
/// alike from outside, so the worker tries: it waits in the way that it is used to, single answers at first,
/// and every now and then in the other way for a short stretch, and compares how many answers came in that
/// stretch with those of the stretches before and after it. Batching is kept only if it is not slower by more
/// than 1 %. The question is asked again every so often, and less and less often while the answer is no.
///
/// A stretch lasts 5 ms and two answers a connection at least, and the other way of waiting takes a tenth of
/// a trial: what the trial itself costs is a tenth of what there is to lose. A trial has 8 comparisons, or up
/// to 32 if they scatter too widely to tell. One in which half of the answers are lost, or two that agree on
/// a loss of a fifth, end it at once.
///
/// A turn that lasts much longer than the limit is left out: the machine took the core away from the thread,
/// perhaps for longer than a stretch.
class BatchTrial {
 public:
  /// `limit_ns`: the longest that an answer may wait for others.
  explicit BatchTrial(std::uint64_t limit_ns) : turn_max_(limit_ns + limit_ns / 2 + kWorkMax) {}

  /// True if the next wait should be batched, where batching applies.
  [[nodiscard]] bool batched() const { return batching_ != (trying_ && stretch_.place == Place::other); }

  /// A turn ended at `now` and brought `answers`. `applies`: a batched wait would have been for more than one
  /// of the answers of `connections`.
  void turned(std::uint64_t now, std::uint64_t answers, unsigned connections, bool applies);

 private:
  static constexpr std::size_t kPairsMax = 32;
  static constexpr std::uint64_t kWorkMax = 500'000;  // of a turn, beside its wait
  static constexpr std::uint64_t kStretchMax = 50'000'000;

  // The stretches of a comparison: a pause, and then the other way of waiting between two of the usual one.
  enum class Place : std::uint8_t { pause, before, other, after };

  struct Stretch {
    Place place = Place::before;
    bool begun = false;  // false: its first turn still belongs to the one before
    std::uint64_t lasted = 0;
    std::uint64_t answers = 0;
  };

  void end_stretch(std::uint64_t now);
  void begin_stretch(Place place) { stretch_ = {.place = place}; }
  void compare();
  [[nodiscard]] std::optional<bool> verdict() const;
  void settle(std::uint64_t now, bool batch);

  std::uint64_t turn_max_;
  std::uint64_t last_turn_ = 0;
  bool batching_ = false;  // the usual way of waiting is in batches
  bool trying_ = true;
  std::uint64_t hold_until_ = 0;   // while not trying: when the next trial begins
  std::uint64_t refused_for_ = 0;  // how long the last trial ruled batching out
  std::uint64_t pause_ns_ = 0;
  std::uint64_t longest_ = kStretchMax;  // that a stretch may last
  Stretch stretch_;
  std::array<double, 4> rates_{};          // of the comparison at hand, by place
  std::array<double, kPairsMax> pairs_{};  // logarithm of the batched rate over the single one
  std::size_t pair_count_ = 0;
};

}  // namespace backtalk::engine
