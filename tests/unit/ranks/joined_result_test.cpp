// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/joined_result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "report/ranks_verdict.hpp"
#include "report/verdict.hpp"

namespace backtalk::ranks {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::uint64_t kRunNs = 1'000'000'000;

// A rank's share of a run: so many messages in a second, each in 10 ms.
result::RunResult part(std::uint64_t messages, std::uint64_t begin_unix_us = 1000) {
  result::RunResult out;
  out.url = "smtp://127.0.0.1:25";
  out.protocol = "smtp";
  out.transaction = "message";
  out.workload.connections = 2;
  out.workload.duration_ns = kRunNs;
  out.elapsed_ns = kRunNs;
  out.spans = {{.begin_unix_us = begin_unix_us, .length_ns = kRunNs}};
  out.measured.started = out.measured.completed = messages;
  out.latency.record_n(10'000'000, messages);
  out.service.record_n(10'000'000, messages);
  out.connections.opened = out.connections.ready_ever = out.connections.ready_at_start = 2;
  out.connections.ready_at_end = 2;
  out.load.load_ns = kRunNs;
  out.load.silent_ns = 0;
  out.load.in_flight_us = messages * 10'000;
  return out;
}

Origin origin(unsigned rank, std::uint64_t begun_at) {
  return {.rank = rank, .host = "h" + std::to_string(rank), .begun_at = begun_at, .clock_error_ns = rank};
}

std::vector<std::string_view> codes(const result::RunResult& result) {
  std::vector<std::string_view> out;
  for (const result::Reason& one : report::judge(result).reasons) out.push_back(one.code);
  return out;
}

TEST(JoinedResult, CountsAndRanksAddUp) {
  JoinedResult joined(2);
  joined.add(origin(0, 5000), part(1000));
  joined.add(origin(1, 5400), part(500));
  const auto whole = joined.finish();
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->measured.completed, 1500U);
  EXPECT_EQ(whole->workload.connections, 4U);
  EXPECT_EQ(whole->elapsed_ns, kRunNs);
  ASSERT_TRUE(whole->ranks);
  EXPECT_THAT(whole->ranks->parts, ElementsAre(testing::Field(&result::RankPart::completed, 1000U),
                                               testing::Field(&result::RankPart::completed, 500U)));
  EXPECT_EQ(whole->ranks->begun_within_ns(), 400U);
  EXPECT_THAT(whole->ranks->missing(), IsEmpty());
  EXPECT_THAT(codes(*whole), Not(Contains("rank-lost")));
}

TEST(JoinedResult, MachinesMayDisagreeAboutTheTimeOfTheDay) {
  JoinedResult joined(2);
  joined.add(origin(0, 5000), part(1000));
  joined.add(origin(1, 5000), part(1000, 3'600'000'000));
  const auto whole = joined.finish();
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->measured.completed, 2000U);
  EXPECT_EQ(whole->elapsed_ns, kRunNs) << "they began together";
}

TEST(JoinedResult, ALostRankIsNamedAndTheOthersCount) {
  JoinedResult joined(3);
  joined.add(origin(0, 5000), part(1000));
  joined.lose({.rank = 1, .host = "h1", .why = "its machine burns"});
  joined.add(origin(2, 5000), part(1000));
  const auto whole = joined.finish();
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->measured.completed, 2000U);
  const auto verdict = report::judge(*whole);
  ASSERT_FALSE(verdict.valid());
  EXPECT_EQ(verdict.reasons.front().code, "rank-lost");
  EXPECT_TRUE(verdict.reasons.front().fails);
  EXPECT_THAT(verdict.reasons.front().sentence, HasSubstr("rank 1 (h1): its machine burns"));
  EXPECT_THAT(verdict.reasons.front().sentence, HasSubstr("the other 2 of 3"));
}

TEST(JoinedResult, OneThatDoesNotFitIsLost) {
  JoinedResult joined(2);
  joined.add(origin(0, 5000), part(1000));
  auto other = part(1000);
  other.url = "smtp://127.0.0.1:26";
  joined.add(origin(1, 5000), std::move(other));
  const auto whole = joined.finish();
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->measured.completed, 1000U);
  ASSERT_EQ(whole->ranks->lost.size(), 1U);
  EXPECT_THAT(whole->ranks->lost[0].why, HasSubstr("another target"));
}

