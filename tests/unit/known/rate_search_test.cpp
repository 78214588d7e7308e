// SPDX-License-Identifier: Apache-2.0 OR MIT
// The search for the highest rate, on servers of known capacity.
#include "series/rate_search.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <variant>

#include "simulated_run.hpp"

namespace backtalk::known {
namespace {

series::RateSearch searched(const std::string& service, const std::string& goal, stats::Arrival arrival,
                            std::uint64_t step_ns, double first_rate = series::kFirstRate,
                            std::uint64_t samples = 662) {
  const series::SearchPlan plan{.first_rate = first_rate, .duration_ns = step_ns, .samples = samples};
  std::uint64_t now_ns = 0;
  const auto run_step = [&](const series::AskedStep& step) -> std::variant<result::RunResult, std::string> {
    auto out = simulate({.connections = 200,
                         .rate = step.rate,
                         .arrival = arrival,
                         .seed = step.number + 1,
                         .duration_ns = step.duration_ns,
                         .faults = {"service=" + service, "workers=1"}})
                   .result;
    out.workload.slo = goal;
    now_ns += step.duration_ns;
    return out;
  };
  return std::get<series::RateSearch>(series::find_rate(
      plan, {.run = run_step, .stop = [] { return false; }, .now_ns = [&] { return now_ns; }}));
}

// A thousand services of a millisecond in a second.
TEST(RateSearchOnAServerOfKnownCapacity, FindsAConstantOne) {
  const auto done = searched("const:1ms", "p99<20ms", stats::Arrival::constant, 10 * kSecond);
  ASSERT_TRUE(done.rate);
  EXPECT_LE(*done.rate, 1005);
  EXPECT_GE(*done.rate, 950);
}

// Five times of five, wherever it begins: what is found is within 5 %, and a longer step confirms
// it.
TEST(RateSearchOnAServerOfKnownCapacity, FindsAHundredASecondFromAnywhere) {
  for (const double first_rate : {7.0, 33.0, 100.0, 170.0, 5000.0}) {
    const auto done = searched("const:10ms", "p99<100ms", stats::Arrival::constant, 10 * kSecond, first_rate);
    ASSERT_TRUE(done.rate) << "from " << first_rate;
    EXPECT_NEAR(*done.rate, 100, 5) << "from " << first_rate;
    EXPECT_EQ(done.doubt(), std::nullopt);
    ASSERT_TRUE(done.confirmed_by);
    const series::SearchStep& last = done.steps[*done.confirmed_by];
    EXPECT_TRUE(last.asked.confirms && last.kept);
    EXPECT_EQ(last.asked.rate, *done.rate);
    for (const series::SearchStep& step : done.steps) {
      if (step.asked.rate == *done.rate && !step.asked.confirms)
        EXPECT_EQ(2 * step.asked.duration_ns, last.asked.duration_ns);
    }
    const std::string trail = series::to_json(done);
    std::size_t results = 0;
    for (std::size_t at = 0;
         (at = trail.find(R"("result":{"schema":"backtalk.load/1")", at)) != std::string::npos; ++at)
      ++results;
    EXPECT_EQ(results, done.steps.size());
  }
}

// A queue may grow for a whole step without missing this goal. In so short a step chance hides that
// 8 % of what arrives are not answered: the step that confirms is long enough to tell.
TEST(RateSearchOnAServerOfKnownCapacity, FindsItInShortStepsWithAnEasyGoal) {
  const auto done = searched("const:10ms", "p90<1s", stats::Arrival::constant, 3 * kSecond, 60, 64);
  ASSERT_TRUE(done.rate);
  EXPECT_NEAR(*done.rate, 100, 5);
  ASSERT_TRUE(done.confirmed_by);
  const series::AskedStep& last = done.steps[*done.confirmed_by].asked;
  EXPECT_GE(last.rate * static_cast<double>(last.duration_ns) / 1e9, 1499);
}

// The time in an M/M/1 queue has p99 = ln(100) / (service rate - arrival rate): 20 ms at 769.7/s.
TEST(RateSearchOnAServerOfKnownCapacity, FindsWhereTheQueueReachesTheGoal) {
  const double expected = 1000 - std::log(100) / 0.020;
  const auto done = searched("exp:1ms", "p99<20ms", stats::Arrival::poisson, 60 * kSecond);
  ASSERT_TRUE(done.rate);
  EXPECT_NEAR(*done.rate, expected, 0.05 * expected);
}

// A goal that is met by a queue as long as the step lasts leaves the verdict to find the capacity.
TEST(RateSearchOnAServerOfKnownCapacity, FindsItByTheVerdictAlone) {
  const auto done = searched("const:1ms", "p99<1h", stats::Arrival::constant, 20 * kSecond);
  ASSERT_TRUE(done.rate);
  EXPECT_NEAR(*done.rate, 1000, 50);
  ASSERT_TRUE(done.limit);
  EXPECT_EQ(done.steps[*done.limit].verdict.reasons.front().code, "rate-not-reached");
}

}  // namespace
}  // namespace backtalk::known
