// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/figures_verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "result_of.hpp"

namespace backtalk::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string_view> named(const Quiet& run) {
  std::vector<std::string_view> out;
  for (const result::Reason& reason : judge(run).reasons) out.push_back(reason.code);
  return out;
}

std::string why(const Quiet& run) {
  const auto reasons = judge(run).reasons;
  return reasons.empty() ? std::string() : reasons.front().sentence;
}

// --- censored

Quiet timed_out(std::uint64_t count) {
  Quiet run;
  run.workload.timeout_ns = 3 * kSecond;
  run.workload.allow_failures = 1;
  run.fail(count, "timeout");
  run.censored.record_n(3 * kSecond, count);
  run.timed_out = count;
  return run;
}

TEST(Censored, AboveOneInAHundredTheUpperPercentilesAreBounds) {
  EXPECT_THAT(named(timed_out(10)), IsEmpty());
  EXPECT_THAT(named(timed_out(11)), ElementsAre("censored"));
  EXPECT_THAT(why(timed_out(136)), HasSubstr("12 % timed out: all that is known of their latency is that it "
                                             "was 3.00 s or more"));
  EXPECT_FALSE(judge(timed_out(136)).reasons.front().fails);
}

TEST(Censored, IsNotSaidOfWhatCtrlCLeftUnfinished) {
  Quiet run;
  run.measured.started += 100;
  run.measured.unfinished += 100;
  run.censored.record_n(kMillisecond, 100);
  EXPECT_THAT(named(run), ElementsAre("censored"));
  run.interrupted = true;
  EXPECT_THAT(named(run), IsEmpty());
}

TEST(Censored, FollowsFromALostServer) {
  Quiet run = timed_out(136);
  run.connections.lost = true;
  run.connections.ready_at_end = 0;
  EXPECT_THAT(named(run), ElementsAre("server-lost"));
}

// --- too-short

TEST(TooShort, IsARunWithoutThePercentileThatAnObjectiveAsksFor) {
  Quiet run;
  run.latency.reset();
  run.latency.record_n(kMillisecond, 331);
  EXPECT_THAT(named(run), IsEmpty()) << "nobody asked for a p99: it is null";
  run.workload.slo = "failed<1%, delivery p99<60s";
  EXPECT_THAT(named(run), IsEmpty());
  run.workload.slo = "p99<1h";
  EXPECT_THAT(named(run), ElementsAre("too-short"));
  EXPECT_EQ(why(run), "331 messages are too few for the p99, which needs 662: run longer (-d 2s)");
  run.workload.duration_ns.reset();
  EXPECT_THAT(why(run), HasSubstr("run longer (-n 662)"));
  run.latency.record_n(kMillisecond, 331);
  EXPECT_THAT(named(run), IsEmpty());
}

TEST(TooShort, IsARunOfLessThanAHandful) {
  Quiet run;
  run.workload.duration_ns.reset();
  run.latency.reset();
  run.latency.record_n(kMillisecond, 4);
  EXPECT_EQ(why(run), "4 messages are too few to say anything of the latency: run longer (-n 5)");
  run.latency.record(kMillisecond);
  EXPECT_THAT(named(run), IsEmpty());
  run.latency.reset();
  run.latency.record(kMillisecond);
  EXPECT_EQ(why(run), "1 message is too few to say anything of the latency: run longer (-n 5)");
}

TEST(TooShort, ForTheHighestPercentileOfAnObjective) {
  Quiet run;
  run.workload.slo = "DOT p99.99<1h, p99.9<1h";
  EXPECT_THAT(named(run), ElementsAre("too-short"));
  EXPECT_THAT(why(run), HasSubstr("1000 messages are too few for the p99.9, which needs 6640"));
}

// --- arrivals-off

Quiet at_intervals(std::uint64_t gap_millionths, std::uint64_t lag_ns) {
  Quiet run;
  run.workload.rate = 1000;
  run.gaps.record_n(gap_millionths, 999);
  run.send_lag.record_n(lag_ns, 1000);
  return run;
}

