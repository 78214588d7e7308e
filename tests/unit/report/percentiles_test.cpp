// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/percentiles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "report/threshold.hpp"
#include "result_of.hpp"

namespace backtalk::report {
namespace {

void give_up(Quiet& run, std::uint64_t count, std::uint64_t age_ns) {
  run.fail(count, "timeout");
  run.censored.record_n(age_ns, count);
  run.timed_out += count;
}

std::optional<std::string> crosses(std::string_view threshold, const Quiet& run) {
  return crossed(std::get<Threshold>(read_threshold(threshold)), run);
}

TEST(Percentiles, OfAQuietRunArePlain) {
  const Quiet run;
  EXPECT_EQ(show_latencies(run),
            "p50 10.0 ms, p90 10.0 ms, p99 10.0 ms, p99.9 needs 6640 samples (has 1000), max 10.0 ms");
  EXPECT_EQ(show_distribution(run.service), show_latencies(run)) << "nothing was censored";
  EXPECT_EQ(show_censored(run), "");
}

TEST(Percentiles, BelowTheFloorSayWhatTheyNeed) {
  stats::Histogram few;
  EXPECT_EQ(show_percentile(few, 50), "-");
  few.record_n(kMillisecond, 63);
  EXPECT_EQ(show_percentile(few, 50), "1.00 ms");
  EXPECT_EQ(show_percentile(few, 90), "needs 64 samples (has 63)");
  EXPECT_EQ(show_percentile_cell(few, {}, 90), "needs 64");
  EXPECT_EQ(show_percentile_cell({}, {}, 90), "-");
  few.record(kMillisecond);
  EXPECT_EQ(show_percentile(few, 90), "1.00 ms");
  EXPECT_EQ(show_percentile(few, 99), "needs 662 samples (has 64)");
}

TEST(Percentiles, AreShortInANarrowCell) {
  Quiet run;
  EXPECT_EQ(show_latency_cell(run, 99.9), "needs 6640");
  EXPECT_EQ(show_estimate_cell(run, 99.9), "needs 6640");
  EXPECT_EQ(show_latency_cell(run, 50), show_latency(run, 50));
  EXPECT_EQ(show_estimate_cell(run, 50), show_estimate(run, 50));
  EXPECT_EQ(show_latency_cell(result::RunResult{}, 50), "-");
}

TEST(Percentiles, WithTimeOutsAreAtLeastTheirAge) {
  Quiet run;
  give_up(run, 136, 3 * kSecond);
  EXPECT_EQ(show_latencies(run),
            "p50 10.0 ms, p90 ≥ 3.00 s, p99 ≥ 3.00 s, p99.9 needs 6640 samples (has 1136), max ≥ 3.00 s: 12 "
            "% timed out");
  run.measured.started += 10;
  run.measured.unfinished += 10;
  run.censored.record_n(kSecond, 10);
  EXPECT_EQ(show_censored(run), "12 % timed out, 0.87 % unfinished");
}

TEST(Percentiles, OfAPartOfTheRunCountWhatHadNoAnswer) {
  result::Command command;
  command.latency.record_n(kMillisecond, 900);
  EXPECT_EQ(show_censored_part(command), "");
  command.censored.record_n(3 * kSecond, 100);
  command.timed_out = 75;
  EXPECT_EQ(show_percentile(command.latency, command.censored, 50), "1.00 ms");
  EXPECT_EQ(show_percentile(command.latency, command.censored, 99), "≥ 3.00 s");
  EXPECT_EQ(show_percentile(command.latency, command.censored, 99.9), "needs 6640 samples (has 1000)");
  EXPECT_EQ(show_censored_part(command), ": 7.5 % timed out, 2.5 % unfinished");
  EXPECT_EQ(show_percentile({}, command.censored, 50), "≥ 3.00 s") << "none was answered";
  EXPECT_EQ(show_distribution(command.latency, command.censored, command.timed_out),
            "p50 1.00 ms, p90 1.00 ms, p99 ≥ 3.00 s, p99.9 needs 6640 samples (has 1000), max ≥ 3.00 s: 7.5 "
            "% timed out, 2.5 % "
            "unfinished");
}

TEST(Percentiles, HaveIntervalsWithinWhatWasSeen) {
  Quiet run;
  run.latency.reset();
  run.latency.record_n(9 * kMillisecond, 500);
  run.latency.record_n(11 * kMillisecond, 500);
  const auto in_batches = [&run](std::uint64_t low, std::uint64_t high) {
    run.batches = {.width_ns = 100 * kMillisecond};
    for (int i = 0; i < 10; ++i) run.batches.latency.emplace_back().record_n(i < 5 ? low : high, 100);
  };
  in_batches(9 * kMillisecond, 9'100'000);
  const auto steady = run.latency_interval(50);
  ASSERT_TRUE(steady);
  EXPECT_EQ(steady->low, run.latency.min()) << "and not below it";
  EXPECT_LT(steady->high, 10 * kMillisecond);
  EXPECT_THAT(show_latencies(run), testing::StartsWith("p50 9.00 ms (9.00–9."));
  run.latency.record_n(kMillisecond, 1);
  run.latency.record_n(90 * kMillisecond, 1);
  in_batches(2 * kMillisecond, 80 * kMillisecond);
  const auto wide = run.latency_interval(50);
  ASSERT_TRUE(wide);
  EXPECT_GE(wide->low, run.latency.min());
  EXPECT_LE(wide->high, run.latency.max());
  EXPECT_THAT(show_latencies(run), testing::StartsWith("p50 9.00 ms (unsteady), "));
}

// An open loop with too few sessions.
TEST(Percentiles, CallWhatWasNeverSentNoTimeOut) {
  Quiet run;
  give_up(run, 136, 3 * kSecond);
  run.errors.push_back({.name = "no-free-connection", .count = 100});
  EXPECT_EQ(show_censored(run), "3.2 % timed out, 8.8 % never sent");
  run.errors.back().count = 136;
  EXPECT_EQ(show_censored(run), "12 % never sent");
}

// What failed at once was no slow answer: it is an error, and no figure is larger for it.
TEST(Percentiles, LeaveOutWhatFailedAtOnce) {
  Quiet run;
  run.fail(500, "reply-5xx");
  EXPECT_EQ(show_latencies(run), show_latencies(Quiet()));
}

TEST(Threshold, JudgesTheCensoredFigure) {
  Quiet run;
  EXPECT_EQ(crosses("p99>1s", run), std::nullopt);
  give_up(run, 20, 3 * kSecond);
  EXPECT_EQ(crosses("p99>1s", run), "p99>1s: measured 2 % timed out, so at least 3.00 s");
  EXPECT_TRUE(crosses("p99>10s", run)) << "it may be more than that";
  EXPECT_EQ(crosses("p99<1s", run), std::nullopt);
  EXPECT_EQ(crosses("p90>1s", run), std::nullopt);
  EXPECT_TRUE(crosses("max>10s", run));
  EXPECT_TRUE(crosses("mean>50ms", run)) << "1000 of 10 ms and 20 of 3 s or more";
  EXPECT_EQ(crosses("mean>70ms", run), std::nullopt);
}

TEST(Threshold, IsOfAnyPercentile) {
  const Quiet run;
  EXPECT_EQ(crosses("p95>9ms", run), "p95>9ms: measured 10.0 ms");
  EXPECT_EQ(crosses("p97.5>11ms", run), std::nullopt);
  for (const char* text : {"p>1s", "p0>1s", "p100>1s", "p-5>1s", "pnan>1s", "p95x>1s"})
    EXPECT_TRUE(std::holds_alternative<std::string>(read_threshold(text))) << text;
}

TEST(Threshold, AnyFailsAResultThatIsInvalid) {
  std::vector<Threshold> limits;
  add_validity(limits);
  EXPECT_TRUE(limits.empty()) << "nobody asked";
  limits.push_back(std::get<Threshold>(read_threshold("failed>50%")));
  add_validity(limits);
  add_validity(limits);
  ASSERT_EQ(limits.size(), 2U);
  Quiet run;
  EXPECT_EQ(crossed(limits[1], run), std::nullopt);
  run.connections.restarts = {.count = 1, .connections = 10, .longest_ns = kSecond};
  EXPECT_THAT(crossed(limits[1], run).value_or(""), testing::StartsWith("invalid (server-restarted): "));
  EXPECT_TRUE(crosses("invalid", run));
}

TEST(Threshold, OfAPercentileWithoutEnoughSamplesIsNotShownToBeKept) {
  const Quiet run;
  EXPECT_EQ(crosses("p99.9>10s", run), "p99.9>10s: p99.9 needs 6640 messages, there were 1000");
  EXPECT_EQ(crosses("p50>10s", run), std::nullopt);
}

// As in the list of all of them.
TEST(Percentiles, OfARunOneByOne) {
  Quiet run;
  EXPECT_EQ(show_latency(run, 50), "10.0 ms");
  EXPECT_EQ(show_latency(run, 99.9), "needs 6640 samples (has 1000)");
  run.censored.record_n(3 * kSecond, 900);
  EXPECT_EQ(show_latency(run, 90), "\u2265 3.00 s");
  run.latency = {};
  run.censored = {};
  EXPECT_EQ(show_latency(run, 50), "-");
}

}  // namespace
}  // namespace backtalk::report
