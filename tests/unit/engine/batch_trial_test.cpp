// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/batch_trial.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr unsigned kConnections = 20;

// A worker whose turns last 100 us, and a server that gives a fixed number of answers per turn for
// each kind of wait.
class Worker {
 public:
  Worker(double singles, double batched) : singles_(singles), batched_(batched) {}

  // How much of the time was spent with batched waits.
  double run(std::uint64_t ns, bool applies = true) {
    const std::uint64_t until = now_ + ns;
    std::uint64_t batched_ns = 0;
    while (now_ < until) {
      const bool batched = trial_.batched();
      const bool stalls = stall_every_ != 0 && now_ / stall_every_ != (now_ + kTurn) / stall_every_;
      now_ += stalls ? stall_ns_ : kTurn;
      if (batched) batched_ns += kTurn;
      owed_ += (batched ? batched_ : singles_) * (1 + noise());
      const auto answers = static_cast<std::uint64_t>(owed_);
      owed_ -= static_cast<double>(answers);
      const std::uint64_t octets = answers * (batched ? octets_batched_ : octets_single_);
      trial_.turned(now_, {.connections = answers, .octets = octets, .ended = answers},
                    {.connections = kConnections, .transactions = kConnections}, applies);
    }
    return static_cast<double>(batched_ns) / static_cast<double>(ns);
  }

  void scatter(double by) { scatter_ = by; }
  void stall_every(std::uint64_t period_ns, std::uint64_t stall_ns) {
    stall_every_ = period_ns;
    stall_ns_ = stall_ns;
  }
  void octets_of_an_answer(std::uint64_t single, std::uint64_t batched) {
    octets_single_ = single;
    octets_batched_ = batched;
  }
  void become(double singles, double batched) {
    singles_ = singles;
    batched_ = batched;
  }

 private:
  static constexpr std::uint64_t kTurn = 100'000;

  double noise() {
    random_ = random_ * 6364136223846793005U + 1442695040888963407U;
    return scatter_ * (static_cast<double>(random_ >> 33U) / 0x1p30 - 1);
  }

  BatchTrial trial_{kMillisecond};
  double singles_;
  double batched_;
  std::uint64_t octets_single_ = 60;
  std::uint64_t octets_batched_ = 60;
  double owed_ = 0;
  double scatter_ = 0;
  std::uint64_t stall_every_ = 0;
  std::uint64_t stall_ns_ = 0;
  std::uint64_t random_ = 1;
  std::uint64_t now_ = 1;
};

TEST(BatchTrial, BeginsWithSingleWaits) {
  EXPECT_FALSE(BatchTrial(kMillisecond).batched());
}