TEST(ArrivalsOff, AreBurstsOfALateGenerator) {
  EXPECT_THAT(named(at_intervals(1'000'000, 20'000)), IsEmpty());
  EXPECT_THAT(named(at_intervals(1'400'000, 5 * kMillisecond)), IsEmpty()) << "late, and yet evenly";
  EXPECT_THAT(named(at_intervals(100, 20'000)), IsEmpty()) << "by 20 us, which no latency shows";
  EXPECT_THAT(named(at_intervals(100, 900'000)), IsEmpty()) << "a latency is 10 ms";
  EXPECT_THAT(named(at_intervals(100, 5 * kMillisecond)), ElementsAre("arrivals-off"));
  EXPECT_THAT(why(at_intervals(100, 5 * kMillisecond)),
              StartsWith("the messages did not begin at equal intervals, as was asked: 5 % began more than "
                         "5.00 ms late"));
}

TEST(ArrivalsOff, AreEqualIntervalsWhereRandomOnesWereAskedFor) {
  Quiet run = at_intervals(1'000'000, 5 * kMillisecond);
  run.workload.arrival = stats::Arrival::poisson;
  EXPECT_THAT(named(run), ElementsAre("arrivals-off"));
}

TEST(ArrivalsOff, AreNotJudgedWhereSessionsWereBusy) {
  Quiet run = at_intervals(100, 5 * kMillisecond);
  run.load.found_all_busy = 11;
  EXPECT_THAT(named(run), IsEmpty());
}

// --- Little's law

Quiet counted_in_flight(double in_flight) {
  Quiet run;  // 1000/s of 10 ms each: ten at a time
  run.load.in_flight_us = static_cast<std::uint64_t>(in_flight * 1e6);
  return run;
}

TEST(Little, HoldsWithinTwoPercent) {
  EXPECT_THAT(named(Quiet()), IsEmpty()) << "nothing was counted: an older result";
  EXPECT_THAT(named(counted_in_flight(10)), IsEmpty());
  EXPECT_THAT(named(counted_in_flight(9.81)), IsEmpty());
  EXPECT_THAT(named(counted_in_flight(9.7)), ElementsAre("little"));
  EXPECT_THAT(named(counted_in_flight(10.3)), ElementsAre("little"));
  EXPECT_THAT(why(counted_in_flight(12)), StartsWith("12 messages were in flight on average, as counted, but "
                                                     "1000/s that take 10.0 ms each make 10 (Little's law)"));
}

TEST(Little, DoesNotCountWhatIsInNoLatency) {
  Quiet run = counted_in_flight(12);
  run.load.beside_latency_us = 2'000'000;  // waits, and time-outs
  EXPECT_THAT(named(run), IsEmpty());
}

// --- unstable

Quiet in_batches(const std::vector<std::uint64_t>& latencies_ns) {
  Quiet run;
  run.batches.width_ns = 50 * kMillisecond;
  for (const std::uint64_t one : latencies_ns) run.batches.latency.emplace_back().record_n(one, 50);
  return run;
}

std::vector<std::uint64_t> twenty(std::uint64_t (*latency_ns)(std::uint64_t batch)) {
  std::vector<std::uint64_t> out;
  for (std::uint64_t i = 0; i < 20; ++i) out.push_back(latency_ns(i));
  return out;
}

TEST(Unstable, IsALatencyThatGrows) {
  const Quiet run = in_batches(twenty([](std::uint64_t i) { return 10 * kMillisecond + i * kMillisecond; }));
  EXPECT_THAT(named(run), ElementsAre("unstable"));
  EXPECT_EQ(why(run),
            "the p50 rose by 125 % from the first quarter of the run to the last, so the server or the "
            "machine was not in a steady state: leave out the beginning with --warmup, run longer, or see "
            "what else runs on the machines");
  EXPECT_THAT(judge(run).reasons.front().evidence, testing::Contains(testing::Pair("batches", 20)));
}

TEST(Unstable, IsALatencyThatGoesUpAndDown) {
  const Quiet run = in_batches(
      twenty([](std::uint64_t i) { return i / 5 % 2 == 0 ? 10 * kMillisecond : 20 * kMillisecond; }));
  EXPECT_THAT(named(run), ElementsAre("unstable"));
  EXPECT_THAT(why(run), HasSubstr("the p50 went up and down for long"));
}

TEST(Unstable, IsNotSaidOfScatterNorOfADriftThatMattersToNobody) {
  EXPECT_THAT(named(in_batches(twenty([](std::uint64_t i) { return (10 + i * 7 % 5) * kMillisecond; }))),
              IsEmpty());
  EXPECT_THAT(named(in_batches(twenty([](std::uint64_t i) { return 10 * kMillisecond + i * 50'000; }))),
              IsEmpty());
}

TEST(Unstable, IsExplainedByARestart) {
  Quiet run = in_batches(twenty([](std::uint64_t i) { return 10 * kMillisecond + i * kMillisecond; }));
  run.connections.restarts.count = 1;
  EXPECT_THAT(named(run), ElementsAre("server-restarted"));
}

// Rounds of a comparison are there to see through what one run alone cannot tell.
TEST(Verdict, RunsAreComparedAlthoughOneAloneIsTooShortOrUnstable) {
  Quiet run = in_batches(twenty([](std::uint64_t i) { return 10 * kMillisecond + i * kMillisecond; }));
  run.latency.reset();
  run.latency.record_n(kMillisecond, 4);
  EXPECT_THAT(named(run), ElementsAre("unstable", "too-short"));
  EXPECT_EQ(judge(run).incomparable(), nullptr);
  run.connections.restarts.count = 1;
  ASSERT_NE(judge(run).incomparable(), nullptr);
  EXPECT_EQ(judge(run).incomparable()->code, "server-restarted");
}

TEST(Summary, SaysEachReasonOnce) {
  Quiet run = timed_out(136);
  run.connections.restarts = {.count = 1, .connections = 10, .longest_ns = kSecond};
  const std::string text = summarize(run);
  EXPECT_THAT(text, StartsWith("INVALID (server-restarted, censored): the server was restarted"));
  EXPECT_THAT(text, HasSubstr("\nINVALID: 12 % timed out"));
  EXPECT_EQ(text.find("the server was restarted"), text.rfind("the server was restarted"));
}

TEST(Summary, BeginsWithWhatMakesTheResultInvalid) {
  EXPECT_THAT(summarize(timed_out(136)), StartsWith("INVALID (censored): 12 % timed out: "));
  EXPECT_THAT(summarize(Quiet()), StartsWith("1000 messages in"));
}

}  // namespace
}  // namespace backtalk::report
