// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runs.hpp"

namespace backtalk::series {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

using Rates = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // messages a second, by depth

Sweep swept(const Rates& rates, const std::function<bool()>& stop = [] { return false; }) {
  std::vector<std::uint64_t> depths;
  std::map<std::uint64_t, result::RunResult> results;
  for (const auto& [depth, per_s] : rates) {
    depths.push_back(depth);
    results[depth] = quiet_run(per_s);
    results[depth].workload.pipeline = depth;
  }
  auto done = sweep(
      depths, {}, {},
      [&](const SweepStep& step) -> std::variant<result::RunResult, std::string> {
        return results.at(step.depth);
      },
      stop);
  return std::get<Sweep>(std::move(done));
}

// What a server that can do so much at a depth does with a rate: all of it, or what it can, while
// the rest waits until it times out.
result::RunResult run_of(const SweepStep& step, double capacity) {
  const auto asked = static_cast<std::uint64_t>(std::round(*step.rate));
  const auto done = static_cast<std::uint64_t>(std::round(std::min(*step.rate, capacity)));
  result::RunResult out = quiet_run(done, step.rate > capacity ? kSecond / 2 : kMillisecond);
  out.workload.pipeline = step.depth;
  out.workload.rate = step.rate;
  out.measured.started = asked;
  out.measured.failed = asked - done;
  if (asked > done) out.errors.push_back({.name = "timeout", .count = asked - done});
  return out;
}

Sweep swept_rates(const std::vector<std::uint64_t>& depths, const std::vector<double>& rates,
                  const std::function<double(const SweepStep&)>& capacity, const std::string& slo = {}) {
  auto done = sweep(
      depths, rates, {},
      [&](const SweepStep& step) -> std::variant<result::RunResult, std::string> {
        result::RunResult out = run_of(step, capacity(step));
        out.workload.slo = slo;
        return out;
      },
      [] { return false; });
  return std::get<Sweep>(std::move(done));
}

TEST(Sweep, TheGainEndsWhereNoDeeperOneGetsMoreThrough) {
  const Sweep done = swept({{1, 1000}, {2, 2000}, {4, 3000}, {8, 3100}});
  ASSERT_NE(done.gain_ends(), nullptr);
  EXPECT_EQ(done.gain_ends()->step.depth, 4U) << "3 % more are none";
  EXPECT_EQ(done.sentence(),
            "the gain ends at -p 4: 3000/s, 3 times as many as with -p 1; -p 8 has 3.3 % more, and what is "
            "in flight "
            "beyond that waits");
  EXPECT_TRUE(done.gain_has_ended());
  EXPECT_FALSE(swept({{1, 1000}, {2, 2000}}).gain_has_ended()) << "a deeper one may get more through";
  EXPECT_FALSE(swept({{1, 1000}}).gain_has_ended()) << "it is not known";
  EXPECT_TRUE(done.valid());
  EXPECT_THAT(done.failures().all(), IsEmpty());
  EXPECT_EQ(swept({{1, 1000}, {2, 900}}).gain_ends()->step.depth, 1U);
  EXPECT_THAT(swept({{1, 1000}, {2, 900}}).sentence(),
              StartsWith("the gain ends at -p 1: 1000/s; -p 2 has 10 % less"));
  EXPECT_EQ(swept({{1, 1000}, {2, 1020}, {4, 2000}}).gain_ends()->step.depth, 4U)
      << "not at the first that gains none";
}

TEST(Sweep, OfADeepestThatGainsNoEndIsKnown) {
  const Sweep done = swept({{8, 4000}, {1, 1000}});
  EXPECT_EQ(done.gain_ends()->step.depth, 8U) << "whatever their order";
  EXPECT_EQ(done.sentence(),
            "the gain has not ended at -p 8, the deepest: 4000/s, 4 times as many as with -p 1; try greater "
            "depths");
}

TEST(Sweep, OneDepthThatCompletesSomethingSaysNothing) {
  const Sweep done = swept({{1, 1000}, {2, 0}});
  EXPECT_EQ(done.gain_ends(), nullptr);
  EXPECT_THAT(done.sentence(), StartsWith("where the gain ends is not known"));
  EXPECT_THAT(done.failures().all(), Not(IsEmpty())) << "a run that completes nothing has failed";
  EXPECT_THAT(to_json(done), HasSubstr("\"gain_ends_at\":null"));
}

TEST(Sweep, AGainThatSecondsScatterByIsNone) {
  const auto scattered = [](const SweepStep& step) -> std::variant<result::RunResult, std::string> {
    // 1000 and 1100 a second, each of whose seconds differ by a third.
    const std::uint64_t mean = step.depth == 1 ? 1000 : 1100;
    result::RunResult out = quiet_run(10 * mean);
    out.elapsed_ns = 10 * kSecond;
    for (std::uint64_t second = 1; second <= 10; ++second)
      out.seconds.push_back({.t_s = second,
                             .completed = second % 2 == 0 ? mean * 4 / 3 : mean * 2 / 3,
                             .failed = 0,
                             .p50_ns = std::nullopt,
                             .p99_ns = std::nullopt});
    return out;
  };
  const auto done =
      std::get<Sweep>(sweep(std::vector<std::uint64_t>{1, 2}, {}, {}, scattered, [] { return false; }));
  EXPECT_EQ(done.gain_ends()->step.depth, 1U);
  EXPECT_THAT(done.sentence(), HasSubstr("-p 2 has 10 % more, which is no more than the runs scatter"));
  EXPECT_THAT(to_json(done), HasSubstr("\"intervals\":{\"per_s\":["));
}

TEST(Sweep, OverRatesTheGainEndsAtTheHighestThatHolds) {
  const Sweep done = swept_rates({1}, {500, 1000, 2000, 4000}, [](const SweepStep&) { return 1200.0; });
  ASSERT_NE(done.gain_ends(), nullptr);
  EXPECT_EQ(done.gain_ends()->step, (SweepStep{.depth = 1, .rate = 1000}));
  EXPECT_EQ(done.sentence(),
            "the gain ends at -r 1000: 1000/s with a p99 of 1.00 ms; -r 2000 has 1200/s and does not hold: "
            "errors");
  EXPECT_THAT(to_json(done), AllOf(HasSubstr("\"gain_ends_at\":1,\"gain_ends_at_rate_per_s\":1E3"),
                                   HasSubstr("\"asked_rates_per_s\":[5E2,1E3,2E3,4E3]")));
}

// A peaked curve: what is asked beyond the peak makes it do even less.
TEST(Sweep, OverRatesOfAServerThatCollapsesItEndsAtThePeak) {
  const Sweep done = swept_rates({1}, {4000, 500, 1000, 2000},
                                 [](const SweepStep& step) { return *step.rate > 2000 ? 300.0 : 2500.0; });
  EXPECT_EQ(done.gain_ends()->step.rate, 2000) << "whatever their order";
}

// A flat one: it does the least that is asked for, and nothing above.
TEST(Sweep, OverRatesOfAFlatServerItEndsAtTheFirst) {
  const Sweep done = swept_rates({1}, {500, 1000, 2000}, [](const SweepStep&) { return 500.0; });
  EXPECT_EQ(done.gain_ends()->step.rate, 500);
  EXPECT_EQ(swept_rates({1}, {1000, 2000}, [](const SweepStep&) { return 500.0; }).gain_ends(), nullptr)
      << "or nowhere";
}

TEST(Sweep, OverRatesThatAllHoldNoEndIsKnown) {
  const Sweep done = swept_rates({1}, {500, 1000}, [](const SweepStep&) { return 1e9; });
  EXPECT_EQ(done.gain_ends()->step.rate, 1000);
  EXPECT_EQ(done.sentence(),
            "the gain has not ended at -r 1000, the highest rate: 1000/s with a p99 of 1.00 ms; try higher "
            "rates");
}

TEST(Sweep, ARuleOfTheUsersEndsItToo) {
  const Sweep done = swept_rates({1}, {1000, 2000}, [](const SweepStep&) { return 1e9; }, "completed<1500");
  EXPECT_EQ(done.gain_ends()->step.rate, 1000);
  EXPECT_THAT(done.sentence(),
              HasSubstr("-r 2000 has 2000/s and does not hold: completed<1500 was missed (2000)"));
}

// A rate beyond the end is what the sweep looks for; that the lowest does not hold is a failure.
TEST(Sweep, OverRatesFailsIfTheLowestDoes) {
  const Sweep found = swept_rates({1}, {1000, 2000}, [](const SweepStep&) { return 1200.0; });
  EXPECT_THAT(found.failures().all(), IsEmpty());
  const Sweep none = swept_rates({1}, {1000, 2000}, [](const SweepStep&) { return 500.0; });
  EXPECT_THAT(none.failures().all(), SizeIs(2));
  EXPECT_FALSE(none.valid());
}

// A server that trips at 1000/s, and does 2000/s: that is a failure, and not the end.
TEST(Sweep, ARateThatFailsBelowOneThatHoldsIsNotForgiven) {
  const Sweep done = swept_rates({1}, {500, 1000, 2000, 4000}, [](const SweepStep& step) {
    return *step.rate == 1000 || *step.rate == 4000 ? *step.rate * 0.7 : 1e9;
  });
  EXPECT_EQ(done.gain_ends()->step.rate, 2000);
  EXPECT_FALSE(done.is_beyond(done.runs[1])) << "a higher one holds";
  EXPECT_TRUE(done.is_beyond(done.runs[3]));
  ASSERT_THAT(done.failures().all(), SizeIs(1));
  EXPECT_THAT(done.failures().all().front().sentence, StartsWith("-r 1000: "));
  EXPECT_FALSE(done.valid());
  EXPECT_THAT(done.sentence(), testing::EndsWith("; -r 1000 below it does not hold: errors"));
}

// A sweep at rates of which a server can do 1200, with these limits of --fail-if.
Sweep limited(const std::vector<double>& rates, const std::vector<std::string>& limits) {
  const auto thresholds = std::get<std::vector<report::Threshold>>(report::read_thresholds(limits));
  auto done = sweep(
      std::vector<std::uint64_t>{1}, rates, thresholds,
      [](const SweepStep& step) -> std::variant<result::RunResult, std::string> {
        return run_of(step, 1200);
      },
      [] { return false; });
  return std::get<Sweep>(std::move(done));
}

// What is forgiven above the end is that the server did not do it. A limit is one of every run.
TEST(Sweep, ALimitIsOneOfEachRateAndIsInItsRow) {
  const Sweep done = limited({500, 1000, 2000}, {"p50>100ms"});
  EXPECT_EQ(done.gain_ends()->step.rate, 1000);
  ASSERT_THAT(done.failures().all(), SizeIs(1)) << "and not that the result is invalid";
  EXPECT_THAT(done.failures().all().front().sentence, HasSubstr("-r 2000: p50>100ms: measured"));
  EXPECT_THAT(summarize(done), testing::ContainsRegex("\n1 +2000 .*--fail-if p50>100ms\n"));
  EXPECT_THAT(limited({500, 1000, 2000}, {"p50>10s"}).failures().all(), IsEmpty()) << "nothing is crossed";
}

TEST(Sweep, ARateThatCrossesALimitDoesNotHold) {
  const Sweep done = limited({500, 1000}, {"completed>800"});
  ASSERT_NE(done.gain_ends(), nullptr);
  EXPECT_EQ(done.gain_ends()->step.rate, 500);
  EXPECT_THAT(
      done.sentence(),
      testing::EndsWith("-r 1000 has 1000/s and does not hold: --fail-if completed>800: measured 1000"));
  EXPECT_FALSE(done.runs[1].holds());
  EXPECT_THAT(done.failures().all(), SizeIs(1));
  EXPECT_TRUE(done.valid()) << "the results are good ones";
}

// -p 1 can do 500/s, -p 2 1000, -p 4 2000, and no more is in it.
TEST(Sweep, OverBothItEndsAtADepthAndARate) {
  const auto capacity = [](const SweepStep& step) {
    return std::min(500.0 * static_cast<double>(step.depth), 2000.0);
  };
  const Sweep done = swept_rates({1, 2, 4, 8}, {500, 1000, 2000, 4000}, capacity);
  EXPECT_THAT(done.runs, SizeIs(16));
  EXPECT_EQ(done.gain_ends()->step, (SweepStep{.depth = 4, .rate = 2000}));
  EXPECT_EQ(done.sentence(),
            "the gain ends at -p 4 and -r 2000: 2000/s with a p99 of 1.00 ms; -p 4 -r 4000 has 2000/s and "
            "does not hold: errors; -p 8 goes no further");
  EXPECT_THAT(to_json(done), HasSubstr("\"name\":\"p99 at -p 8\""));
}

TEST(Sweep, TheChartHasTheRowsInOrder) {
  const std::string closed = to_json(swept({{4, 3000}, {1, 1000}}));
  EXPECT_THAT(closed, HasSubstr(R"x("x":{"name":"in flight on a connection (-p)","values":[1,4]})x"));
  EXPECT_THAT(closed, HasSubstr(R"x({"unit":"1/s","y":[1E3,3E3],"low":[null,null],"high":[null,null],)x"
                                R"x("name":"per second","pipeline":null})x"));
  const Sweep cut = swept({{1, 1000}, {4, 3000}}, [] { return true; });
  EXPECT_THAT(to_json(cut), HasSubstr(R"x("y":[1E3,null])x")) << "what was not run is null";
}

TEST(Sweep, ShowsARowForEachDepth) {
  const Sweep done = swept({{1, 1000}, {2, 2000}});
  const std::string text = summarize(done);
  EXPECT_THAT(text, HasSubstr("2 of 2 runs at smtp://127.0.0.1:2525\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n1 +1000 "));
  EXPECT_THAT(text, testing::ContainsRegex("\n2 +2000 "));
  EXPECT_THAT(to_json(done), HasSubstr("\"gain_ends_at\":2"));
}

TEST(Sweep, ShowsTheServersCpuIfItWasMeasured) {
  const auto with_server = [](const SweepStep& step) -> std::variant<result::RunResult, std::string> {
    result::RunResult out = quiet_run(1000 * step.depth);
    out.server = result::Server{.pid = 1, .cpu_ns = 50'000'000};
    return out;
  };
  const auto done =
      std::get<Sweep>(sweep(std::vector<std::uint64_t>{1, 2}, {}, {}, with_server, [] { return false; }));
  EXPECT_THAT(summarize(done), AllOf(HasSubstr("server CPU"), HasSubstr(" 50.0 us"), HasSubstr(" 25.0 us")));
  EXPECT_THAT(summarize(swept({{1, 1000}})), Not(HasSubstr("server CPU")));
}

TEST(Sweep, EndsEarlyAndSaysSo) {
  EXPECT_THAT(swept({{1, 1000}, {2, 2000}, {4, 3000}}, [] { return true; }).runs, SizeIs(1));
  EXPECT_TRUE(swept({{1, 1000}, {2, 2000}}, [] { return true; }).interrupted);
  const std::vector<std::uint64_t> depths{1, 2, 4};
  const auto impossible = [](const SweepStep& step) -> std::variant<result::RunResult, std::string> {
    if (step.depth == 2) return "no memory";
    return quiet_run(1000);
  };
  const auto done = std::get<Sweep>(sweep(depths, {}, {}, impossible, [] { return false; }));
  EXPECT_EQ(done.problem, "-p 2 could not be run: no memory");
  EXPECT_THAT(done.failures().all(), Not(IsEmpty()));
  EXPECT_FALSE(done.valid());
  EXPECT_THAT(done.runs, SizeIs(1));
  EXPECT_THAT(to_json(done), HasSubstr("{\"code\":\"run-impossible\",\"pipeline\":2,"));
  const auto none = sweep(std::vector<std::uint64_t>{2, 4}, {}, {}, impossible, [] { return false; });
  EXPECT_EQ(std::get<std::string>(none), "no memory");
}

}  // namespace
}  // namespace backtalk::series
