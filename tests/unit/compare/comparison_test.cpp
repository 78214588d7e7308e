// SPDX-License-Identifier: Apache-2.0 OR MIT
// Comparisons of runs that never were.
#include "compare/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compare/limit.hpp"
#include "compare/table.hpp"
#include "compare/to_json.hpp"

namespace backtalk::compare {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::uint64_t kSecond = 1'000'000'000;

// A quiet run of ten seconds: 1000 messages that each took as long.
result::RunResult run_of(double latency_ns) {
  result::RunResult out;
  out.url = "smtp://127.0.0.1:2525";
  out.protocol = "smtp";
  out.transaction = "message";
  out.elapsed_ns = 10 * kSecond;
  out.load.load_ns = out.connections.connected_ns = 10 * kSecond;
  out.load.silent_ns = 0;
  out.connections.ready_at_start = out.connections.ready_ever = out.connections.ready_at_end = 10;
  out.client.cpu_ns = kSecond;
  out.measured = {.started = 1000, .completed = 1000};
  out.latency.record_n(static_cast<std::uint64_t>(latency_ns), 1000);
  out.service = out.latency;
  return out;
}

result::RunResult failed_run() {
  result::RunResult out = run_of(1e6);
  out.measured.started += 500;
  out.measured.failed = 500;
  return out;
}

Plan two_sides() {
  return {.names = {"A", "B"}, .urls = {"smtp://127.0.0.1:2525", "smtp://127.0.0.1:2526"}};
}

// Some scatter that is the same in every test.
double scatter(std::size_t side, std::size_t round) {
  return 1 + 0.01 * std::sin(static_cast<double>(7 * round + 3 * side));
}

// B takes that much longer than A.
RunSide slower_b(double ratio) {
  return [ratio](std::size_t side, std::size_t round) -> std::variant<result::RunResult, std::string> {
    return run_of(1e6 * scatter(side, round) * (side == 1 ? ratio : 1));
  };
}

Comparison compared(const Plan& plan, const RunSide& run) {
  return std::get<Comparison>(compare(plan, run));
}

const Finding& found(const Comparison& of, std::string_view metric, std::size_t b = 1) {
  const auto at = std::ranges::find_if(
      of.differences, [&](const Difference& one) { return one.finding.metric == metric && one.b == b; });
  EXPECT_NE(at, of.differences.end()) << metric;
  return at->finding;
}

TEST(Order, EverySideRunsOnceARoundAndEachIsFirstAsOften) {
  int a_first = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    std::vector<std::size_t> order = order_of(seed, 0, 2);
    a_first += order[0] == 0 ? 1 : 0;
    std::ranges::sort(order);
    ASSERT_THAT(order, ElementsAre(0, 1));
  }
  EXPECT_GE(a_first, 470);
  EXPECT_LE(a_first, 530);
}

TEST(Order, OfTwoRoundsEachSideIsFirstInOne) {
  for (std::size_t round = 0; round < 100; round += 2)
    EXPECT_NE(order_of(1, round, 2), order_of(1, round + 1, 2)) << round;
}

TEST(Order, OfThreeSidesTakesAllSixForms) {
  std::vector<std::vector<std::size_t>> seen;
  for (std::size_t round = 0; round < 200; ++round) seen.push_back(order_of(1, round, 3));
  std::ranges::sort(seen);
  const auto [first, last] = std::ranges::unique(seen);
  EXPECT_EQ(first - seen.begin(), 6);
}

TEST(Comparison, RunsTheSidesInTheOrderThatItReports) {
  std::vector<std::vector<std::size_t>> ran;
  const Comparison done = compared(two_sides(), [&ran](std::size_t side, std::size_t round) {
    if (ran.size() == round) ran.emplace_back();
    ran[round].push_back(side);
    return slower_b(1)(side, round);
  });
  EXPECT_THAT(done.order, SizeIs(10));
  EXPECT_EQ(done.order, ran);
}

TEST(Comparison, FindsASlowSideAndNotAnEqualOne) {
  const Comparison slow = compared(two_sides(), slower_b(1.05));
  EXPECT_TRUE(slow.verdict.valid());
  EXPECT_EQ(found(slow, "p50_ns").word, Word::b_higher);
  EXPECT_NEAR(found(slow, "p50_ns").ratio, 1.05, 0.01);
  const Comparison equal = compared(two_sides(), slower_b(1));
  for (const Difference& one : equal.differences)
    EXPECT_EQ(one.finding.word, Word::no_difference_shown) << one.finding.metric;
}

