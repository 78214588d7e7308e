// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/batch_trial.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kStretchMin = 5 * kMillisecond;
constexpr std::uint64_t kPausePart = 7;  // so that one stretch in ten uses the other way of waiting
constexpr std::uint64_t kHoldMin = 500 * kMillisecond;
constexpr std::uint64_t kHoldMax = 8'000 * kMillisecond;
constexpr std::uint64_t kHoldBatched = 1'000 * kMillisecond;
constexpr std::size_t kPairs = 8;  // evaluated first; then twice and four times as many
// Logarithms of the batched rate over the single one.
constexpr double kLossMax = -0.01;
constexpr double kClearLoss = -0.2;  // ends the trial if two pairs agree
constexpr double kRuin = -0.7;       // half of the octets are lost: one pair is enough

struct Estimate {
  double mean = 0;
  double error = 0;  // its standard error
};

// The mean of the middle half, so that a stretch in which the thread lost its core does not decide.
// For normally distributed values its standard error is about 1.2 times that of the plain mean; the
// standard deviation is estimated from the quartiles, which lie 1.35 of them apart.
Estimate middle_of(std::span<const double> pairs) {
  std::array<double, 32> sorted{};
  const auto end = std::ranges::copy(pairs, sorted.begin()).out;
  std::sort(sorted.begin(), end);
  const std::size_t quarter = pairs.size() / 4;
  double sum = 0;
  for (std::size_t i = quarter; i < pairs.size() - quarter; ++i) sum += sorted[i];
  const double spread = (sorted[pairs.size() - 1 - quarter] - sorted[quarter]) / 1.35;
  return {.mean = sum / static_cast<double>(pairs.size() - 2 * quarter),
          .error = 1.2 * spread / std::sqrt(static_cast<double>(pairs.size()))};
}

}  // namespace

void BatchTrial::turned(std::uint64_t now, const Arrivals& arrived, const Waiting& waiting, bool applies) {
  if (!trying_) {
    if (now < hold_until_) return;
    trying_ = true;
    pair_count_ = 0;
    begin_stretch(Place::before);
  }
  if (!applies) {
    // Both ways of waiting are the same now, so that the current comparison would show nothing.
    begin_stretch(Place::before);
    return;
  }
  const std::uint64_t turn = now - last_turn_;
  last_turn_ = now;
  if (turn > turn_max_) return;
  if (!stretch_.begun) {
    stretch_.begun = true;
    return;
  }
  stretch_.lasted += turn;
  stretch_.arrived.connections += arrived.connections;
  stretch_.arrived.octets += arrived.octets;
  stretch_.arrived.ended += arrived.ended;
  if (stretch_.place == Place::pause) {
    if (stretch_.lasted >= pause_ns_) end_stretch(now);
    return;
  }
  if (has_enough(waiting) || stretch_.lasted >= longest_) end_stretch(now);
}

// True if the current stretch shows what its way of waiting does.
bool BatchTrial::has_enough(const Waiting& waiting) const {
  if (stretch_.lasted < kStretchMin) return false;
  if (stretch_.arrived.connections < 2 * std::uint64_t{waiting.connections}) return false;
  const bool pipelined = waiting.transactions > waiting.connections;
  return !pipelined || stretch_.arrived.ended >= 2 * waiting.transactions;
}

void BatchTrial::end_stretch(std::uint64_t now) {
  const std::uint64_t lasted = stretch_.lasted;
  const auto place = static_cast<std::size_t>(stretch_.place);
  rates_[place] = (static_cast<double>(stretch_.arrived.octets) + 0.5) / static_cast<double>(lasted);
  switch (stretch_.place) {
    case Place::pause: begin_stretch(Place::before); break;
    case Place::before:
      // The other way of waiting gets no more time than this, even if it brings few answers.
      longest_ = std::max(kStretchMin, lasted);
      begin_stretch(Place::other);
      break;
    case Place::other:
      longest_ = kStretchMax;
      pause_ns_ = kPausePart * lasted;
      begin_stretch(Place::after);
      break;
    case Place::after:
      compare();
      if (const auto batch = verdict()) {
        settle(now, *batch);
      } else {
        batching_ = middle_of(pairs()).mean > kLossMax;
        begin_stretch(Place::pause);
      }
      break;
  }
}

void BatchTrial::compare() {
  const double usual = (rates_[1] + rates_[3]) / 2;
  const double other_over_usual = std::log(rates_[2] / usual);
  pairs_[pair_count_++] = batching_ ? -other_over_usual : other_over_usual;
}

// Whether waits should be batched; null while the comparisons are inconclusive.
std::optional<bool> BatchTrial::verdict() const {
  const std::size_t count = pair_count_;
  if (count == 1 && pairs_[0] < kRuin) return false;
  if (count == 2 && std::max(pairs_[0], pairs_[1]) < kClearLoss) return false;
  if (count != kPairs && count != 2 * kPairs && count != kPairsMax) return std::nullopt;
  const auto [mean, error] = middle_of(pairs());
  if (count < kPairsMax && std::abs(mean - kLossMax) <= error) return std::nullopt;
  return mean > kLossMax;
}

void BatchTrial::settle(std::uint64_t now, bool batch) {
  trying_ = false;
  batching_ = batch;
  refused_for_ = batch ? 0 : std::clamp(refused_for_ * 2, kHoldMin, kHoldMax);
  hold_until_ = now + (batch ? kHoldBatched : refused_for_);
}

}  // namespace backtalk::engine
