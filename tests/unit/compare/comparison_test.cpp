// SPDX-License-Identifier: Apache-2.0 OR MIT
// Comparisons of runs that never were.
#include "compare/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compare/limit.hpp"
#include "compare/table.hpp"
#include "compare/to_json.hpp"
#include "runs.hpp"

namespace backtalk::compare {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Plan two_sides() {
  return {.names = {"A", "B"}, .urls = {"smtp://127.0.0.1:2525", "smtp://127.0.0.1:2526"}};
}

// Some scatter that is the same in every test.
double scatter(std::size_t side, std::size_t round) {
  return 1 + 0.01 * std::sin(static_cast<double>(7 * round + 3 * side));
}

using RunSide =
    std::function<std::variant<result::RunResult, std::string>(std::size_t side, std::size_t round)>;

// B takes that much longer than A.
RunSide slower_b(double ratio) {
  return [ratio](std::size_t side, std::size_t round) -> std::variant<result::RunResult, std::string> {
    return run_of(1e6 * scatter(side, round) * (side == 1 ? ratio : 1));
  };
}

// One run of each side, one after the other.
RunSides one_by_one(const RunSide& run) {
  return [run](std::span<const std::size_t> sides,
               std::size_t round) -> std::variant<std::vector<result::RunResult>, std::string> {
    std::vector<result::RunResult> out;
    for (const std::size_t side : sides) {
      auto ran = run(side, round);
      if (auto* problem = std::get_if<std::string>(&ran)) return std::move(*problem);
      out.push_back(std::get<result::RunResult>(std::move(ran)));
    }
    return out;
  };
}

Comparison compared(const Plan& plan, const RunSide& run) {
  return std::get<Comparison>(compare(plan, one_by_one(run)));
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

// Each of the first ten rounds is valid when it is run again, until that has been done too often.
TEST(Comparison, GivesUpWhenRoundsAreRepeatedTooOften) {
  std::vector<int> tries(10);
  const Comparison done = compared(two_sides(), [&tries](std::size_t side, std::size_t round) {
    if (side == 1 && tries[round]++ < 2) return std::variant<result::RunResult, std::string>(failed_run());
    return slower_b(1)(side, round);
  });
  ASSERT_THAT(done.verdict.reasons, SizeIs(1));
  EXPECT_EQ(done.rounds(), 5U);
  EXPECT_THAT(done.repeats, SizeIs(11));
  EXPECT_THAT(done.verdict.reasons[0].sentence,
              testing::StartsWith(
                  "11 runs were not valid, more than there are rounds; last, in round 6, B was errors"));
}

TEST(Comparison, OfSidesThatNeverRanNamesTheirUrls) {
  const Comparison done = compared(two_sides(), [](std::size_t, std::size_t) {
    return std::variant<result::RunResult, std::string>(failed_run());
  });
  EXPECT_EQ(done.rounds(), 0U);
  EXPECT_THAT(tabulate(done), HasSubstr("A smtp://127.0.0.1:2525\nB smtp://127.0.0.1:2526\n"));
  EXPECT_THAT(to_json(done),
              HasSubstr(R"({"name":"B","url":"smtp://127.0.0.1:2526","files":[],"results":[]})"));
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
  const std::vector<Limit> limits{std::get<Limit>(read_limit("p50>1.05"))};
  EXPECT_THAT(crossed(limits, done), IsEmpty());
}

TEST(Comparison, EndsWithWhatCannotBeRun) {
  const auto done =
      compare(two_sides(), one_by_one([](std::size_t, std::size_t) {
                return std::variant<result::RunResult, std::string>(std::string("no such host"));
              }));
  EXPECT_EQ(std::get<std::string>(done), "no such host");
}

TEST(Comparison, HasTheRoundsBeforeOneThatCannotBeRun) {
  const Comparison done = compared(
      two_sides(), [](std::size_t side, std::size_t round) -> std::variant<result::RunResult, std::string> {
        if (round == 8) return "no such host";
        return slower_b(1.5)(side, round);
      });
  EXPECT_EQ(done.rounds(), 8);
  ASSERT_THAT(done.verdict.reasons, SizeIs(1));
  EXPECT_EQ(done.verdict.reasons[0].code, "run-impossible");
  EXPECT_TRUE(done.verdict.reasons[0].fails);
  EXPECT_THAT(tabulate(done), HasSubstr("INVALID: round 9 could not be run: no such host"));
}

// B was tried twice in the first round, and both times it was too bad; then it could not be run.
TEST(Comparison, HasTheRepeatsBeforeARunThatCannotBeMade) {
  int tries = 0;
  const Comparison done = compared(
      two_sides(), [&](std::size_t side, std::size_t round) -> std::variant<result::RunResult, std::string> {
        if (side == 1 && ++tries == 3) return "no such host";
        if (side == 1) return failed_run();
        return slower_b(1)(side, round);
      });
  EXPECT_EQ(done.rounds(), 0U);
  EXPECT_THAT(done.repeats, SizeIs(2));
  ASSERT_THAT(done.verdict.reasons, SizeIs(1));
  EXPECT_EQ(done.verdict.reasons[0].code, "run-impossible");
  EXPECT_THAT(tabulate(done), HasSubstr("repeated round 1: B was errors"));
}

// B answers 0.5 % of its messages so late that the client gives up on them, and the others sooner
// than A does.
TEST(Comparison, GivingUpOnTheSlowestIsNotBeingQuicker) {
  const Comparison done = compared(
      two_sides(), [](std::size_t side, std::size_t round) -> std::variant<result::RunResult, std::string> {
        result::RunResult out = run_of((side == 0 ? 1e6 : 0.5e6) * scatter(side, round));
        out.latency.record_n(out.latency.max(), 9000);
        out.measured.started = out.measured.completed = 10'000;
        if (side == 0) return out;
        out.measured.started += 50;
        out.measured.failed = out.timed_out = 50;
        out.censored.record_n(208'000'000, 50);
        return out;
      });
  ASSERT_TRUE(done.verdict.valid()) << done.repeats.back().sentence;
  EXPECT_EQ(found(done, "p50_ns").word, Word::b_lower);
  for (const Difference& one : done.differences) EXPECT_NE(one.finding.metric, "p99_9_ns");
  const std::string why = "p99.9 of B is ≥ 208 ms in 10 of 10 runs (0.5 % timed out)";
  EXPECT_THAT(tabulate(done), HasSubstr("not compared: " + why));
  EXPECT_THAT(to_json(done), HasSubstr(why));
  const std::vector<Limit> limits{std::get<Limit>(read_limit("p99.9>1.05"))};
  EXPECT_THAT(crossed(limits, done), ElementsAre(HasSubstr("p99.9 of B was not compared, since " + why)));
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

TEST(Comparison, TogetherRunsAllSidesOfARoundAtOnceAndSaysWhatThatChanges) {
  Plan plan = two_sides();
  plan.together = true;
  std::vector<std::size_t> at_once;
  const auto done = compare(plan, [&at_once](std::span<const std::size_t> sides, std::size_t round) {
    at_once.push_back(sides.size());
    return one_by_one(slower_b(1.2))(sides, round);
  });
  EXPECT_THAT(at_once, testing::AllOf(SizeIs(10), testing::Each(2)));
  const auto& comparison = std::get<Comparison>(done);
  EXPECT_EQ(found(comparison, "p50_ns").word, Word::b_higher);
  EXPECT_THAT(tabulate(comparison), HasSubstr("10 rounds, the sides at the same time, 0 repeated\n"));
  EXPECT_THAT(tabulate(comparison), HasSubstr("note: the sides ran at the same time and shared the machine"));
  EXPECT_THAT(to_json(comparison), HasSubstr(R"("method":"together")"));
}

// Of A the starts have speeds of their own, and of B the runs.
TEST(Comparison, WithStartsSaysHowMuchTheyDiffer) {
  Plan plan = two_sides();
  plan.runs_a_round = 2;
  plan.restarted = {true, true};
  const auto done = compare(plan, [](std::span<const std::size_t> sides, std::size_t round) {
    const std::size_t side = sides.front();
    std::vector<result::RunResult> runs;
    for (std::size_t run = 0; run < 2; ++run) {
      const double drawn = std::sin(static_cast<double>(7 * round)) * (side == 1 && run == 1 ? -1 : 1);
      const double own = 1 + 0.001 * std::sin(static_cast<double>(13 * round + 29 * run));
      runs.push_back(run_of(1e6 * own * (1 + 0.1 * drawn)));
    }
    return std::variant<std::vector<result::RunResult>, std::string>(std::move(runs));
  });
  const auto& comparison = std::get<Comparison>(done);
  EXPECT_EQ(comparison.rounds(), 10U);
  EXPECT_THAT(comparison.sides[0].runs, SizeIs(20));
  const auto share = [&comparison](std::size_t side) {
    const auto at = std::ranges::find_if(comparison.starts, [side](const StartsOfMetric& one) {
      return one.side == side && metrics()[one.metric].key == "p50_ns";
    });
    return at == comparison.starts.end() ? -1 : at->between.share;
  };
  EXPECT_GT(share(0), 0.95);
  EXPECT_LT(share(1), 0.5);
  EXPECT_THAT(tabulate(comparison),
              HasSubstr("10 rounds in random order, 0 repeated; 2 runs of each side a round\n"));
  EXPECT_THAT(
      tabulate(comparison),
      HasSubstr("\nA: how much runs differ between starts of the server and within one start (one standard "
                "deviation)\nstarts      between starts    within one   share of the variance\n"));
  EXPECT_THAT(tabulate(comparison), testing::ContainsRegex("\np50 +7.* % +0.* % +(99|100) % *\n"));
  EXPECT_THAT(to_json(comparison), HasSubstr(R"("starts":[{"side":"A","metric":)"));
}

// Of servers that take a millisecond on the CPU for each message, and B that much more.
RunSide burning_b(double ratio) {
  return [ratio](std::size_t side, std::size_t round) -> std::variant<result::RunResult, std::string> {
    return run_with_server(1e6 * scatter(side, round), 1e6 * scatter(side, round) * (side == 1 ? ratio : 1));
  };
}

// No latency shows it, as in a server with cores to spare.
TEST(ServerCpu, IsFoundHigherWhereItIs) {
  Plan plan = two_sides();
  plan.server_measured = {true, true};
  const Comparison done = compared(plan, burning_b(1.5));
  EXPECT_EQ(found(done, "server_cpu_ns").word, Word::b_higher);
  EXPECT_NEAR(found(done, "server_cpu_ns").ratio, 1.5, 0.02);
  EXPECT_EQ(found(done, "p50_ns").word, Word::no_difference_shown);
  EXPECT_THAT(tabulate(done), testing::ContainsRegex("server_cpu .* B is higher\n"));
  const Comparison equal = compared(plan, burning_b(1));
  EXPECT_EQ(found(equal, "server_cpu_ns").word, Word::no_difference_shown);
}

// With seven metrics Holm takes the smallest p seven times: 8 rounds show it in six, and not in
// seven.
TEST(ServerCpu, SharesTheLevelOnlyWhereBothServersWereMeasured) {
  Plan plan = two_sides();
  constexpr std::uint64_t kEnoughForAll = 7000;
  // B is slower; the servers of the first so many sides are measured.
  const auto word = [&plan](std::size_t measured) {
    const Comparison done = compared(plan, [measured](std::size_t side, std::size_t round) {
      auto run = run_with_server(1e6 * scatter(side, round) * (side == 1 ? 1.2 : 1), 1e6, kEnoughForAll);
      if (side >= measured) run.server.reset();
      return std::variant<result::RunResult, std::string>(std::move(run));
    });
    EXPECT_THAT(done.differences, SizeIs(measured == 2 ? 7 : 6));
    return found(done, "p50_ns").word;
  };
  plan.rounds = 8;
  EXPECT_EQ(word(0), Word::b_higher);
  EXPECT_EQ(word(1), Word::b_higher);
  EXPECT_EQ(word(2), Word::no_difference_shown);
  plan.rounds = 9;
  EXPECT_EQ(word(2), Word::b_higher);
}

TEST(ServerCpu, IsNoMetricWhereNobodyAskedForIt) {
  const Comparison done = compared(two_sides(), slower_b(1.05));
  EXPECT_THAT(tabulate(done), Not(HasSubstr("server_cpu")));
  EXPECT_THAT(to_json(done), HasSubstr(R"("not_compared":[])"));
}

// A server that is gone has used more than was seen; one without a tick has used something.
TEST(ServerCpu, IsNotComparedWhereSomeRunDoesNotHaveIt) {
  const auto without = [](std::size_t of_side, auto change) {
    return compared(two_sides(), [=](std::size_t side, std::size_t round) {
      auto run = std::get<result::RunResult>(burning_b(1.5)(side, round));
      if (side == of_side && round == 3) change(run.server);
      return std::variant<result::RunResult, std::string>(std::move(run));
    });
  };
  using Server = std::optional<result::Server>;
  const std::string why = "server_cpu of B is not known in 1 of 10 runs: it needs --server-pid or ";
  for (const Comparison& done :
       {without(1, [](Server& one) { one.reset(); }), without(1, [](Server& one) { one->gone = true; }),
        without(1, [](Server& one) { one->cpu_ns = 0; })}) {
    EXPECT_TRUE(std::ranges::none_of(done.differences,
                                     [](const Difference& one) { return metrics()[one.metric].of_server; }));
    EXPECT_THAT(tabulate(done), HasSubstr("not compared: " + why));
    EXPECT_THAT(to_json(done), HasSubstr(R"("not_compared":[{"metric":"server_cpu_ns","a":"A","b":"B")"));
  }
}

// Of servers that accept alike, of which B puts messages into their mailboxes that much later.
RunSide delivering_b(double ratio, std::uint64_t messages = 1000) {
  return [=](std::size_t side, std::size_t round) -> std::variant<result::RunResult, std::string> {
    return run_with_watch(1e6 * scatter(side, round), 5e6 * scatter(side, round) * (side == 1 ? ratio : 1),
                          messages);
  };
}

TEST(Delivery, IsFoundLaterWhereItIs) {
  Plan plan = two_sides();
  plan.watched = {true, true};
  const Comparison done = compared(plan, delivering_b(1.5));
  for (const std::string_view metric : {"delivery_p50_ns", "delivery_p99_ns"}) {
    EXPECT_EQ(found(done, metric).word, Word::b_higher);
    EXPECT_NEAR(found(done, metric).ratio, 1.5, 0.02);
  }
  EXPECT_EQ(found(done, "p50_ns").word, Word::no_difference_shown);
  EXPECT_THAT(tabulate(done), testing::ContainsRegex("delivery_p99 .* B is higher\n"));
  EXPECT_EQ(found(compared(plan, delivering_b(1)), "delivery_p50_ns").word, Word::no_difference_shown);
}

TEST(Delivery, IsNoMetricWhereNobodyWatched) {
  EXPECT_THAT(tabulate(compared(two_sides(), slower_b(1.05))), Not(HasSubstr("delivery")));
}

TEST(Delivery, NeedsAWatchOnBothSidesAndMessagesEnough) {
  const Comparison one_side = compared(two_sides(), [](std::size_t side, std::size_t round) {
    auto run = std::get<result::RunResult>(delivering_b(1.5)(side, round));
    if (side == 1) run.deliveries.reset();
    return std::variant<result::RunResult, std::string>(std::move(run));
  });
  EXPECT_THAT(tabulate(one_side),
              HasSubstr("not compared: delivery_p50 of B is not known: it needs --watch"));
  EXPECT_THAT(to_json(one_side), HasSubstr(R"("not_compared":[{"metric":"delivery_p50_ns","a":"A","b":"B")"));
  const Comparison few = compared(two_sides(), delivering_b(1.5, 600));
  EXPECT_EQ(found(few, "delivery_p50_ns").word, Word::b_higher);
  EXPECT_THAT(tabulate(few), testing::ContainsRegex("delivery_p99 .*needs 662 in every run\n"));
}

// What did not arrive took longer than all that did.
TEST(Delivery, HasABoundWhereMessagesDidNotArrive) {
  result::RunResult run = run_with_watch(1e6, 5e6);
  run.deliveries->accepted += 100;
  run.deliveries->lost = 100;
  run.deliveries->ages.record_n(10'000'000'000, 100);
  const auto p99 = static_cast<std::size_t>(find_metric("delivery_p99") - metrics().data());
  EXPECT_EQ(values_of(run)[p99], std::nullopt);
  EXPECT_GE(bounds_of(run).values[p99].value_or(0), 9.9e9);
  EXPECT_EQ(bounds_of(run).why[p99], "100 of 1100 messages did not arrive");
}

TEST(Delivery, SharesTheLevelWhereBothSidesAreWatched) {
  Plan plan = two_sides();
  plan.rounds = 8;
  plan.watched = {true, false};
  EXPECT_EQ(doubt_about(plan), std::nullopt);
  plan.watched = {true, true};
  EXPECT_THAT(doubt_about(plan).value_or(""), HasSubstr("in 8 metrics"));
}

TEST(ServerCpu, TakesNineRoundsForAVerdictOnAnyOfSevenMetrics) {
  Plan plan = two_sides();
  plan.rounds = 8;
  plan.server_measured = {true, false};
  EXPECT_EQ(doubt_about(plan), std::nullopt);
  plan.server_measured = {true, true};
  EXPECT_THAT(doubt_about(plan).value_or(""),
              testing::AllOf(HasSubstr("in 7 metrics"), testing::EndsWith("or --rounds 9")));
  plan.rounds = 9;
  EXPECT_EQ(doubt_about(plan), std::nullopt);
  Plan three{.names = {"A", "B", "C"}, .rounds = 6, .server_measured = {true, true, false}};
  EXPECT_THAT(doubt_about(three).value_or(""), HasSubstr("in 13 metrics"));
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

TEST(Plan, WithTooFewRoundsForItsLimitsSaysHowManyItTakes) {
  Plan plan = two_sides();
  plan.rounds = 6;
  EXPECT_EQ(why_no_limit_can_be_crossed(plan), std::nullopt);
  plan.limits = 1;
  EXPECT_EQ(why_no_limit_can_be_crossed(plan), std::nullopt);
  plan.limits = 2;
  EXPECT_THAT(why_no_limit_can_be_crossed(plan).value_or(""),
              testing::AllOf(HasSubstr("too few for any of 2 limits to be crossed"),
                             testing::EndsWith("use --rounds 7")));
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
  EXPECT_THAT(text,
              testing::StartsWith(
                  R"({"schema":"backtalk.compare/1","method":"rounds","rounds":10,"seed":1,"order":[[)"));
  EXPECT_THAT(text, HasSubstr(R"("verdict":"b-higher")"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"({"name":"B","url":"smtp://127.0.0.1:2526","files":[],"results":[{"schema":"backtalk.load/1")"));
}

}  // namespace
}  // namespace backtalk::compare
