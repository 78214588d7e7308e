// SPDX-License-Identifier: Apache-2.0 OR MIT
// Queues whose answers are known: one server, exponential or constant service (M/M/1, M/D/1,
// D/D/1).
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "report/verdict.hpp"
#include "simulated_run.hpp"

namespace backtalk::known {
namespace {

// Three ways to have one queue: the client's, one connection's, and the whole server's.
struct Form {
  const char* name;
  std::size_t connections;
  std::uint64_t pipeline;
};
constexpr Form kForms[]{{"AtTheClient", 1, 1}, {"OnAConnection", 1, 1024}, {"OfTheServer", 64, 1}};

SimulatedLoad queue(const Form& form, const std::string& service, double rate, std::uint64_t duration_ns) {
  return {.connections = form.connections,
          .pipeline = form.pipeline,
          .rate = rate,
          .arrival = stats::Arrival::poisson,
          .duration_ns = duration_ns,
          .faults = {"service=" + service, "workers=1"}};
}

double percentile(const result::RunResult& of, double per_cent) {
  return static_cast<double>(of.latency.value_at_percentile(per_cent));
}

class OneServer : public testing::TestWithParam<Form> {};
INSTANTIATE_TEST_SUITE_P(, OneServer, testing::ValuesIn(kForms),
                         [](const auto& form) { return std::string(form.param.name); });

// The time in an M/M/1 queue is exponential with the mean 1 / (service rate - arrival rate):
// percentile p is -ln(1 - p) of that. Bounds: four standard errors, by the queue's relaxation time
// 1 / (sqrt(service rate) - sqrt(arrival rate))^2.
void expect_exponential(const result::RunResult& of, double mean_ns, double error) {
  EXPECT_NEAR(of.latency.mean(), mean_ns, error * mean_ns);
  EXPECT_NEAR(percentile(of, 50), std::log(2) * mean_ns, error * mean_ns);
  EXPECT_NEAR(percentile(of, 90), std::log(10) * mean_ns, 2 * error * mean_ns);
  EXPECT_NEAR(percentile(of, 99), std::log(100) * mean_ns, 5 * error * mean_ns);
}

TEST_P(OneServer, HalfLoadedWithExponentialService) {
  const auto run = simulate(queue(GetParam(), "exp:1ms", 500, 200 * kSecond)).result;
  EXPECT_NEAR(static_cast<double>(run.measured.completed), 100'000, 4 * std::sqrt(100'000));
  expect_exponential(run, 2e6, 0.04);
}

TEST_P(OneServer, FourFifthsLoadedWithExponentialService) {
  const auto run = simulate(queue(GetParam(), "exp:1ms", 800, 300 * kSecond)).result;
  expect_exponential(run, 5e6, 0.10);
}

// Pollaczek and Khinchine: with constant service S and load r, the mean is S (1 + r / (2 (1 - r))).
TEST_P(OneServer, FourFifthsLoadedWithConstantService) {
  const auto run = simulate(queue(GetParam(), "const:1ms", 800, 200 * kSecond)).result;
  EXPECT_NEAR(run.latency.mean(), 3e6, 0.1 * 3e6);
  EXPECT_GE(percentile(run, 0), 1e6 * 0.999);
}

// A planted mistake: latency from sending in place of the scheduled instant hides the queue that is
// at the client.
TEST(OneServerPlanted, TheUncorrectedLatencyDoesNotHaveTheKnownAnswer) {
  const auto run = simulate(queue(kForms[0], "exp:1ms", 800, 100 * kSecond)).result;
  EXPECT_NEAR(run.service.mean(), 1e6, 0.05e6);
  EXPECT_GT(run.latency.mean(), 4e6);
}

// Without workers=1 each connection has a server of its own: 64 of them are never busy.
TEST(OneServerPlanted, WithoutOneWorkerThereIsNoQueue) {
  SimulatedLoad load = queue(kForms[2], "exp:1ms", 800, 100 * kSecond);
  load.faults.pop_back();
  EXPECT_NEAR(simulate(load).result.latency.mean(), 1e6, 0.05e6);
}

// Two workers: the mean time in M/M/2 with load r is S / (1 - r^2).
TEST(TwoServers, HaveTheMeanOfErlang) {
  SimulatedLoad load = queue(kForms[2], "exp:1ms", 1600, 100 * kSecond);
  load.faults.back() = "workers=2";
  EXPECT_NEAR(simulate(load).result.latency.mean(), 1e6 / (1 - 0.64), 0.1e6 / (1 - 0.64));
}

TEST(ConstantDelay, IsTheLatencyOfEachTransaction) {
  for (const std::uint64_t pipeline : {1U, 8U}) {
    const auto run = simulate({.connections = 8,
                               .pipeline = pipeline,
                               .rate = 100,
                               .duration_ns = 20 * kSecond,
                               .faults = {"service=const:5ms"}})
                         .result;
    EXPECT_EQ(run.measured.completed, 2000U);
    EXPECT_EQ(run.latency.min(), 5 * kMillisecond);
    EXPECT_EQ(run.latency.max(), 5 * kMillisecond);
    EXPECT_DOUBLE_EQ(run.latency.mean(), 5e6);
    EXPECT_TRUE(report::judge(run).valid());
  }
}

// A closed loop of c sessions at one server: all the rate there is, and each waits for c services.
TEST(ConstantDelay, InAClosedLoopIsSharedByTheSessions) {
  const auto run = simulate({.connections = 10, .faults = {"service=const:1ms", "workers=1"}}).result;
  EXPECT_NEAR(static_cast<double>(run.measured.completed), 10'000, 10);
  EXPECT_EQ(run.latency.value_at_percentile(99), run.latency.value_at_percentile(50));
  EXPECT_NEAR(percentile(run, 50), 10e6, 10e6 * 0.002);
}

TEST(Capacity, BelowTheRateIsTheRateOfAnswers) {
  const SimulatedLoad load{.connections = 100, .rate = 1500, .faults = {"service=const:1ms", "workers=1"}};
  const auto run = simulate(load).result;
  const result::Verdict verdict = report::judge(run);
  ASSERT_EQ(verdict.reasons.size(), 1U);
  EXPECT_EQ(verdict.reasons.front().code, "rate-not-reached");
  EXPECT_EQ(run.measured.completed, 15'000U);
  // 15,000 services of a millisecond.
  EXPECT_NEAR(run.elapsed_s(), 15.0, 0.01);
  for (const auto& [name, value] : verdict.reasons.front().evidence) {
    if (name == "due_per_s") {
      EXPECT_NEAR(value, 1500, 1);
    } else if (name == "answered_per_s") {
      EXPECT_NEAR(value, 1000, 2);
    }
  }
}

TEST(Capacity, AboveTheRateIsNotSeen) {
  const SimulatedLoad load{.connections = 100, .rate = 950, .faults = {"service=const:1ms", "workers=1"}};
  EXPECT_TRUE(report::judge(simulate(load).result).valid());
}

}  // namespace
}  // namespace backtalk::known
