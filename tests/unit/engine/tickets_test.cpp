// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/tickets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <vector>

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kStart = 100 * kSecond;
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

// A run that is measured from kStart on.
struct Planned {
  ClientPlan plan;
  RunState state;

  Planned() {
    plan.timeout_ns = 2 * kSecond;
    state.measure_from = kStart;
    state.begin_until = kNever;
  }
};

TEST(Tickets, AreNumberedAndMeasuredAfterTheWarmUp) {
  Planned run;
  Tickets tickets(run.plan, run.state, 0);
  const auto first = tickets.next(kStart - 1);
  const auto second = tickets.next(kStart);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->number, 0U);
  EXPECT_FALSE(first->measured);
  EXPECT_EQ(second->number, 1U);
  EXPECT_TRUE(second->measured);
  EXPECT_EQ(second->scheduled, kStart);
}

TEST(Tickets, AreOfTheStageInWhichTheyFallDue) {
  Planned run;
  run.plan.warmup_ns = kSecond;
  run.plan.stages = {{.duration_ns = kSecond, .from_per_s = 10, .to_per_s = 10},
                     {.duration_ns = 1, .from_per_s = 10, .to_per_s = 10},
                     {.duration_ns = kSecond, .from_per_s = 20, .to_per_s = 20}};
  run.plan.rate = 20;
  run.plan.rate_steps = stats::steps_of(run.plan.stages, kSecond, 10);
  run.state.begin_until = kStart + 2 * kSecond + 1;
  std::vector<int> counts(3);
  int warmup = 0;
  for (unsigned thread = 0; thread < 2; ++thread) {
    run.plan.threads = 2;
    Tickets tickets(run.plan, run.state, thread);
    while (const auto ticket = tickets.next_due_before(kNever)) {
      if (!ticket->measured) {
        ++warmup;
        continue;
      }
      ++counts.at(ticket->stage);
      const std::uint64_t since = ticket->scheduled - kStart;
      EXPECT_EQ(ticket->stage, since < kSecond ? 0 : since < kSecond + 1 ? 1 : 2);
    }
    EXPECT_TRUE(tickets.all_begun(run.state.begin_until));
  }
  EXPECT_EQ(warmup, 10);
  EXPECT_EQ(counts[0], 10);
  EXPECT_NEAR(counts[1] + counts[2], 20, 1);
}

TEST(Tickets, TheLimitCountsMeasuredOnesOfAllThreads) {
  Planned run;
  run.plan.transactions_max = 2;
  Tickets one(run.plan, run.state, 0);
  Tickets other(run.plan, run.state, 1);
  EXPECT_TRUE(one.next(kStart - 1));
  EXPECT_TRUE(one.next(kStart));
  EXPECT_FALSE(one.all_begun(kStart));
  EXPECT_TRUE(other.next(kStart));
  EXPECT_FALSE(one.next(kStart));
  EXPECT_TRUE(one.all_begun(kStart));
  EXPECT_TRUE(other.all_begun(kStart));
}

TEST(Tickets, NoneIsIssuedAfterTheEnd) {
  Planned run;
  run.state.begin_until = kStart + kSecond;
  Tickets tickets(run.plan, run.state, 0);
  EXPECT_TRUE(tickets.next(kStart + kSecond - 1));
  EXPECT_FALSE(tickets.all_begun(kStart + kSecond - 1));
  EXPECT_FALSE(tickets.next(kStart + kSecond));
  EXPECT_TRUE(tickets.all_begun(kStart + kSecond));
}

TEST(Tickets, NoneIsIssuedOnceTheRunIsStopped) {
  Planned run;
  Tickets tickets(run.plan, run.state, 0);
  run.state.stop(kStart + 5);
  run.state.stop(kStart + 9);  // the first counts
  EXPECT_EQ(tickets.end(), kStart + 5);
  EXPECT_FALSE(tickets.next(kStart + 5));
  EXPECT_TRUE(tickets.all_begun(kStart + 5));
}