TEST(Comparison, LeavesOutAMetricThatNeedsMoreCompletions) {
  const Comparison done = compared(two_sides(), slower_b(1));
  for (const Difference& one : done.differences) EXPECT_NE(one.finding.metric, "p99_9_ns");
  EXPECT_THAT(tabulate(done), HasSubstr("needs 6640 in every run"));
}

TEST(Comparison, ComparesTheFirstSideWithEachOther) {
  Plan plan{.names = {"old", "new", "newer"}};
  const Comparison done = compared(plan, [](std::size_t side, std::size_t round) {
    return std::variant<result::RunResult, std::string>(
        run_of(1e6 * scatter(side, round) * (1 - 0.1 * static_cast<double>(side))));
  });
  EXPECT_NEAR(found(done, "p50_ns", 1).ratio, 0.9, 0.01);
  EXPECT_NEAR(found(done, "p50_ns", 2).ratio, 0.8, 0.01);
  EXPECT_THAT(tabulate(done), HasSubstr("newer is lower"));
}

TEST(Comparison, RepeatsARoundWithAnInvalidRun) {
  int tries = 0;
  const Comparison done = compared(two_sides(), [&tries](std::size_t side, std::size_t round) {
    if (side == 1 && round == 2 && tries++ < 2)
      return std::variant<result::RunResult, std::string>(failed_run());
    return slower_b(1)(side, round);
  });
  EXPECT_EQ(done.rounds(), 10U);
  ASSERT_THAT(done.repeats, SizeIs(2));
  EXPECT_EQ(done.repeats[0].round, 2U);
  EXPECT_EQ(done.repeats[0].side, 1U);
  EXPECT_EQ(done.repeats[0].code, "errors");
  EXPECT_TRUE(done.verdict.valid());
  EXPECT_THAT(tabulate(done), HasSubstr("repeated round 3: B was errors: 33 % of the messages failed"));
}

TEST(Comparison, GivesUpOnASideThatIsNeverValid) {
  int runs = 0;
  const Comparison done = compared(two_sides(), [&runs](std::size_t side, std::size_t round) {
    ++runs;
    return side == 1 ? std::variant<result::RunResult, std::string>(failed_run()) : slower_b(1)(side, round);
  });
  ASSERT_THAT(done.verdict.reasons, SizeIs(1));
  EXPECT_EQ(done.verdict.reasons[0].code, "invalid-runs");
  EXPECT_LE(runs, 8);
  EXPECT_THAT(done.differences, IsEmpty());
  EXPECT_THAT(tabulate(done), testing::StartsWith("INVALID: round 1 was tried 4 times"));
}