TEST(JoinedResult, NothingOfOneThatDoesNotFitIsKept) {
  JoinedResult joined(3);
  joined.add(origin(0, 5000), part(1000));
  auto other = part(1000);
  other.url = "smtp://127.0.0.1:26";
  other.client.busy_max = 0.95;
  other.interrupted = true;
  joined.add(origin(1, 100), std::move(other));
  joined.add(origin(2, 5400), part(1000));
  const auto whole = joined.finish();
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->ranks->begun_within_ns(), 400U) << "the other began long before";
  EXPECT_THAT(whole->notes, Not(Contains(HasSubstr("rank 1"))));
}

TEST(JoinedResult, ARankThatEndedEarlyIsNamed) {
  JoinedResult joined(2);
  joined.add(origin(0, 5000), part(1000));
  auto short_part = part(400);
  short_part.interrupted = true;
  joined.add(origin(1, 5000), std::move(short_part));
  EXPECT_THAT(joined.finish()->notes, Contains(HasSubstr("rank 1 (h1) ended early, interrupted")));
  JoinedResult all(2);
  for (const unsigned rank : {0U, 1U}) {
    auto ended = part(400);
    ended.interrupted = true;
    all.add(origin(rank, 5000), std::move(ended));
  }
  EXPECT_THAT(all.finish()->notes, Not(Contains(HasSubstr("ended early")))) << "the user has ended the run";
}

TEST(JoinedResult, APartThatNeverBeganCountsNothing) {
  for (const unsigned empty : {0U, 1U}) {
    JoinedResult joined(2);
    for (const unsigned rank : {0U, 1U}) {
      auto one = part(rank == empty ? 0 : 1000);
      if (rank == empty) {
        one.spans.clear();
        one.elapsed_ns = 0;
        one.interrupted = true;
      }
      joined.add(origin(rank, 5000), std::move(one));
    }
    const auto whole = joined.finish();
    ASSERT_TRUE(whole);
    EXPECT_THAT(whole->ranks->lost, IsEmpty()) << whole->ranks->lost.front().why;
    EXPECT_EQ(whole->ranks->parts.size(), 2U);
    EXPECT_EQ(whole->measured.completed, 1000U);
    EXPECT_EQ(whole->elapsed_ns, kRunNs);
  }
}

TEST(JoinedResult, PartsThatEndedAtOnceBelongTogether) {
  JoinedResult joined(2);
  for (const unsigned rank : {0U, 1U}) {
    auto one = part(0);
    one.spans.front().length_ns = 0;
    one.elapsed_ns = 0;
    one.interrupted = true;
    joined.add(origin(rank, 5000), std::move(one));
  }
  EXPECT_EQ(joined.finish()->ranks->parts.size(), 2U);
}

TEST(JoinedResult, WhatOneRankSuffersFromIsSaidWithItsName) {
  JoinedResult joined(2);
  joined.add(origin(0, 5000), part(1000));
  auto busy = part(1000);
  busy.client.busy_max = 0.95;
  joined.add(origin(1, 5000), std::move(busy));
  const auto whole = joined.finish();
  ASSERT_TRUE(whole);
  EXPECT_THAT(whole->notes, Contains(HasSubstr("rank 1 (h1) by itself: generator-bound: ")));
}

TEST(JoinedResult, WithoutAnyResultThereIsNone) {
  JoinedResult joined(2);
  joined.lose({.rank = 0, .host = "", .why = "x"});
  EXPECT_FALSE(joined.finish());
}

TEST(OnePart, IsNotedAndMissesNobody) {
  auto own = part(1000);
  mark_as_part(own, 1, 4, "h1");
  EXPECT_THAT(report::judge(own).notes, Contains(HasSubstr("the part of rank 1 of 4 ranks")));
  EXPECT_THAT(codes(own), Not(Contains("rank-lost")));
}

TEST(BegunApart, IsNoted) {
  JoinedResult joined(2);
  joined.add(origin(0, 5000), part(1000));
  joined.add(origin(1, 5000 + 2'000'000), part(1000));
  EXPECT_THAT(report::judge(*joined.finish()).notes,
              Contains(HasSubstr("did not begin together: the last came 2.00 ms")));
}

}  // namespace
}  // namespace backtalk::ranks