TEST(BatchTrial, KeepsBatchingThatCostsNothing) {
  Worker worker(10, 10);
  worker.run(500 * kMillisecond);
  EXPECT_GT(worker.run(10'000 * kMillisecond), 0.9);
}

TEST(BatchTrial, KeepsBatchingThatPays) {
  Worker worker(10, 13);
  worker.run(500 * kMillisecond);
  EXPECT_GT(worker.run(10'000 * kMillisecond), 0.9);
}

// A single wait takes what one connection received in two pieces as two answers, a batched one as
// one: in pieces, a third is lost.
TEST(BatchTrial, FewerAndLargerPiecesAreNoLoss) {
  Worker worker(30, 20);
  worker.octets_of_an_answer(60, 90);
  worker.run(500 * kMillisecond);
  EXPECT_GT(worker.run(10'000 * kMillisecond), 0.9);
}

TEST(BatchTrial, WhatIsAheadIsUsualDuringTheTrial) {
  Worker gaining(20, 26);
  EXPECT_GT(gaining.run(400 * kMillisecond), 0.8);
  Worker losing(20, 18);
  EXPECT_LT(losing.run(400 * kMillisecond), 0.11);
}

TEST(BatchTrial, EndsBatchingThatCostsATwentieth) {
  Worker worker(20, 19);
  EXPECT_LT(worker.run(10'000 * kMillisecond), 0.1);
}

TEST(BatchTrial, SpendsATenthOnTrying) {
  Worker worker(20, 18);
  worker.scatter(0.33);
  EXPECT_LT(worker.run(1'000 * kMillisecond), 0.12);
}

TEST(BatchTrial, EndsBatchingThatCostsMuchAtOnce) {
  Worker worker(50, 10);
  EXPECT_LT(worker.run(1'000 * kMillisecond), 0.015) << "each stretch of 5 ms is half a per cent";
}

TEST(BatchTrial, DetectsALossOfATenthInNoiseOfAThird) {
  Worker worker(20, 18);
  worker.scatter(0.33);
  EXPECT_LT(worker.run(20'000 * kMillisecond), 0.1);
}

// A virtual machine may lose its core for 8 ms at a time.
TEST(BatchTrial, StallsOfTheMachineDoNotDecide) {
  Worker gaining(20, 22);
  Worker losing(20, 18);
  gaining.stall_every(20 * kMillisecond, 8 * kMillisecond);
  losing.stall_every(20 * kMillisecond, 8 * kMillisecond);
  gaining.run(3'000 * kMillisecond);
  losing.run(3'000 * kMillisecond);
  EXPECT_GT(gaining.run(10'000 * kMillisecond), 0.5);
  EXPECT_LT(losing.run(10'000 * kMillisecond), 0.2);
}

TEST(BatchTrial, TriesAgainWhenTheServerChanges) {
  Worker worker(20, 10);
  worker.run(1'000 * kMillisecond);
  worker.become(20, 22);
  worker.run(12'000 * kMillisecond);
  EXPECT_GT(worker.run(5'000 * kMillisecond), 0.9);
  worker.become(20, 10);
  worker.run(2'000 * kMillisecond);
  EXPECT_LT(worker.run(5'000 * kMillisecond), 0.1);
}

// A server that answers every request after `delay_ns`, to connections that pipeline 16. A batched
// turn lasts a millisecond, and only then goes out what takes the place of the requests that it has
// seen answered. How much of the time is spent with batched waits once the trial has settled.
double batched_share_with_delay(std::uint64_t delay_ns) {
  constexpr std::uint64_t kTransactions = 16 * kConnections;
  BatchTrial trial(kMillisecond);
  std::deque<std::uint64_t> due;
  for (std::uint64_t i = 0; i < kTransactions; ++i) due.push_back(delay_ns + i * delay_ns / kTransactions);
  std::uint64_t now = 1;
  const auto run = [&](std::uint64_t ns) {
    const std::uint64_t until = now + ns;
    std::uint64_t batched_ns = 0;
    while (now < until) {
      const std::uint64_t turn = trial.batched() ? kMillisecond : kMillisecond / 10;
      batched_ns += trial.batched() ? turn : 0;
      now += turn;
      std::uint64_t answers = 0;
      for (; due.front() <= now; ++answers) {
        due.pop_front();
        due.push_back(now + delay_ns);
      }
      trial.turned(now,
                   {.connections = std::min<std::uint64_t>(answers, kConnections),
                    .octets = 60 * answers,
                    .ended = answers},
                   {.connections = kConnections, .transactions = kTransactions}, true);
    }
    return static_cast<double>(batched_ns) / static_cast<double>(ns);
  };
  run(2'000 * kMillisecond);
  return run(10'000 * kMillisecond);
}

// Batching loses 2 to 8 %, but not before all that was under way is answered.
TEST(BatchTrial, SeesALossThatShowsOnlyOnceThePipelineIsAnswered) {
  for (const std::uint64_t microseconds : {3'700U, 12'700U, 15'300U})
    EXPECT_LT(batched_share_with_delay(microseconds * 1'000), 0.15) << microseconds;
}

TEST(BatchTrial, DoesNothingIfBatchingDoesNotApply) {
  Worker worker(1, 1);
  EXPECT_EQ(worker.run(1'000 * kMillisecond, false), 0.0);
}

}  // namespace
}  // namespace backtalk::engine
