// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/course.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdint>
#include <optional>

namespace {

using backtalk::live::Asked;
using backtalk::live::Figures;
using backtalk::live::Instant;
using backtalk::live::Phase;
using backtalk::live::set_course;
using backtalk::stats::RateStep;
using ::testing::Optional;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kFrom = 1000 * kSecond;  // the end of the warm-up
constexpr Asked kTenSeconds{.warmup_ns = 2 * kSecond, .duration_ns = 10 * kSecond, .rate_per_s = 50};

Figures at(const Asked& asked, const Instant& instant, std::uint64_t started = 0) {
  Figures figures;
  figures.counted.started = started;
  set_course(figures, asked, instant);
  return figures;
}

TEST(Course, BeginsWhenSessionsAreOpen) {
  const Figures figures = at(kTenSeconds, {.now_ns = kFrom, .measure_from_ns = std::nullopt});
  EXPECT_EQ(figures.phase, Phase::opening);
  EXPECT_EQ(figures.left_ns, std::nullopt);
  EXPECT_EQ(figures.rate_asked, std::nullopt);
}

TEST(Course, WarmsUpBeforeAnythingIsMeasured) {
  const Figures figures = at(kTenSeconds, {.now_ns = kFrom - kSecond, .measure_from_ns = kFrom});
  EXPECT_EQ(figures.phase, Phase::warming_up);
  EXPECT_THAT(figures.left_ns, Optional(kSecond));
  EXPECT_EQ(figures.measured_ns, 0U);
  EXPECT_THAT(figures.rate_asked, Optional(50.0));
}

TEST(Course, IsMeasuredForTheDuration) {
  const Figures first = at(kTenSeconds, {.now_ns = kFrom, .measure_from_ns = kFrom});
  EXPECT_EQ(first.phase, Phase::measuring);
  EXPECT_THAT(first.left_ns, Optional(10 * kSecond));
  const Figures last = at(kTenSeconds, {.now_ns = kFrom + 10 * kSecond - 1, .measure_from_ns = kFrom});
  EXPECT_EQ(last.phase, Phase::measuring);
  EXPECT_THAT(last.left_ns, Optional(1U));
  EXPECT_EQ(last.measured_ns, 10 * kSecond - 1);
  EXPECT_THAT(last.rate_asked, Optional(50.0));
}

TEST(Course, ThenWaitsForTheLastAnswersAndAsksForNoRate) {
  const Figures figures = at(kTenSeconds, {.now_ns = kFrom + 10 * kSecond, .measure_from_ns = kFrom});
  EXPECT_EQ(figures.phase, Phase::draining);
  EXPECT_EQ(figures.left_ns, std::nullopt);
  EXPECT_EQ(figures.rate_asked, std::nullopt);
}

TEST(Course, ACountEndsItToo) {
  const Asked count{.transactions_max = 20};
  const Instant instant{.now_ns = kFrom + kSecond, .measure_from_ns = kFrom};
  EXPECT_EQ(at(count, instant, 19).phase, Phase::measuring);
  EXPECT_EQ(at(count, instant, 19).left_ns, std::nullopt) << "nobody knows";
  EXPECT_EQ(at(count, instant, 20).phase, Phase::draining);
  const Asked both{.duration_ns = 10 * kSecond, .transactions_max = 20};
  EXPECT_EQ(at(both, instant, 20).phase, Phase::draining);
}

TEST(Course, WhoStopsItSeesThatAtOnce) {
  for (const auto from :
       {std::optional<std::uint64_t>(), std::optional(kFrom), std::optional(kFrom + kSecond)}) {
    const Figures figures = at(kTenSeconds, {.now_ns = kFrom, .measure_from_ns = from, .stopped = true});
    EXPECT_EQ(figures.phase, Phase::stopping);
    EXPECT_EQ(figures.rate_asked, std::nullopt);
  }
}

TEST(Course, TheRateFollowsTheStepsFromTheBeginOfTheWarmUp) {
  static constexpr std::array<RateStep, 2> kSteps{
      {{.until_ns = 2 * kSecond, .rate_per_s = 10}, {.until_ns = 5 * kSecond, .rate_per_s = 20}}};
  Asked asked = kTenSeconds;
  asked.rate_steps = kSteps;
  const auto rate = [&asked](std::uint64_t now) {
    return at(asked, {.now_ns = now, .measure_from_ns = kFrom}).rate_asked;
  };
  EXPECT_THAT(rate(kFrom - 3 * kSecond), Optional(10.0)) << "a clock that starts later";
  EXPECT_THAT(rate(kFrom - kSecond), Optional(10.0));
  EXPECT_THAT(rate(kFrom), Optional(20.0));
  EXPECT_THAT(rate(kFrom + 3 * kSecond), Optional(50.0));
}

}  // namespace
