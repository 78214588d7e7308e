// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <random>
#include <vector>

#include "result/json.hpp"
#include "results.hpp"

namespace backtalk::result {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RunResult merged(const std::vector<RunResult>& parts) {
  auto out = merge(parts);
  if (const auto* problem = std::get_if<std::string>(&out)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<RunResult>(std::move(out));
}

std::string refusal(const RunResult& one, const RunResult& other) {
  const auto out = merge(std::array{one, other});
  const auto* const problem = std::get_if<std::string>(&out);
  return problem == nullptr ? "" : *problem;
}

TEST(Merge, OneResultIsItself) {
  EXPECT_TRUE(merged({closed_result()}) == closed_result());
}

TEST(Merge, NoResultsCannotBeMerged) {
  EXPECT_THAT(std::get<std::string>(merge({})), HasSubstr("no result"));
}

RunResult part_of_rank(std::uint64_t rank, std::uint64_t begin_unix_us = 1000) {
  RunResult out = empty_result();
  out.elapsed_ns = kSecond;
  out.spans = {{.begin_unix_us = begin_unix_us, .length_ns = kSecond}};
  out.ranks = Ranks{.of = 3, .parts = {{.rank = rank, .host = "h"}}, .lost = {}};
  return out;
}

TEST(Merge, PartsOfRanksAreThoseOfOneRun) {
  const RunResult two = merged({part_of_rank(2), part_of_rank(0)});
  ASSERT_TRUE(two.ranks);
  EXPECT_THAT(two.ranks->parts,
              ElementsAre(testing::Field(&RankPart::rank, 0U), testing::Field(&RankPart::rank, 2U)));
  ASSERT_EQ(two.ranks->missing().size(), 1U);
  EXPECT_EQ(two.ranks->missing().front().rank, 1U);
  EXPECT_TRUE(merged({two, part_of_rank(1)}).ranks->missing().empty());
}

TEST(Merge, ARankIsNotAddedTwice) {
  EXPECT_THAT(refusal(part_of_rank(1), part_of_rank(1)), HasSubstr("has a result of rank 1, which another"));
}

TEST(Merge, RanksThatRanAtDifferentTimesAreNotOfOneRun) {
  EXPECT_THAT(refusal(part_of_rank(0), part_of_rank(1, 5'000'000)), HasSubstr("ran at another time"));
  EXPECT_EQ(merged({part_of_rank(0), part_of_rank(0, 5'000'000)}).elapsed_ns, 2 * kSecond)
      << "one run after another of the same rank";
}

TEST(Merge, ARankDoesNotGoWithAResultThatIsWhole) {
  RunResult whole = part_of_rank(0);
  whole.ranks.reset();
  EXPECT_THAT(refusal(part_of_rank(0), whole), HasSubstr("is not a part of a run that ranks shared"));
  RunResult other = part_of_rank(1);
  other.ranks->of = 4;
  EXPECT_THAT(refusal(part_of_rank(0), other), HasSubstr("is of 4 ranks, and the first is of 3"));
}

TEST(Merge, PercentilesEqualThoseOfOneHistogram) {
  std::mt19937_64 random(3);
  std::vector<RunResult> parts(4, empty_result());
  stats::Histogram all;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const std::uint64_t ns = random() % (std::uint64_t{1} << (10 + random() % 30));
    all.record(ns);
    RunResult& part = parts[i % parts.size()];
    part.latency.record(ns);
    part.service.record(ns);
    ++part.measured.started;
    ++part.measured.completed;
  }
  const RunResult out = merged(parts);
  EXPECT_TRUE(out.latency == all);
  EXPECT_EQ(out.latency.value_at_percentile(99.9), all.value_at_percentile(99.9));
  EXPECT_EQ(out.measured.completed, 10'000U);
}

TEST(Merge, BatchesAddUpOneByOne) {
  RunResult longer = closed_result();
  longer.batches.latency.emplace_back();  // a last batch that the other has not
  const RunResult out = merged({closed_result(), longer});
  ASSERT_EQ(out.batches.latency.size(), 2U);
  EXPECT_EQ(out.batches.latency[1].count(), 12U);
  EXPECT_EQ(out.censored.count(), 4U);
  EXPECT_EQ(out.timed_out, 2U);
  EXPECT_EQ(out.load.in_flight_us, 2 * closed_result().load.in_flight_us);
}

TEST(Merge, BatchesOfDifferentLengthsAreNone) {
  RunResult other = closed_result();
  other.batches.width_ns *= 2;
  EXPECT_EQ(merged({closed_result(), other, closed_result()}).batches, stats::BatchSeries());
}

TEST(Merge, CountsAddUpAndTheLongestTimeCounts) {
  const RunResult out = merged({closed_result(1), closed_result(2)});
  EXPECT_EQ(out.measured, (stats::TransactionTally{30, 18, 9, 3, 3}));
  EXPECT_EQ(out.warmup.completed, 4U);
  EXPECT_EQ(out.workload.connections, 21U);
  EXPECT_EQ(out.workload.threads, 4U);
  EXPECT_EQ(out.elapsed_ns, 3'000'000'002U);
  EXPECT_EQ(out.bytes_sent, 3'000'000U);
  EXPECT_EQ(out.wire_sent, 3'300'000U);
  EXPECT_EQ(out.wire_received, 6'600U);
  EXPECT_EQ(out.connections.ready_ever, 21U);
  EXPECT_EQ(out.connections.handshakes, (Handshakes{.full = 12, .resumed = 9, .failed = 6}));
  EXPECT_EQ(out.client.cpu_ns, 3 * 700'000'003U);
  EXPECT_EQ(out.load.silent_ns, 5'000U) << "since when none had completed anywhere";
  EXPECT_EQ(out.load.unsolicited, 24U);
  ASSERT_EQ(out.commands.size(), 2U);
  EXPECT_EQ(out.commands[0].sent, 36U);
  EXPECT_EQ(out.commands[0].latency.count(), 33U);
  EXPECT_THAT(out.commands[0].statuses,
              ElementsAre(StatusCount{"250", true, 27}, StatusCount{"550", false, 6}));
  EXPECT_THAT(out.errors, ElementsAre(NamedCount{"reply-5xx", 6}, NamedCount{"closed", 3}));
  EXPECT_THAT(out.notes, ElementsAre("the server offers no PIPELINING"));
}

TEST(Merge, TheCountsOfAnAddressAddUp) {
  RunResult other = closed_result(2);
  other.workload.sources = {"127.0.1.5"};
  other.connections.sources.front().name = "127.0.1.5";
  const RunResult out = merged({closed_result(1), other});
  ASSERT_EQ(out.connections.addresses.size(), 2U);
  EXPECT_EQ(out.connections.addresses[0].opened, 15U);
  EXPECT_EQ(out.connections.addresses[1].transactions, 15U);
  EXPECT_THAT(out.connections.addresses[1].errors, ElementsAre(NamedCount{"connect-refused", 3}));
  ASSERT_EQ(out.connections.sources.size(), 2U) << "machines have addresses of their own";
  EXPECT_EQ(out.connections.sources[0].opened, 9U);
  EXPECT_EQ(out.connections.sources[1].opened, 18U);
  EXPECT_THAT(out.workload.sources, ElementsAre("127.0.1.0/30", "127.0.1.5"));
  EXPECT_TRUE(std::get<RunResult>(from_json(to_json(out, {}))) == out);
}

// A result of an earlier version does not say where its connections went.
TEST(Merge, AddressesThatAreNotKnownOfAllAreNotKnown) {
  RunResult older = closed_result();
  older.connections.addresses.clear();
  EXPECT_TRUE(merged({closed_result(), older, closed_result()}).connections.addresses.empty());
  EXPECT_TRUE(merged({older, closed_result()}).connections.addresses.empty());
}

TEST(Merge, WithAndWithoutSourceAddressesAreTwoWorkloads) {
  RunResult other = closed_result();
  other.workload.sources.clear();
  other.connections.sources.clear();
  EXPECT_THAT(refusal(closed_result(), other), HasSubstr("`source` differs"));
}

TEST(Merge, GroupingDoesNotMatter) {
  const RunResult a = closed_result(1);
  const RunResult b = closed_result(2);
  const RunResult c = closed_result(3);
  EXPECT_TRUE(merged({merged({a, b}), c}) == merged({a, merged({b, c})}));
  EXPECT_TRUE(merged({merged({a, b}), c}) == merged({a, b, c}));
}

TEST(Merge, AMergedResultIsSavedAndReadLikeAnother) {
  const RunResult out = merged({open_result(2), open_result(3, 8)});
  EXPECT_TRUE(std::get<RunResult>(from_json(to_json(out, {}))) == out);
}

TEST(Merge, SharesOfARateAddUpToIt) {
  const RunResult out = merged({open_result(333.333334), open_result(333.333333), open_result(333.333333)});
  EXPECT_EQ(out.workload.rate, 1000);
}

TEST(Merge, SeedsMayDiffer) {
  EXPECT_EQ(merged({open_result(1, 7), open_result(1, 7)}).workload.seed, 7U);
  EXPECT_FALSE(merged({open_result(1, 7), open_result(1, 8)}).workload.seed);
}

TEST(Merge, AddsSessionsAndTheirRates) {
  const RunResult out = merged({partly_open_result(), partly_open_result(2)});
  ASSERT_TRUE(out.sessions);
  EXPECT_EQ(out.workload.session_rate, 25);
  EXPECT_EQ(out.sessions->started, 30U);
  EXPECT_EQ(out.sessions->completed, 18U);
  EXPECT_EQ(out.sessions->found_all_busy, 4U);
  EXPECT_EQ(out.sessions->latency.count(), 18U);
  EXPECT_EQ(out.sessions->censored.count(), 6U);
  EXPECT_EQ(out.command("MAIL")->unexpected, 3U);
}

TEST(Merge, AddsDeliveries) {
  const RunResult out = merged({closed_result(), closed_result()});
  ASSERT_TRUE(out.deliveries);
  EXPECT_EQ(out.deliveries->accepted, 12U);
  EXPECT_EQ(out.deliveries->seen, 6U);
  EXPECT_EQ(out.deliveries->twice, 2U);
  EXPECT_EQ(out.deliveries->latency.count(), 6U);
  EXPECT_EQ(out.deliveries->ages.count(), 6U);
  EXPECT_EQ(out.deliveries->errors.front().count, 2U);
  EXPECT_TRUE(std::get<RunResult>(from_json(to_json(out, {}))) == out);
}

TEST(Merge, AServerIsLostOnlyIfNobodyHasASession) {
  RunResult lost = closed_result();
  lost.connections.lost = true;
  lost.connections.ready_at_end = 0;
  EXPECT_TRUE(merged({lost, lost}).server_lost());
  EXPECT_FALSE(merged({lost, closed_result()}).server_lost());
}

TEST(Merge, ClassesAddUpByTheirName) {
  RunResult one = closed_result();
  RunResult other = closed_result(2);
  other.commands[0].classes.erase(other.commands[0].classes.begin());
  const RunResult sum = merged({one, other});
  ASSERT_EQ(sum.commands[0].classes.size(), 2U);
  EXPECT_EQ(sum.commands[0].classes[0].name, "2xx");
  EXPECT_EQ(sum.commands[0].classes[0].latency.count(), 9U);
  EXPECT_EQ(sum.commands[0].classes[1].latency.count(), 2U + 4U);
  EXPECT_EQ(sum.commands[0].censored.count(), 1U + 2U);
  EXPECT_EQ(sum.commands[0].timed_out, 1U + 2U);
}

TEST(Merge, PassesOfAMixAddUp) {
  const RunResult sum = merged({closed_result(), closed_result(2)});
  ASSERT_EQ(sum.mix.size(), 2U);
  EXPECT_EQ(sum.mix[0].counted.completed, 5U + 10U);
  EXPECT_EQ(sum.mix[0].latency.count(), 15U);
  EXPECT_EQ(sum.mix[1].counted.started, 3U + 6U);
  EXPECT_EQ(sum.mix[1].weight, 1U);
  EXPECT_EQ(sum.mix[0].censored.count(), 1U + 2U);
  EXPECT_EQ(sum.mix[0].timed_out, 1U + 2U);
  EXPECT_EQ(sum.mix[1].censored.max(), 10 * kSecond + 2);
  EXPECT_EQ(sum.mix[1].timed_out, 0U);
}

TEST(Merge, TargetsAddUp) {
  const RunResult sum = merged({closed_result(), closed_result(2)});
  ASSERT_EQ(sum.targets.size(), 2U);
  EXPECT_EQ(sum.targets[0].counted.completed, 5U + 10U);
  EXPECT_EQ(sum.targets[0].latency.count(), 15U);
  EXPECT_EQ(sum.targets[0].weight, 3U);
  EXPECT_EQ(sum.targets[1].opened, 4U + 8U);
  EXPECT_THAT(sum.targets[1].errors,
              ElementsAre(NamedCount{"reply-5xx", 6}, NamedCount{"connect-refused", 3}));
}

TEST(Merge, OtherTargetsAreRefused) {
  RunResult other = closed_result();
  other.targets[1].weight = 2;
  EXPECT_EQ(std::get<std::string>(merge(std::array{closed_result(), other})),
            "result 2 has other targets than the first; only runs of the same can be merged");
}

TEST(Merge, AnotherMixIsRefused) {
  RunResult other = closed_result();
  other.mix[1].weight = 2;
  EXPECT_EQ(std::get<std::string>(merge(std::array{closed_result(), other})),
            "result 2 is of another mix than the first; only runs of one mix can be merged");
  other.mix.pop_back();
  EXPECT_TRUE(std::holds_alternative<std::string>(merge(std::array{closed_result(), other})));
}

TEST(Merge, StagesAddUp) {
  const RunResult sum = merged({staged_result(), staged_result(2)});
  ASSERT_EQ(sum.stages.size(), 2U);
  const Stage& second = sum.stages[1];
  EXPECT_EQ(second.from_per_s, 600.000002);
  EXPECT_EQ(second.counted.started, 6U + 12U);
  EXPECT_EQ(second.latency.count(), 2U + 4U);
  EXPECT_EQ(second.censored.count(), 2U + 4U);
  EXPECT_EQ(second.timed_out, 3U);
  EXPECT_THAT(second.errors, ElementsAre(NamedCount{"timeout", 3}, NamedCount{"reply-5xx", 6}));
  EXPECT_THAT(second.due, ElementsAre(12U, 6U));
  EXPECT_THAT(second.answered, ElementsAre(6U, 3U));
  EXPECT_FALSE(sum.stages[0].p50_interval) << "it comes from batches, which are not saved";
  EXPECT_EQ(sum.stages[0].server_cpu_ns, 20'000'000U) << "both have watched one process";
  EXPECT_TRUE(std::get<RunResult>(from_json(to_json(sum, {}))) == sum);
}

TEST(Merge, OtherStagesAreRefused) {
  RunResult other = staged_result();
  other.stages.pop_back();
  EXPECT_EQ(refusal(staged_result(), other),
            "result 2 has other stages than the first; only runs of the same can be merged");
  other = staged_result();
  other.workload.stages = "1s:100";
  EXPECT_THAT(refusal(staged_result(), other), HasSubstr("`stages` differs"));
}

TEST(Merge, SecondsAddUpByTheirNumber) {
  RunResult one = empty_result();
  one.seconds = {{1, 10, 1, 100, 200}, {2, 0, 3, 0, 0}, {4, 5, 0, 7, 7}};
  RunResult other = empty_result();
  other.seconds = {{1, 20, 0, 100, 300}, {2, 4, 0, 50, 60}, {3, 1, 0, 9, 9}, {4, 0, 1, 0, 0}};
  EXPECT_THAT(merged({one, other}).seconds,
              ElementsAre(Second{1, 30, 1, 100, std::nullopt}, Second{2, 4, 3, 50, 60}, Second{3, 1, 0, 9, 9},
                          Second{4, 5, 1, 7, 7}))
      << "a percentile is known if one part completed any, or all parts agree";
}

// Of one second, or of two, from that second of 1970 on.
RunResult timed(std::uint64_t begin_s, std::uint64_t length_s) {
  RunResult out = closed_result();
  out.elapsed_ns = length_s * kSecond;
  out.spans = {{.begin_unix_us = begin_s * 1'000'000, .length_ns = out.elapsed_ns}};
  return out;
}

TEST(Merge, WhatLiesBetweenRunsDoesNotCount) {
  const RunResult out = merged({timed(7200, 2), timed(3600, 1), timed(3601, 1)});
  EXPECT_EQ(out.elapsed_ns, 4 * kSecond);
  EXPECT_THAT(out.spans, ElementsAre(Span{3'600'000'000, 2 * kSecond}, Span{7'200'000'000, 2 * kSecond}));
  EXPECT_EQ(out.workload, closed_result().workload) << "each was of the whole load";
  EXPECT_EQ(out.measured.started, 3 * closed_result().measured.started);
  EXPECT_EQ(out.load.load_ns, 3 * closed_result().load.load_ns);
  EXPECT_EQ(out.connections.ready_ever, closed_result().connections.ready_ever);
  ASSERT_EQ(out.seconds.size(), 6U);
  EXPECT_EQ(out.seconds[2].t_s, 4U) << "the first run has something in its third second";
  EXPECT_EQ(out.series.points.size(), 6U);
  EXPECT_TRUE(std::get<RunResult>(from_json(to_json(out, {}))) == out);
}

TEST(Merge, PartsThatOverlapAreOneRun) {
  // The third has no time in common with the first, but with the second.
  const RunResult out = merged({timed(100, 2), timed(101, 2), timed(102, 3)});
  EXPECT_EQ(out.elapsed_ns, 5 * kSecond);
  EXPECT_THAT(out.spans, ElementsAre(Span{100'000'000, 5 * kSecond}));
  EXPECT_EQ(out.workload.connections, 3 * closed_result().workload.connections);
}

TEST(Merge, TimesThatAreKnownOfSomeOnlyAreRefused) {
  RunResult unknown = timed(500, 1);
  unknown.spans.clear();
  EXPECT_THAT(refusal(timed(100, 2), unknown), HasSubstr("result 2 does not say when it was measured"));
  EXPECT_THAT(refusal(unknown, timed(100, 2)), HasSubstr("result 2 says when it was measured"));
  EXPECT_TRUE(merged({unknown, unknown}).spans.empty());
  EXPECT_EQ(merged({unknown, unknown}).elapsed_ns, kSecond);
}

TEST(Merge, RunsOfNoLengthAtOneInstantAreAllCounted) {
  const RunResult out = merged({timed(100, 0), timed(100, 0), timed(100, 1)});
  EXPECT_EQ(out.measured.started, 3 * closed_result().measured.started);
  EXPECT_EQ(out.elapsed_ns, kSecond);
}

// In each second of its series, and in its seconds, one transaction.
RunResult steady(std::uint64_t begin_s, std::uint64_t length_s) {
  RunResult out = empty_result();
  out.elapsed_ns = length_s * kSecond;
  out.spans = {{.begin_unix_us = begin_s * 1'000'000, .length_ns = out.elapsed_ns}};
  out.measured.started = out.measured.completed = length_s;
  out.series.width_ns = kSecond;
  out.series.points.resize(length_s);
  for (stats::SeriesPoint& one : out.series.points) one.started = one.completed = 1;
  for (std::uint64_t t_s = 1; t_s <= length_s; ++t_s)
    out.seconds.push_back({.t_s = t_s, .completed = 1, .failed = 0, .p50_ns = 1, .p99_ns = 1});
  out.batches = {.width_ns = kSecond, .latency = std::vector<stats::Histogram>(length_s)};
  return out;
}

std::vector<std::uint64_t> completed_by_point(const RunResult& result) {
  std::vector<std::uint64_t> out;
  for (const stats::SeriesPoint& one : result.series.points) out.push_back(one.completed);
  return out;
}

TEST(Merge, PartsThatOverlapAreAddedByTheirTime) {
  for (const bool turned : {false, true}) {
    const RunResult early = steady(100, 4);
    const RunResult late = steady(102, 4);
    const RunResult out = turned ? merged({late, early}) : merged({early, late});
    EXPECT_EQ(out.elapsed_ns, 6 * kSecond);
    EXPECT_THAT(completed_by_point(out), ElementsAre(1U, 1U, 2U, 2U, 1U, 1U));
    ASSERT_EQ(out.seconds.size(), 6U);
    EXPECT_EQ(out.seconds[2].completed, 2U);
    EXPECT_EQ(out.seconds[5].t_s, 6U);
    EXPECT_EQ(out.batches, stats::BatchSeries());
    EXPECT_THAT(out.notes, ElementsAre(HasSubstr("did not begin at the same time")));
  }
  EXPECT_THAT(completed_by_point(merged({steady(100, 3), steady(104, 3), steady(102, 3)})),
              ElementsAre(1U, 1U, 2U, 1U, 2U, 1U, 1U))
      << "the last joins the others";
  EXPECT_TRUE(merged({steady(100, 3), steady(100, 3)}).notes.empty());
  EXPECT_EQ(merged({steady(100, 3), steady(100, 3)}).batches.latency.size(), 3U);
}

TEST(Merge, SeriesOfSeveralSpansAreAddedOnlyIfTheyBeganTogether) {
  const RunResult twice = merged({steady(100, 2), steady(200, 2)});
  EXPECT_THAT(completed_by_point(merged({twice, twice})), ElementsAre(2U, 2U, 2U, 2U));
  const RunResult out = merged({twice, steady(201, 2)});
  EXPECT_TRUE(out.series.points.empty());
  EXPECT_TRUE(out.seconds.empty());
  EXPECT_THAT(out.notes, ElementsAre(HasSubstr("no series")));
}

// The distance of hostile spans is as large as their clocks have it.
TEST(Merge, ASeriesHasNoMorePointsThanItMay) {
  RunResult endless = steady(100, 4);
  endless.spans = {{.begin_unix_us = 0, .length_ns = std::numeric_limits<std::uint64_t>::max() / 2}};
  const RunResult out = merged({endless, steady(9'000'000'000, 4)});
  EXPECT_LE(out.series.points.size(), stats::Series::kPointsMax);
  EXPECT_EQ(out.series.total()->completed, 8U);
  RunResult wide = steady(101, 4);
  wide.series.width_ns = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(merged({wide, steady(102, 4)}).series.points.empty());
}

TEST(Merge, LaterRunsOfMoreConnectionsAreAnotherLoad) {
  RunResult later = timed(7200, 1);
  ++later.workload.connections;
  EXPECT_THAT(refusal(timed(3600, 1), later), HasSubstr("`connections` differs: 8, not 7"));
  RunResult staged = staged_result();
  staged.elapsed_ns = kSecond;
  staged.spans = timed(3600, 1).spans;
  RunResult again = staged;
  again.spans = timed(7200, 1).spans;
  EXPECT_THAT(refusal(staged, again), HasSubstr("stages add up only at the same time"));
}

TEST(Merge, TheFirstExampleOfEachKindIsKept) {
  RunResult one = empty_result();
  one.examples = {{"reply-5xx", "MAIL", "550", "550 first", 1}};
  RunResult other = empty_result();
  other.examples = {{"reply-5xx", "MAIL", "550", "550 second", 2}, {"reply-5xx", "MAIL", "554", "554", 3}};
  EXPECT_THAT(merged({one, other}).examples, ElementsAre(one.examples.front(), other.examples.back()));
  for (unsigned i = 0; i < 100; ++i)
    other.examples.push_back({"closed", "X" + std::to_string(i), std::nullopt, "", 0});
  EXPECT_EQ(merged({one, other}).examples.size(), stats::Examples::kMax);
}

TEST(Merge, AnotherWorkloadOrTargetIsRefused) {
  RunResult other = closed_result();
  other.protocol = "lmtp";
  EXPECT_THAT(refusal(closed_result(), other),
              HasSubstr("result 2 has another protocol than the first (`lmtp`, not `smtp`)"));
  other = closed_result();
  other.url = "smtp://127.0.0.1:2";
  EXPECT_THAT(refusal(closed_result(), other), HasSubstr("another target"));
  other = closed_result();
  other.tls = Tls{.version = "TLSv1.3", .cipher = "TLS_AES_128_GCM_SHA256", .verified = false};
  EXPECT_THAT(refusal(closed_result(), other),
              HasSubstr("another TLS than the first (`TLSv1.3`, not `clear text`)"));
  other = closed_result();
  other.workload.pipeline = 1;
  EXPECT_THAT(refusal(closed_result(), other), HasSubstr("(`pipeline` differs: "));
  other = closed_result();
  other.workload.own[0].value = "somebody@else";
  EXPECT_THAT(refusal(closed_result(), other), HasSubstr("(`from` differs: "));
  EXPECT_THAT(refusal(closed_result(), open_result()), HasSubstr("(`loop` differs: "));
}

TEST(Merge, SumsThatDoNotFitAreRefused) {
  EXPECT_THAT(refusal(huge_result(), huge_result()), HasSubstr("more than 2^64 - 1"));
  RunResult one = empty_result();
  one.latency.record_n(5, std::numeric_limits<std::uint64_t>::max());
  EXPECT_THAT(refusal(one, one), HasSubstr("more than 2^64 - 1"));
}

}  // namespace
}  // namespace backtalk::result