TEST(Comparison, OfSidesThatNeverRanNamesTheirUrls) {
  const Comparison done = compared(two_sides(), [](std::size_t, std::size_t) {
    return std::variant<result::RunResult, std::string>(failed_run());
  });
  EXPECT_EQ(done.rounds(), 0U);
  EXPECT_THAT(tabulate(done), HasSubstr("A smtp://127.0.0.1:2525\nB smtp://127.0.0.1:2526\n"));
  EXPECT_THAT(to_json(done), HasSubstr(R"({"name":"B","url":"smtp://127.0.0.1:2526","results":[]})"));
}

// Nine rounds show that B is slower; then no run of it is valid any more.
TEST(Comparison, ThatIsNotValidHasNoVerdicts) {
  const Comparison done = compared(two_sides(), [](std::size_t side, std::size_t round) {
    if (round == 9) return std::variant<result::RunResult, std::string>(failed_run());
    return slower_b(2)(side, round);
  });
  ASSERT_FALSE(done.verdict.valid());
  EXPECT_EQ(done.rounds(), 9U);
  EXPECT_NEAR(found(done, "p50_ns").ratio, 2, 0.1);
  EXPECT_EQ(found(done, "p50_ns").word, Word::no_difference_shown);
  EXPECT_THAT(tabulate(done), testing::StartsWith("INVALID"));
  for (const char* const word : {"higher", "lower", "no difference", "the same"})
    EXPECT_THAT(tabulate(done), Not(HasSubstr(word)));
  EXPECT_FALSE(crossed(std::get<Limit>(read_limit("p50>1.05")), done));
}

TEST(Comparison, EndsWithWhatCannotBeRun) {
  const auto done = compare(two_sides(), [](std::size_t, std::size_t) {
    return std::variant<result::RunResult, std::string>(std::string("no such host"));
  });
  EXPECT_EQ(std::get<std::string>(done), "no such host");
}

TEST(Comparison, OfAnInterruptedRunHasTheRoundsBefore) {
  const Comparison done = compared(two_sides(), [](std::size_t side, std::size_t round) {
    result::RunResult out = run_of(1e6 * scatter(side, round));
    out.interrupted = round == 3;
    return std::variant<result::RunResult, std::string>(std::move(out));
  });
  EXPECT_EQ(done.rounds(), 3U);
  EXPECT_TRUE(done.interrupted);
  ASSERT_THAT(done.verdict.reasons, SizeIs(1));
  EXPECT_EQ(done.verdict.reasons[0].code, "too-few-rounds");
  EXPECT_THAT(done.differences, IsEmpty());
}

TEST(Comparison, StopsAtTheFirstLookThatShowsThePrimaryMetric) {
  Plan plan = two_sides();
  plan.rounds = 24;
  plan.looks = true;
  plan.primary = find_metric("p99");
  EXPECT_EQ(compared(plan, slower_b(1.2)).rounds(), 8U);
  EXPECT_EQ(compared(plan, slower_b(1)).rounds(), 24U);
  EXPECT_EQ(compared(plan, slower_b(1.2)).alpha, kLookAlpha);
}

TEST(Comparison, AnEqualSideIsTheSameOnlyIfThatWasAsked) {
  Plan plan = two_sides();
  plan.same_within = 0.03;
  const Comparison done = compared(plan, slower_b(1));
  EXPECT_EQ(found(done, "p50_ns").word, Word::same_within);
  EXPECT_THAT(tabulate(done), HasSubstr("the same within 3 %"));
  EXPECT_THAT(tabulate(compared(two_sides(), slower_b(1))), Not(HasSubstr("the same")));
}

// The smallest p of n pairs is 2 / 2^n; of six metrics, Holm takes it six times.
TEST(Plan, WithTooFewRoundsForItsMetricsSaysHowManyItTakes) {
  Plan plan = two_sides();
  for (const std::size_t rounds : {6U, 7U}) {
    plan.rounds = rounds;
    EXPECT_THAT(doubt_about(plan).value_or(""), testing::EndsWith("such as p99, or --rounds 8")) << rounds;
  }
  plan.rounds = 8;
  EXPECT_EQ(doubt_about(plan), std::nullopt);
  plan.rounds = 6;
  plan.primary = find_metric("p99");
  EXPECT_EQ(doubt_about(plan), std::nullopt);
}

TEST(Plan, OfThreeSidesSharesTheLevelBetweenTwo) {
  Plan plan{.names = {"A", "B", "C"}, .rounds = 6};
  EXPECT_THAT(doubt_about(plan).value_or(""), testing::EndsWith("however large it is: use --rounds 9"));
  plan.primary = find_metric("p99");
  EXPECT_THAT(doubt_about(plan).value_or(""), testing::EndsWith("however large it is: use --rounds 7"));
}

TEST(Plan, OfLooksNamesTheNextLook) {
  Plan plan{.names = {"A", "B"}, .rounds = 8, .looks = true};
  EXPECT_THAT(doubt_about(plan).value_or(""), testing::EndsWith("such as p99, or --max-rounds 16"));
  plan.rounds = 16;
  EXPECT_EQ(doubt_about(plan), std::nullopt);
}

TEST(Table, ColumnsAreApartHoweverWideTheyAre) {
  Plan plan = two_sides();
  plan.names[1] = "a-name-of-thirty-two-characters-";
  const Comparison done = compared(plan, [](std::size_t side, std::size_t round) {
    return std::variant<result::RunResult, std::string>(
        run_of(1e5 * scatter(side, round) * (side == 1 && round % 2 == 0 ? 20000 : 1)));
  });
  const std::string table = tabulate(done);
  EXPECT_THAT(table, testing::ContainsRegex(R"( % to \+[0-9]+\.[0-9] %  no difference shown)"));
  EXPECT_THAT(table,
              HasSubstr("  a-name-of-thirty-two-characters-  a-name-of-thirty-two-characters-/A  95 %"));
  EXPECT_THAT(table, Not(HasSubstr(" \n"))) << "spaces at the end of a line";
}

TEST(Comparison, AsJsonHasTheRunsAndTheOrder) {
  const std::string text = to_json(compared(two_sides(), slower_b(1.05)));
  EXPECT_THAT(text, testing::StartsWith(R"({"schema":"backtalk.compare/1","rounds":10,"seed":1,"order":[[)"));
  EXPECT_THAT(text, HasSubstr(R"("verdict":"b-higher")"));
  EXPECT_THAT(
      text, HasSubstr(R"({"name":"B","url":"smtp://127.0.0.1:2526","results":[{"schema":"backtalk.load/1")"));
}

}  // namespace
}  // namespace backtalk::compare
