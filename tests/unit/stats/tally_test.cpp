// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/tally.hpp"

#include <gtest/gtest.h>

#include <array>

namespace backtalk::stats {
namespace {

session::TransactionEnd failure(bool measured) {
  return {.ticket = {.number = 1, .scheduled = 5, .measured = measured},
          .begun = 5,
          .ended = 9,
          .ending = session::Ending::failed,
          .reason = "reply-5xx"};
}

TEST(Tally, FailuresInTheWarmUpAreNotErrorsOfTheMeasuredPart) {
  Tally tally(1, 2);
  tally.started({.number = 1, .scheduled = 5, .measured = false});
  tally.transaction_ended(failure(false));
  EXPECT_EQ(tally.warmup().failed, 1U);
  EXPECT_TRUE(tally.errors.all().empty());
  tally.started({.number = 1, .scheduled = 5, .measured = true});
  tally.transaction_ended(failure(true));
  ASSERT_EQ(tally.errors.all().size(), 1U);
  EXPECT_EQ(tally.errors.all()[0].count, tally.measured().failed);
}

// A server that refuses is not one that stopped answering.
TEST(Tally, ARefusalIsAnAnswer) {
  for (const std::string_view reason :
       {"reply-5xx", "service-closing", "script-unexpected-reply", "script-text", "script-word-too-long"}) {
    Tally tally(1, 2);
    session::TransactionEnd end = failure(true);
    end.reason = reason;
    tally.transaction_ended(end);
    EXPECT_EQ(tally.last_answer, 9U) << reason;
    EXPECT_EQ(tally.last_completion, 0U) << "nothing completed";
    EXPECT_EQ(tally.last_end, 9U) << "a failure is an end";
    end.ended = 7;  // of another session, and told later
    tally.transaction_ended(end);
    EXPECT_EQ(tally.last_answer, 9U);
    Tally sum(1, 2);
    sum.add(tally);
    EXPECT_EQ(sum.last_answer, 9U);
    EXPECT_EQ(sum.last_end, 9U);
  }
  Tally tally(1, 2);
  session::TransactionEnd end = failure(true);
  end.reason = "timeout";
  tally.transaction_ended(end);
  EXPECT_EQ(tally.last_answer, 0U);
}

// Of what timed out and of what is unfinished it is known how long it took at least.
TEST(Tally, KeepsTheAgesOfWhatHasNoAnswer) {
  Tally tally(1, 2);
  session::TransactionEnd end = failure(true);
  tally.transaction_ended(end);
  EXPECT_TRUE(tally.censored.empty()) << "a refusal is an answer";
  end.reason = session::kTimeout;
  tally.transaction_ended(end);
  EXPECT_EQ(tally.censored.max(), 4U);
  end.ending = session::Ending::unfinished;
  end.ended = 25;
  tally.transaction_ended(end);
  EXPECT_EQ(tally.censored.max(), 20U);
  tally.never_begun({.number = 2, .scheduled = 6}, session::Ending::failed, "no-free-connection", 106);
  EXPECT_EQ(tally.censored.max(), 100U);
  end.ticket.scheduled = 30;  // put off by a wait
  tally.transaction_ended(end);
  EXPECT_EQ(tally.censored.min(), 0U);
  end.begun = 0;  // in a closed loop, during a wait before anything was sent
  tally.transaction_ended(end);
  EXPECT_EQ(tally.censored.count(), 4U);
  EXPECT_EQ(tally.service_censored.count(), 3U) << "what was never sent has no such age";
  EXPECT_EQ(tally.service_censored.max(), 20U);
  EXPECT_EQ(tally.service_timed_out, 1U);
  end.ticket.measured = false;
  tally.transaction_ended(end);
  Tally sum(1, 2);
  sum.add(tally);
  EXPECT_EQ(sum.censored.count(), 4U);
  EXPECT_EQ(sum.timed_out, 2U);
}

TEST(Tally, KeepsTheAgesOfCommandsWithoutAnAnswer) {
  Tally tally(2, 2);
  EXPECT_FALSE(tally.commands()[1].censored);
  tally.command_given_up({.command = 1, .age = 30});
  tally.command_given_up({.command = 1, .age = 40, .timed_out = false});
  tally.command_given_up({.command = 1, .age = 50, .measured = false});
  Tally sum(2, 2);
  sum.add(tally);
  sum.add(tally);
  EXPECT_FALSE(sum.commands()[0].censored);
  const CommandTally& command = sum.commands()[1];
  ASSERT_TRUE(command.censored);
  EXPECT_EQ(command.censored->count(), 4U);
  EXPECT_EQ(command.censored->max(), 40U);
  EXPECT_EQ(command.timed_out, 2U);
}

TEST(Tally, AFailureThatNeverBeganCountsInItsSecond) {
  IntervalRecorder seconds;
  Tally tally(1, 2, &seconds);
  tally.started({.number = 1, .scheduled = 5, .measured = true});
  tally.transaction_ended(failure(true));
  for (std::uint64_t number = 2; number < 4; ++number)
    tally.never_begun({.number = number, .scheduled = 6}, session::Ending::failed, "timeout", 106);
  tally.never_begun({.number = 4, .scheduled = 7}, session::Ending::unfinished, {}, 100);
  ASSERT_TRUE(seconds.roll(0));
  Interval second;
  ASSERT_TRUE(seconds.fetch(second));
  EXPECT_EQ(second.failed, tally.measured().failed);
  EXPECT_EQ(tally.measured().started, tally.measured().failed + tally.measured().unfinished);
}

TEST(Tally, AnEndCountsInTheSecondInWhichItHappened) {
  constexpr std::uint64_t kSecond = IntervalRecorder::kIntervalNs;
  for (const session::Ending ending : {session::Ending::completed, session::Ending::failed}) {
    IntervalRecorder seconds;
    seconds.start(0);
    Tally tally(1, 2, &seconds);
    session::TransactionEnd end = failure(true);
    end.ending = ending;
    end.ended = kSecond - 1;
    tally.transaction_ended(end);
    end.ended = kSecond;  // nobody has told the recorder yet that the second is over
    tally.transaction_ended(end);
    Interval second;
    ASSERT_TRUE(seconds.fetch(second));
    EXPECT_EQ(second.completed + second.failed, 1U);
    EXPECT_EQ(seconds.index(), 1U);
  }
}

TEST(Tally, CountsRepliesByCommandAndStatus) {
  Tally one(2, 2);
  one.command_answered({.command = 1, .ok = false, .status = 1, .latency = 3});
  one.command_answered({.command = 1, .ok = true, .status = 0, .latency = 3});
  one.command_answered({.command = 1, .ok = false, .status = 1, .latency = 3, .measured = false});
  Tally other(2, 2);
  other.command_answered({.command = 1, .ok = false, .status = 1, .latency = 3});
  other.command_answered({.command = 0, .ok = true, .status = session::kNoStatus, .latency = 3});
  one.add(other);
  EXPECT_EQ(one.commands()[1].statuses, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(one.commands()[0].statuses, (std::vector<std::uint64_t>{0, 0})) << "an answer without a status";
  EXPECT_EQ(one.commands()[0].ok, 1U);
}

TEST(Tally, TimesRepliesByClass) {
  constexpr std::array<session::Status, 3> kStatuses{
      {{.name = "200"}, {.name = "404", .ok = false}, {.name = "410", .ok = false}}};
  const StatusClasses classes(kStatuses);
  Tally one(1, 3, nullptr, classes);
  one.command_answered({.ok = true, .status = 0, .latency = 10});
  one.command_answered({.ok = false, .status = 1, .latency = 20});
  Tally other(1, 3, nullptr, classes);
  other.command_answered({.ok = false, .status = 2, .latency = 30});
  other.command_answered({.ok = true, .status = session::kNoStatus, .latency = 40});
  other.command_answered({.ok = true, .status = 0, .latency = 50, .measured = false});
  one.add(other);
  const auto& latencies = one.commands()[0].latencies;
  ASSERT_EQ(latencies.size(), 3U) << "2xx, 4xx, and none";
  EXPECT_EQ(latencies[0]->count(), 1U);
  EXPECT_EQ(latencies[0]->max(), 10U);
  EXPECT_EQ(latencies[1]->count(), 2U);
  EXPECT_EQ(latencies[1]->min(), 20U);
  EXPECT_EQ(latencies[1]->max(), 30U);
  EXPECT_EQ(latencies[2]->max(), 40U);
  EXPECT_EQ(one.commands()[0].latency().count(), 4U);
  EXPECT_EQ(one.commands()[0].latency().max(), 40U);
}

TEST(Tally, KeepsTheFirstWordsOfEachNameCommandAndStatus) {
  Tally one(2, 2);
  std::string text = "550 5.1.1 <a@b>: no";
  one.server_said({.name = "reply-5xx", .command = 1, .status = 1, .text = text, .offset = 7});
  text.assign(text.size(), '?');  // the session's buffer goes on to something else
  one.server_said({.name = "reply-5xx", .command = 1, .status = 1, .text = "550 later", .offset = 9});
  one.server_said({.name = "reply-5xx", .command = 1, .status = 0, .text = "554 relay", .offset = 11});
  Tally other(2, 2);
  other.server_said({.name = "reply-5xx", .command = 1, .status = 1, .text = "550 other thread"});
  other.server_said({.name = "timeout", .text = {}});
  one.add(other);
  const auto all = one.examples.all();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].text, "550 5.1.1 <a@b>: no");
  EXPECT_EQ(all[0].offset, 7U);
  EXPECT_EQ(all[1].status, 0U);
  EXPECT_EQ(all[2].name, "timeout");
  EXPECT_EQ(all[2].command, session::kNoCommand);
  EXPECT_TRUE(one.errors.all().empty()) << "examples count nothing";
}

// What threads counted of one schedule is that of one schedule.
TEST(Tally, TheMiddleOfTheRunIsTheSameForAllThreads) {
  Tally total(1, 2);
  for (int thread = 0; thread < 2; ++thread) {
    Tally one(1, 2);
    one.middle = 1'000;
    one.planned_end = 2'000;
    one.due_by_middle = 1;
    for (const std::uint64_t ended : {900U, 1'900U, 2'900U}) {
      one.started({.number = 1, .scheduled = 5, .measured = true});
      one.transaction_ended({.ticket = {.number = 0, .scheduled = 800, .measured = true},
                             .begun = 800,
                             .ended = ended,
                             .ending = session::Ending::completed,
                             .reason = {},
                             .in_doubt = false});
    }
    total.add(one);
  }
  EXPECT_EQ(total.middle, 1'000U);
  EXPECT_EQ(total.planned_end, 2'000U);
  EXPECT_EQ(total.due_by_middle, 2U);
  EXPECT_EQ(total.answered_by_middle, 2U);
  EXPECT_EQ(total.answered_by_end, 4U);
}

TEST(Tally, WhatNobodyAskedForIsCounted) {
  Tally one(1, 2);
  one.unsolicited();
  Tally other(1, 2);
  other.unsolicited();
  other.unsolicited();
  one.add(other);
  EXPECT_EQ(one.unsolicited_responses, 3U);
}

TEST(Tally, EachLineOfAScriptHasItsExample) {
  Tally tally(1, 2);
  for (const std::uint32_t line : {3U, 5U, 3U}) {
    tally.server_said(
        {.name = "script-unexpected-reply", .command = 0, .status = 0, .text = {}, .script_line = line});
  }
  ASSERT_EQ(tally.examples.all().size(), 2U);
  EXPECT_EQ(tally.examples.all()[0].script_line, 3U);
  EXPECT_EQ(tally.examples.all()[1].script_line, 5U);
  Tally sum(1, 2);
  sum.add(tally);
  EXPECT_EQ(sum.examples.all()[1].script_line, 5U);
}

TEST(Tally, TheSumOfThreadsHasWhatATextDiffersFrom) {
  Tally tally(1, 1);
  tally.server_said({.name = "script-text",
                     .command = 0,
                     .status = 0,
                     .text = "250 x",
                     .offset = 9,
                     .lead = 4,
                     .script_line = 3,
                     .expected = "250 y",
                     .nothing_follows = true});
  Tally sum(1, 1);
  sum.add(tally);
  ASSERT_EQ(sum.examples.all().size(), 1U);
  EXPECT_EQ(sum.examples.all()[0].expected, "250 y");
  EXPECT_TRUE(sum.examples.all()[0].nothing_follows);
  EXPECT_EQ(sum.examples.all()[0].text_offset, 5U);
}

TEST(Tally, ExamplesAreBounded) {
  Tally tally(1, 2);
  const std::string endless(100'000, 'x');
  for (std::uint16_t status = 0; status < 200; ++status) {
    tally.server_said({.name = "reply-5xx", .command = 0, .status = status, .text = endless});
  }
  EXPECT_EQ(tally.examples.all().size(), Examples::kMax);
  for (const Example& one : tally.examples.all()) EXPECT_EQ(one.text.size(), session::kServerWordsMax);
}

// --- Mixes

constexpr std::array<unsigned, 2> kMix{3, 1};

session::Ticket ticket(std::uint64_t number, bool measured = true) {
  return {.number = number, .scheduled = 100, .measured = measured};
}

session::TransactionEnd end_of(const session::Ticket& ticket, session::Ending ending) {
  return {.ticket = ticket, .begun = 100, .ended = 700, .waited = 500, .ending = ending, .reason = "closed"};
}

TEST(Tally, TransactionsAreCountedByTheirPass) {
  const PassMix mix(kMix);
  Tally tally(1, 2, nullptr, {}, mix);
  ASSERT_EQ(tally.passes().size(), 2U);
  for (std::uint64_t number = 0; number < 8; ++number) {
    tally.started(ticket(number));
    const bool fails = mix.pass(number) == 1;
    tally.transaction_ended(
        end_of(ticket(number), fails ? session::Ending::failed : session::Ending::completed));
  }
  tally.started(ticket(8, false));
  tally.transaction_ended(end_of(ticket(8, false), session::Ending::completed));
  EXPECT_EQ(tally.passes()[0].counted,
            (TransactionTally{.started = 6, .completed = 6, .failed = 0, .unfinished = 0, .in_doubt = 0}));
  EXPECT_EQ(tally.passes()[1].counted,
            (TransactionTally{.started = 2, .completed = 0, .failed = 2, .unfinished = 0, .in_doubt = 0}));
  EXPECT_EQ(tally.passes()[0].latency.value().count(), 6U);
  EXPECT_EQ(tally.passes()[0].latency.value().max(), 100U) << "without what the client waited";
  EXPECT_FALSE(tally.passes()[1].latency);
  EXPECT_EQ(tally.latency.max(), 100U);
  EXPECT_EQ(tally.service.max(), 100U);
}

TEST(Tally, PassesThatNeverBeganBalanceToo) {
  Tally tally(1, 2, nullptr, {}, PassMix(kMix));
  Tally other(1, 2, nullptr, {}, PassMix(kMix));
  for (std::uint64_t number = 0; number < 4; ++number)
    tally.never_begun(ticket(number), session::Ending::failed, "no-free-connection", 0);
  for (std::uint64_t number = 4; number < 8; ++number)
    other.never_begun(ticket(number), session::Ending::unfinished, {}, 0);
  tally.add(other);
  EXPECT_EQ(tally.passes()[0].counted.started, 6U);
  EXPECT_EQ(tally.passes()[1].counted.started, 2U);
  for (const PassTally& pass : tally.passes())
    EXPECT_EQ(pass.counted.started, pass.counted.failed + pass.counted.unfinished);
  EXPECT_EQ(tally.passes()[0].censored.value().count(), 6U);
  EXPECT_EQ(tally.passes()[0].timed_out, 3U);
  EXPECT_EQ(tally.passes()[1].censored.value().count(), 2U);
}

}  // namespace
}  // namespace backtalk::stats