TEST(Tickets, FallDueByTheSchedule) {
  Planned run;
  run.plan.rate = 10;
  run.state.begin_until = kStart + kSecond;
  Tickets tickets(run.plan, run.state, 0);
  EXPECT_FALSE(tickets.next_due_before(kStart));
  for (std::uint64_t n = 0; n < 10; ++n) {
    EXPECT_EQ(tickets.next_due(), kStart + n * kSecond / 10);
    EXPECT_TRUE(tickets.next_due_before(kNever));
  }
  EXPECT_FALSE(tickets.next_due_before(kNever)) << "the run is over";
}

TEST(Tickets, AreSharedBetweenThreads) {
  Planned run;
  run.plan.rate = 10;
  run.plan.threads = 2;
  Tickets tickets(run.plan, run.state, 1);
  EXPECT_EQ(tickets.next_due(), kStart + kSecond / 10);
}

// --- A run that several processes share

// The first `count` instants and numbers of a run in `parts` parts of `threads` threads, in the
// order of the numbers.
std::map<std::uint64_t, std::uint64_t> instants_by_number(unsigned parts, unsigned threads,
                                                          std::uint64_t count) {
  std::map<std::uint64_t, std::uint64_t> out;
  for (unsigned part = 0; part < parts; ++part) {
    Planned run;
    run.plan.rate = 7;
    run.plan.threads = threads;
    run.plan.share = {part, parts};
    run.plan.transactions_max = run.plan.share.of(count);
    std::vector<std::unique_ptr<Tickets>> all;
    all.reserve(threads);
    for (unsigned i = 0; i < threads; ++i) all.push_back(std::make_unique<Tickets>(run.plan, run.state, i));
    while (true) {
      const auto next = std::ranges::min_element(all, {}, [](const auto& one) { return one->next_due(); });
      const auto ticket = (*next)->next_due_before(kNever);
      if (!ticket) break;
      EXPECT_TRUE(out.emplace(ticket->number, ticket->scheduled).second) << ticket->number;
    }
  }
  return out;
}

TEST(Tickets, ThePartsOfASplitAddUpToTheWhole) {
  const auto whole = instants_by_number(1, 1, 100);
  ASSERT_EQ(whole.size(), 100U);
  EXPECT_EQ(whole.rbegin()->first, 99U);
  EXPECT_EQ(instants_by_number(3, 1, 100), whole);
  EXPECT_EQ(instants_by_number(3, 4, 100), whole);
  EXPECT_EQ(instants_by_number(7, 2, 100), whole);
}

TEST(Tickets, APartEndsWhenTheWholeDoes) {
  Planned run;
  run.plan.rate = 10;
  run.plan.transactions_max = 20;
  const std::uint64_t whole = Tickets(run.plan, run.state, 0).planned_end();
  EXPECT_EQ(whole, kStart + 2 * kSecond);
  run.plan.share = {1, 4};
  run.plan.transactions_max = run.plan.share.of(20);
  EXPECT_EQ(Tickets(run.plan, run.state, 0).planned_end(), whole);
}

TEST(Share, SharesAddUpAndAreConsecutive) {
  for (const std::uint64_t whole : {0U, 1U, 5U, 99U, 100U}) {
    std::uint64_t sum = 0;
    for (unsigned part = 0; part < 7; ++part) {
      EXPECT_EQ((Share{part, 7}.before(whole)), sum);
      sum += Share{part, 7}.of(whole);
    }
    EXPECT_EQ(sum, whole);
  }
}

TEST(Tickets, DueTransactionsMayStillBeginWithinTheTimeout) {
  Planned run;
  run.plan.rate = 10;
  run.state.begin_until = kStart + kSecond;
  Tickets tickets(run.plan, run.state, 0);
  EXPECT_FALSE(tickets.all_begun(kStart + 2 * kSecond));
  EXPECT_TRUE(tickets.all_begun(kStart + 4 * kSecond));
  while (tickets.next_due_before(kNever)) {
  }
  EXPECT_TRUE(tickets.all_begun(kStart + kSecond));
}

TEST(Tickets, StoppingTheRunDropsDueTransactions) {
  Planned run;
  run.plan.rate = 10;
  Tickets tickets(run.plan, run.state, 0);
  run.state.stop(kStart + kSecond);
  EXPECT_TRUE(tickets.all_begun(kStart + kSecond));
  EXPECT_TRUE(tickets.next_due_before(kNever)) << "it is counted as unfinished";
}

}  // namespace
}  // namespace backtalk::engine
