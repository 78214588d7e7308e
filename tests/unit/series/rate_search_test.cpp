// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "series/rate_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runs.hpp"

namespace backtalk::series {
namespace {

using testing::Each;
using testing::Field;
using testing::Gt;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::uint64_t kMinute = 60 * kSecond;

bool never_stops() {
  return false;
}

SearchPlan plan_from(double first_rate) {
  return {.first_rate = first_rate, .duration_ns = 10 * kSecond, .samples = 662};
}

// A server that answers in a millisecond up to its capacity, and in a second beyond it.
result::RunResult answered_by(double capacity, const AskedStep& step) {
  const double seconds = static_cast<double>(step.duration_ns) / 1e9;
  auto out = quiet_run(static_cast<std::uint64_t>(step.rate * seconds),
                       step.rate <= capacity ? kMillisecond : kSecond);
  out.elapsed_ns = out.load.load_ns = out.connections.connected_ns = step.duration_ns;
  out.workload.rate = step.rate;
  out.workload.slo = "p99<20ms";
  return out;
}

using Step = std::variant<result::RunResult, std::string>;

RunStep server(double capacity) {
  return [capacity](const AskedStep& step) -> Step { return answered_by(capacity, step); };
}

// A clock on which steps take as long as they were asked to.
class Clock {
 public:
  SearchMeans means(RunStep run, std::function<bool()> stop = &never_stops) {
    return {.run =
                [this, run = std::move(run)](const AskedStep& step) {
                  now_ns_ += step.duration_ns;
                  return run(step);
                },
            .stop = std::move(stop),
            .now_ns = [this] { return now_ns_; }};
  }
  [[nodiscard]] std::uint64_t now_ns() const { return now_ns_; }

