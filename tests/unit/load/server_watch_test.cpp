// SPDX-License-Identifier: Apache-2.0 OR MIT
// This process is the server that is watched: it knows what it has used.
#include "load/server_watch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>
#include <vector>

namespace backtalk::load {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
const std::vector<stats::Stage> kThree(3, {.duration_ns = kSecond, .from_per_s = 1, .to_per_s = 1});
// User and system time are each read in steps of 10 ms.
constexpr double kStepsNs = 25e6;

std::uint64_t used_ns() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<std::uint64_t>(used.tv_sec) * kSecond + static_cast<std::uint64_t>(used.tv_nsec);
}

void burn(std::uint64_t ns) {
  for (const std::uint64_t until = used_ns() + ns; used_ns() < until;) {
  }
}

TEST(ServerWatch, EachStageHasWhatWasUsedInIt) {
  ServerWatch watch(getpid(), kThree);
  std::uint64_t now = 1;
  burn(50 * kMillisecond);  // the warm-up
  watch.look(now++, std::nullopt);
  watch.look(now++, 0);
  burn(200 * kMillisecond);
  watch.look(now++, kSecond);
  watch.look(now++, 2 * kSecond - 1);
  watch.look(now++, 2 * kSecond + 5);
  burn(100 * kMillisecond);
  watch.look(now++, 3 * kSecond);
  burn(60 * kMillisecond);  // the last answers, which come after all stages
  watch.finish();
  const auto of_stages = watch.cpu_of_stages();
  ASSERT_EQ(of_stages.size(), 3U);
  ASSERT_TRUE(of_stages[0] && of_stages[1] && of_stages[2]);
  EXPECT_NEAR(static_cast<double>(*of_stages[0]), 200e6, kStepsNs);
  EXPECT_NEAR(static_cast<double>(*of_stages[1]), 0, kStepsNs);
  EXPECT_NEAR(static_cast<double>(*of_stages[2]), 100e6, kStepsNs);
  ASSERT_TRUE(watch.used());
  EXPECT_NEAR(static_cast<double>(watch.used()->cpu_ns), 360e6, kStepsNs);
}

// Ctrl-C: what was used in a stage that did not end is not that stage's.
TEST(ServerWatch, AStageThatDidNotEndHasNothing) {
  ServerWatch watch(getpid(), kThree);
  watch.look(1, std::nullopt);
  watch.look(2, kSecond);
  watch.finish();
  EXPECT_TRUE(watch.cpu_of_stages()[0]);
  EXPECT_FALSE(watch.cpu_of_stages()[1]);
  EXPECT_FALSE(watch.cpu_of_stages()[2]);
}

TEST(ServerWatch, ShortStagesThatEndTogetherShareTheFirstLook) {
  ServerWatch watch(getpid(), kThree);
  watch.look(1, std::nullopt);
  burn(100 * kMillisecond);
  watch.look(2, 3 * kSecond);
  watch.finish();
  EXPECT_NEAR(static_cast<double>(watch.cpu_of_stages()[0].value_or(0)), 100e6, kStepsNs);
  EXPECT_EQ(watch.cpu_of_stages()[1], 0U);
}

TEST(ServerWatch, WithoutStagesThereAreNone) {
  ServerWatch watch(getpid());
  watch.look(1, std::nullopt);
  watch.look(2, kSecond);
  watch.finish();
  EXPECT_TRUE(watch.cpu_of_stages().empty());
  EXPECT_TRUE(watch.used());
}

}  // namespace
}  // namespace backtalk::load
