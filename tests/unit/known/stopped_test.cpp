// SPDX-License-Identifier: Apache-2.0 OR MIT
// A server that stops for a second of ten: what a closed loop hides and an open loop shows.
#include <gtest/gtest.h>

#include "report/verdict.hpp"
#include "simulated_run.hpp"

namespace backtalk::known {
namespace {

constexpr Stop kStop{.from_ns = 5 * kSecond, .for_ns = kSecond};

double percentile(const stats::Histogram& of, double per_cent) {
  return static_cast<double>(of.value_at_percentile(per_cent));
}

// A session that waits for its answer asks once during the stop: of 9,000 transactions, one is
// slow.
TEST(StoppedServer, AClosedLoopHasOneSlowTransaction) {
  const auto run = simulate({.faults = {"service=const:1ms"}, .stop = kStop}).result;
  EXPECT_NEAR(static_cast<double>(run.measured.completed), 9'000, 2);
  EXPECT_EQ(run.latency.value_at_percentile(99.9), run.latency.value_at_percentile(50));
  EXPECT_NEAR(percentile(run.latency, 50), 1e6, 1e3);
  EXPECT_NEAR(static_cast<double>(run.latency.max()), 1e9, 2e6);
  EXPECT_NEAR(run.latency.mean(), (9'000 * 1e6 + 1e9) / 9'001, 2e3);
}

// 500 a second fall due all the same. When the server goes on, 500 wait, and it takes another
// second until they and those that fall due meanwhile are answered: 1,000 of 5,000 have waited,
// from 1 ms to 1 s alike.
TEST(StoppedServer, AnOpenLoopHasAllThatFellDue) {
  for (const std::uint64_t pipeline : {1U, 1024U}) {
    const auto run =
        simulate({.pipeline = pipeline, .rate = 500, .faults = {"service=const:1ms"}, .stop = kStop}).result;
    EXPECT_EQ(run.measured.completed, 5'000U);
    EXPECT_NEAR(percentile(run.latency, 50), 1e6, 1e3);
    EXPECT_NEAR(percentile(run.latency, 79.9), 1e6, 10e6);
    EXPECT_NEAR(percentile(run.latency, 90), 0.5e9, 5e6);
    EXPECT_NEAR(percentile(run.latency, 95), 0.75e9, 5e6);
    EXPECT_NEAR(percentile(run.latency, 99), 0.95e9, 5e6);
    EXPECT_NEAR(static_cast<double>(run.latency.max()), 1.001e9, 3e6);
    EXPECT_NEAR(run.latency.mean(), 0.8 * 1e6 + 0.2 * 0.501e9, 1e6);
  }
}

// The same from the instant of sending, on a connection that has one in flight: the stop is seen
// once, as in a closed loop.
TEST(StoppedServer, TheUncorrectedLatencyHidesIt) {
  const auto run = simulate({.rate = 500, .faults = {"service=const:1ms"}, .stop = kStop}).result;
  EXPECT_NEAR(percentile(run.service, 99.9), 1e6, 1e3);
  EXPECT_NEAR(static_cast<double>(run.service.max()), 1e9, 3e6);
}

// What every protocol's sessions measure.
TEST(StoppedServer, IsSeenAlikeByEveryProtocol) {
  for (const char* url : {"smtp://127.0.0.1", "lmtp://127.0.0.1", "http://127.0.0.1"}) {
    const auto run =
        simulate({.url = url, .rate = 500, .faults = {"service=const:1ms"}, .stop = kStop}).result;
    EXPECT_EQ(run.measured.completed, 5'000U) << url;
    EXPECT_NEAR(percentile(run.latency, 90), 0.5e9, 5e6) << url;
    EXPECT_NEAR(percentile(run.latency, 99), 0.95e9, 5e6) << url;
  }
}

TEST(StoppedServer, ThatDoesNotStopHasNothingToHide) {
  const auto run = simulate({.rate = 500, .faults = {"service=const:1ms"}}).result;
  EXPECT_NEAR(static_cast<double>(run.latency.max()), 1e6, 1e3);
}

}  // namespace
}  // namespace backtalk::known