 private:
  std::uint64_t now_ns_ = 0;
};

RateSearch found(const SearchPlan& plan, const RunStep& run) {
  Clock clock;
  return std::get<RateSearch>(find_rate(plan, clock.means(run)));
}

TEST(RateSearch, FindsTheCapacityFromBelowAndFromAbove) {
  for (const double capacity : {12.0, 100.0, 777.0, 54'321.0}) {
    for (const double first : {1.0, 100.0, 1'000'000.0}) {
      const RateSearch done = found(plan_from(first), server(capacity));
      ASSERT_TRUE(done.rate) << capacity << " from " << first;
      EXPECT_LE(*done.rate, capacity);
      EXPECT_GE(*done.rate, capacity / (1 + kPrecision) * 0.999) << "from " << first;
      ASSERT_TRUE(done.too_high);
      EXPECT_GT(*done.too_high, capacity);
      EXPECT_LT(done.steps.size(), 60U);
      EXPECT_EQ(done.doubt(), std::nullopt);
    }
  }
}

// Whoever begins low is ready to wait for long.
TEST(RateSearch, FindsALowRateFromALowOne) {
  const RateSearch done = found(plan_from(0.3), server(0.37));
  ASSERT_TRUE(done.rate);
  EXPECT_NEAR(*done.rate, 0.37, 0.37 * 0.05);
}

TEST(RateSearch, ConfirmsForTwiceAsLong) {
  const RateSearch done = found(plan_from(100), server(777));
  ASSERT_TRUE(done.confirmed_by);
  const SearchStep& last = done.steps[*done.confirmed_by];
  EXPECT_TRUE(last.asked.confirms);
  EXPECT_EQ(last.asked.duration_ns, 20 * kSecond);
  EXPECT_EQ(last.asked.rate, *done.rate);
  ASSERT_TRUE(done.at_rate);
  EXPECT_EQ(done.at_rate->workload.rate, done.rate);
}

TEST(RateSearch, StepsWithALowRateTakeAsLongAsTheGoalNeeds) {
  const RateSearch done = found(plan_from(1), server(3));
  for (const SearchStep& step : done.steps)
    EXPECT_GT(step.asked.rate * static_cast<double>(step.asked.duration_ns) / 1e9, 662);
}

TEST(RateSearch, AStepThatFailsOnceIsNotBelieved) {
  std::size_t disturbed = 0;
  const RateSearch done = found(plan_from(100), [&](const AskedStep& step) {
    // Every third step is disturbed by something.
    const double capacity = step.number % 3 == 0 ? 0 : 777;
    disturbed += step.number % 3 == 0 ? 1 : 0;
    return Step(answered_by(capacity, step));
  });
  EXPECT_GT(disturbed, 2U);
  ASSERT_TRUE(done.rate);
  EXPECT_NEAR(*done.rate, 777, 777 * 0.05);
}

// What holds for a step only, as a queue that grows slowly, does not hold for two.
TEST(RateSearch, GoesLowerUntilARateIsConfirmed) {
  const RateSearch done = found(plan_from(100), [](const AskedStep& step) {
    return Step(answered_by(step.confirms ? 740 : 777, step));
  });
  ASSERT_TRUE(done.rate);
  EXPECT_LE(*done.rate, 740);
  EXPECT_GE(*done.rate, 740 * 0.96);
  EXPECT_THAT(summarize(done), HasSubstr("unconfirmed"));
}

TEST(RateSearch, ARateThatIsNeverConfirmedIsNone) {
  const RateSearch done = found(plan_from(100), [](const AskedStep& step) -> Step {
    return answered_by(step.confirms ? 0 : 777, step);
  });
  EXPECT_EQ(done.rate, std::nullopt);
  EXPECT_EQ(done.why_none(), "no rate that kept p99<20ms kept it again in a longer run");
}

// 765 messages, those that the p99 needs and some more, take two minutes at the lowest rate.
TEST(RateSearch, OfAServerThatNeverKeepsTheGoalThereIsNone) {
  Clock clock;
  const auto done = std::get<RateSearch>(find_rate(plan_from(100), clock.means(server(0))));
  EXPECT_EQ(done.rate, std::nullopt);
  EXPECT_EQ(done.kept(), std::nullopt);
  EXPECT_NEAR(done.steps.back().asked.rate, 765.0 / 120, 0.01);
  EXPECT_EQ(done.steps.back().asked.rate, done.lowest_rate);
  EXPECT_THAT(done.steps, SizeIs(6));
  EXPECT_LT(clock.now_ns(), 6 * kMinute);
  EXPECT_EQ(done.ended_by, SearchEnd::itself);
  EXPECT_THAT(done.why_none().value_or(""),
              testing::MatchesRegex("no rate from 6\\.37[0-9]/s on keeps p99<20ms"));
  EXPECT_THAT(summarize(done), StartsWith("no rate was found at smtp://127.0.0.1:2525: no rate from 6.37"));
  EXPECT_THAT(to_json(done), HasSubstr(R"("rate_per_s":null,"kept_per_s":null)"));
}

TEST(RateSearch, HasALowestRate) {
  // Five messages in a step, unless the goal needs more.
  EXPECT_DOUBLE_EQ(lowest_rate({.first_rate = 100, .duration_ns = 10 * kSecond}), 0.5);
  EXPECT_DOUBLE_EQ(lowest_rate({.first_rate = 100, .duration_ns = 1000 * kSecond}), kLowestRate);
  // Long steps were asked for.
  EXPECT_NEAR(lowest_rate({.first_rate = 100, .duration_ns = 60 * kSecond, .samples = 662}), 765.0 / 600,
              0.01);
  // A quarter of the first rate is always tried.
  EXPECT_DOUBLE_EQ(lowest_rate({.first_rate = 4, .duration_ns = 10 * kSecond, .samples = 662}), 1);
  EXPECT_DOUBLE_EQ(lowest_rate({.first_rate = 0.1, .duration_ns = 10 * kSecond, .samples = 662}),
                   kLowestRate);
}

TEST(RateSearch, MayTakeHalfAnHourOrThirtyFirstSteps) {
  EXPECT_EQ(time_max_ns(plan_from(100)), 30 * kMinute);
  EXPECT_EQ(time_max_ns({.first_rate = 100, .duration_ns = 5 * kMinute}), 150 * kMinute);
  // The first step has to wait for its 765 messages.
  EXPECT_GT(time_max_ns(plan_from(1)), 30 * 760 * kSecond);
}

// Each step takes five minutes in place of ten seconds: a server that does not let go of sessions.
TEST(RateSearch, EndsInTimeWithWhatItHasFound) {
  std::uint64_t now_ns = 0;
  const auto searched = find_rate(plan_from(100), {.run =
                                                       [&](const AskedStep& step) {
                                                         now_ns += 5 * kMinute;
                                                         return Step(answered_by(333, step));
                                                       },
                                                   .stop = &never_stops,
                                                   .now_ns = [&] { return now_ns; }});
  const auto& done = std::get<RateSearch>(searched);
  EXPECT_LE(now_ns, 30 * kMinute);
  EXPECT_EQ(done.ended_by, SearchEnd::time);
  EXPECT_DOUBLE_EQ(done.kept().value_or(0), 282.8);
  EXPECT_EQ(done.too_high, 400);
  EXPECT_EQ(done.why_none(),
            "the search reached its limit of 30 min: 282.8/s kept p99<20ms but was not confirmed; 400/s "
            "was too much");
  EXPECT_THAT(to_json(done), HasSubstr(R"("ended_by":"time")"));
  EXPECT_THAT(done.failures({}).all(), SizeIs(1));
}

// Three of four steps have a late generator, and no rate is kept for twice as long.
TEST(RateSearch, EndsAfterSoManySteps) {
  const RateSearch done = found(plan_from(100), [](const AskedStep& step) {
    const bool late = step.number % 4 != 0;
    result::RunResult out = answered_by(late || step.confirms ? 0 : 777, step);
    if (late) out.client.busy_max = 0.99;
    return Step(std::move(out));
  });
  EXPECT_THAT(done.steps, SizeIs(kStepsMax));
  EXPECT_EQ(done.ended_by, SearchEnd::steps);
  EXPECT_THAT(done.why_none().value_or(""), StartsWith("the search reached its limit of 60 steps: "));
}

// Each twentieth message has a command of its own, about which the goal is.
RunStep with_a_rare_command(double capacity) {
  return [capacity](const AskedStep& step) -> Step {
    auto out = answered_by(capacity, step);
    out.workload.slo = "RCPT p99<20ms";
    result::Command rare{.name = "RCPT", .statuses = {}, .latency = {}};
    rare.sent = rare.ok = out.measured.started / 20;
    rare.latency.record_n(step.rate <= capacity ? kMillisecond : kSecond, rare.sent);
    out.commands.push_back(std::move(rare));
    return out;
  };
}

TEST(RateSearch, AStepWithTooFewAnswersForARuleIsRepeatedForLonger) {
  const RateSearch done =
      found({.first_rate = 400, .duration_ns = 10 * kSecond, .samples = 662}, with_a_rare_command(777));
  ASSERT_TRUE(done.rate);
  EXPECT_NEAR(*done.rate, 777, 777 * 0.05);
  EXPECT_EQ(done.doubt(), std::nullopt);
  ASSERT_GT(done.steps.size(), 2U);
  EXPECT_TRUE(done.steps[0].too_few);
  EXPECT_FALSE(done.steps[0].judged);
  EXPECT_EQ(done.steps[1].asked.rate, 400);
  EXPECT_GT(done.steps[1].asked.duration_ns, done.steps[0].asked.duration_ns);
  EXPECT_TRUE(done.steps[1].kept);
  // What was learnt of one rate holds for the others.
  EXPECT_EQ(std::ranges::count_if(done.steps, &SearchStep::too_few), 1);
  EXPECT_THAT(summarize(done), HasSubstr("not judged   RCPT p99<20ms: 200 answers, 662 needed"));
}

// Sessions greet once, however long the step is.
TEST(RateSearch, ARuleThatNeverHasEnoughAnswersIsUndecided) {
  Clock clock;
  const auto searched = find_rate(plan_from(100), clock.means([](const AskedStep& step) -> Step {
    auto out = answered_by(1e9, step);
    out.workload.slo = "GREETING p95<20ms";
    result::Command greeting{.name = "GREETING", .statuses = {}, .latency = {}};
    greeting.sent = greeting.ok = 10;
    greeting.latency.record_n(kMillisecond, 10);
    out.commands.push_back(std::move(greeting));
    return out;
  }));
  const auto& done = std::get<RateSearch>(searched);
  EXPECT_EQ(done.rate, std::nullopt);
  EXPECT_EQ(done.too_high, std::nullopt);
  EXPECT_EQ(done.why_none(), "no rate could be judged: GREETING p95<20ms: 10 answers, 130 needed");
  EXPECT_THAT(done.steps, SizeIs(2)) << "a longer step had no more answers";
  EXPECT_LT(clock.now_ns(), 4 * kMinute);
  EXPECT_THAT(summarize(done), testing::Not(HasSubstr("not kept")));
}

// None of three steps, each four times as long as the one before it, had any.
TEST(RateSearch, AStepIsLengthenedToASixthOfTheTime) {
  const RateSearch done = found(plan_from(100), [](const AskedStep& step) -> Step {
    auto out = answered_by(1e9, step);
    out.workload.slo = "RSET p95<20ms";
    return out;
  });
  EXPECT_THAT(done.why_none().value_or(""), StartsWith("no rate could be judged: RSET p95<20ms: nothing"));
  ASSERT_THAT(done.steps, SizeIs(4));
  EXPECT_EQ(done.steps[1].asked.duration_ns, 40 * kSecond);
  EXPECT_EQ(done.steps[2].asked.duration_ns, 160 * kSecond);
  EXPECT_EQ(done.steps[3].asked.duration_ns, 5 * kMinute);
}

// A message in ten seconds, and steps of two.
TEST(RateSearch, AStepInWhichNothingFellDueIsNotJudged) {
  const RateSearch done = found({.first_rate = 0.1, .highest_rate = 1, .duration_ns = 2 * kSecond},
                                [](const AskedStep& step) -> Step {
                                  auto out = answered_by(1e9, step);
                                  out.workload.slo = "mean<20ms";
                                  return out;
                                });
  EXPECT_TRUE(done.steps.front().too_few);
  EXPECT_EQ(done.rate, 1);
}

// One rule is missed whatever the other would say.
TEST(RateSearch, ARuleThatIsMissedDecidesWhereAnotherHasTooFewAnswers) {
  const RateSearch done = found(plan_from(100), [](const AskedStep& step) -> Step {
    auto out = answered_by(0, step);
    out.workload.slo = "p99<20ms,p99.9<1h";
    return out;
  });
  EXPECT_EQ(std::ranges::count_if(done.steps, &SearchStep::too_few), 0);
  EXPECT_THAT(done.why_none().value_or(""), StartsWith("no rate from 6.3"));
}

TEST(RateSearch, ADoubtIsAFailureUnderFailIf) {
  SearchPlan plan = plan_from(100);
  plan.highest_rate = 5'000;
  const RateSearch done = found(plan, server(1e9));
  EXPECT_THAT(done.failures({}).all(), testing::IsEmpty());
  const std::vector limits{std::get<report::Threshold>(report::read_threshold("p99>1h"))};
  ASSERT_THAT(done.failures(limits).all(), SizeIs(1));
  EXPECT_THAT(done.failures(limits).all()[0].sentence, StartsWith("invalid: 5000/s is the highest"));
  const std::vector strict{std::get<report::Threshold>(report::read_threshold("per_s<1000000"))};
  ASSERT_THAT(done.failures(strict).all(), SizeIs(2));
  EXPECT_FALSE(done.failures(strict).all()[1].in_summary);
  // Without a doubt it is none.
  EXPECT_THAT(found(plan_from(100), server(777)).failures(limits).all(), testing::IsEmpty());
}

TEST(RateSearch, OfAServerWithoutALimitIsTheHighestThatIsTried) {
  SearchPlan plan = plan_from(100);
  plan.highest_rate = 5'000;
  const RateSearch done = found(plan, server(1e9));
  EXPECT_EQ(done.rate, 5'000);
  EXPECT_EQ(done.too_high, std::nullopt);
  ASSERT_TRUE(done.doubt());
  EXPECT_THAT(*done.doubt(), HasSubstr("the server may do more"));
}

TEST(RateSearch, SaysIfTheGeneratorWasTheLimit) {
  const RateSearch done = found(plan_from(100), [](const AskedStep& step) {
    result::RunResult out = answered_by(1e9, step);
    if (step.rate > 777) out.client.busy_max = 0.99;
    return Step(std::move(out));
  });
  ASSERT_TRUE(done.rate);
  EXPECT_LE(*done.rate, 777);
  ASSERT_TRUE(done.doubt());
  EXPECT_THAT(*done.doubt(), StartsWith("beyond it the generator was the limit"));
  EXPECT_THAT(to_json(done), HasSubstr(R"("verdict":{"valid":false)"));
}

// Three of four steps have a late generator, and miss the goal by that.
TEST(RateSearch, AStepWithALateGeneratorSaysNothingAboutTheServer) {
  const RateSearch done = found(plan_from(100), [](const AskedStep& step) {
    const bool late = step.number % 4 != 0;
    result::RunResult out = answered_by(late ? 0 : 777, step);
    if (late) out.client.busy_max = 0.99;
    return Step(std::move(out));
  });
  ASSERT_TRUE(done.rate);
  EXPECT_NEAR(*done.rate, 777, 777 * 0.05);
  EXPECT_EQ(done.doubt(), std::nullopt);
  EXPECT_THAT(summarize(done), HasSubstr("not judged"));
}

TEST(RateSearch, WithAGeneratorThatIsAlwaysLateNoRateIsJudged) {
  const RateSearch done = found(plan_from(100), [](const AskedStep& step) {
    result::RunResult out = answered_by(0, step);
    out.client.busy_max = 0.99;
    return Step(std::move(out));
  });
  EXPECT_EQ(done.rate, std::nullopt);
  EXPECT_EQ(done.too_high, std::nullopt);
  ASSERT_TRUE(done.why_none());
  EXPECT_THAT(*done.why_none(), StartsWith("no rate could be judged: "));
}

TEST(RateSearch, AnInterruptedStepIsNotJudged) {
  const auto interrupted_at = [](std::size_t number) {
    return found(plan_from(100), [number](const AskedStep& step) {
      result::RunResult out = answered_by(step.number == number ? 0 : 777, step);
      out.interrupted = step.number == number;
      return Step(std::move(out));
    });
  };
  const RateSearch at_once = interrupted_at(0);
  EXPECT_EQ(at_once.why_none(), "interrupted before any rate was judged");
  EXPECT_THAT(summarize(at_once), HasSubstr("cut short"));
  EXPECT_THAT(summarize(at_once), testing::Not(HasSubstr("not kept")));
  EXPECT_EQ(interrupted_at(2).why_none(), "interrupted: 200/s kept p99<20ms but was not confirmed");
  const RateSearch later = interrupted_at(6);
  EXPECT_EQ(later.why_none(), "interrupted: 565.7/s kept p99<20ms but was not confirmed; 800/s was too much");
  EXPECT_THAT(to_json(later), HasSubstr(R"("too_high_per_s":8E2)"));
  EXPECT_DOUBLE_EQ(later.kept().value_or(0), 565.7);
  EXPECT_THAT(to_json(later), HasSubstr(R"("interrupted":true,"ended_by":"interrupt")"));
}

TEST(RateSearch, IsStoppedBetweenStepsAndWithinOne) {
  Clock clock;
  const auto between = find_rate(plan_from(100), clock.means(server(777), [] { return true; }));
  EXPECT_EQ(std::get<RateSearch>(between).ended_by, SearchEnd::interrupt);
  EXPECT_THAT(std::get<RateSearch>(between).steps, SizeIs(1));
  const RateSearch within = found(plan_from(100), [](const AskedStep& step) {
    result::RunResult out = answered_by(777, step);
    out.interrupted = step.number == 2;
    return Step(std::move(out));
  });
  EXPECT_EQ(within.ended_by, SearchEnd::interrupt);
  EXPECT_THAT(within.steps, SizeIs(3));
  EXPECT_EQ(within.rate, std::nullopt);
}

TEST(RateSearch, ReturnsWhatKeptAStepFromBeingCarriedOut) {
  Clock clock;
  const auto done =
      find_rate(plan_from(100), clock.means([](const AskedStep&) -> Step { return "no memory"; }));
  EXPECT_EQ(std::get<std::string>(done), "no memory");
}

TEST(RateSearch, HasTheStepsBeforeOneThatCannotBeRun) {
  const RateSearch done = found(plan_from(100), [](const AskedStep& step) -> Step {
    if (step.number == 3) return "no memory";
    return answered_by(777, step);
  });
  EXPECT_THAT(done.steps, SizeIs(3));
  EXPECT_EQ(done.ended_by, SearchEnd::problem);
  EXPECT_EQ(done.kept(), 400);
  EXPECT_EQ(done.why_none(),
            "step 4, at 800/s, could not be run: no memory; 400/s kept p99<20ms but was not confirmed");
  EXPECT_THAT(summarize(done), HasSubstr("step 4, at 800/s, could not be run: no memory"));
  EXPECT_THAT(to_json(done), HasSubstr(R"("problem":{"step":4,"rate_per_s":8E2,"sentence":"no memory"})"));
  EXPECT_THAT(done.failures({}).all(), SizeIs(1));
}

TEST(RateSearch, EndsWithTheFirstStepIfNothingListens) {
  const auto nobody = [](const AskedStep& step) -> Step {
    result::RunResult out;
    out.url = "smtp://127.0.0.1:2525";
    out.transaction = "message";
    out.elapsed_ns = step.duration_ns;
    out.workload.rate = step.rate;
    out.workload.slo = "p99<20ms";
    out.measured = {.started = 1000, .unfinished = 1000};
    out.connections.failed = 90;
    out.errors = {{.name = "connect-refused", .count = 90}};
    return out;
  };
  const RateSearch done = found(plan_from(100), nobody);
  EXPECT_THAT(done.steps, SizeIs(1));
  EXPECT_EQ(done.ended_by, SearchEnd::problem);
  EXPECT_EQ(done.too_high, std::nullopt) << "the rate is not to blame";
  EXPECT_THAT(done.why_none().value_or(""), HasSubstr("90 x connect-refused"));
  EXPECT_THAT(done.failures({}).all(), SizeIs(1));
  // A server that went away later may have been driven away by the rate.
  const RateSearch later = found(plan_from(100), [&nobody](const AskedStep& step) -> Step {
    return step.rate > 300 ? nobody(step) : answered_by(777, step);
  });
  EXPECT_EQ(later.ended_by, SearchEnd::itself);
  ASSERT_TRUE(later.rate);
  EXPECT_LE(*later.rate, 300);
}

TEST(RateSearch, ShowsTheTrail) {
  const RateSearch done = found(plan_from(400), server(500));
  const std::string text = summarize(done);
  EXPECT_THAT(text, HasSubstr("/s is the highest rate that keeps p99<20ms at smtp://127.0.0.1:2525"));
  EXPECT_THAT(text, HasSubstr("not kept     p99<20ms: 1.00 s"));
  EXPECT_THAT(text, HasSubstr("was too much: p99<20ms: 1.00 s"));
  EXPECT_THAT(to_json(done), StartsWith(R"({"schema":"backtalk.find-rate/1")"));
}

}  // namespace
}  // namespace backtalk::series
