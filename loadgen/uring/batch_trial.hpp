/// Whether batched waits cost a closed loop throughput: found out by trying.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace backtalk::uring {

/// A server that has a queue of work loses nothing by a client that handles answers in batches. One whose
/// answers take a fixed time does: each answer that waits for others keeps its session idle. The two look
/// alike from outside, so the worker runs short stretches of both kinds in turn, single waits and batched
/// ones (in the order S B B S, so that a drift cancels out), and compares how many answers came. Batching is
/// kept only if it is not slower by more than 1 %; the question is asked again every so often, and less and
/// less often while the answer stays no.
///
/// Each stretch lasts 5 ms and two answers a connection at least; a trial has 8 pairs, or up to 32 if they
/// scatter so widely that they do not tell. One pair with half of the answers lost, or two that agree on a
/// loss of a fifth, end it at once.
class BatchTrial {
 public:
  /// True if the next wait should be batched, where batching applies.
  [[nodiscard]] bool batched() const { return stretch_.batched; }

  /// A turn ended at `now` and brought `answers`. `applies`: a batched wait would have been for more than one
  /// of the answers of `connections`.
  void turned(std::uint64_t now, std::uint64_t answers, unsigned connections, bool applies);

 private:
  static constexpr std::size_t kPairsMax = 32;

  struct Stretch {
    bool batched = false;
    bool begun = false;  // false: its first turn still belongs to the one before
    std::uint64_t from = 0;
    std::uint64_t answers = 0;
  };

  void end_stretch(std::uint64_t now);
  void begin_stretch();
  [[nodiscard]] std::optional<bool> verdict() const;
  void settle(std::uint64_t now, bool batch);
  void begin_trial();

  bool trying_ = true;
  std::uint64_t hold_until_ = 0;   // while not trying: when the next trial begins
  std::uint64_t refused_for_ = 0;  // how long the last trial ruled batching out
  unsigned position_ = 0;          // of the stretch, in S B B S
  double single_rate_ = 0;         // of the pair at hand; 0: not measured yet
  double batched_rate_ = 0;
  Stretch stretch_;
  std::array<double, kPairsMax> pairs_{};  // logarithm of the batched rate over the single one
  std::size_t pair_count_ = 0;
};

}  // namespace backtalk::uring
