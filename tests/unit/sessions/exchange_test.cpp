// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/exchange.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace backtalk::session {
namespace {

constexpr unsigned kGreeting = 0;
constexpr unsigned kStat = 1;
constexpr unsigned kRetr = 2;

// Everything that the observer is told, one line each.
class Recorder final : public Observer {
 public:
  void command_sent(unsigned command, bool measured) override {
    ++sent;
    line("sent " + std::to_string(command) + (measured ? "" : " unmeasured"));
  }
  void command_answered(const CommandAnswer& answer) override {
    ++answered;
    line((answer.ok ? "ok " : "refused ") + std::to_string(answer.command) + " after " +
         std::to_string(answer.latency) + (answer.measured ? "" : " unmeasured"));
  }
  void command_given_up(const CommandGivenUp& end) override {
    line(std::string(end.timed_out ? "timed out " : "unanswered ") + std::to_string(end.command) + " after " +
         std::to_string(end.age) + (end.measured ? "" : " unmeasured"));
  }
  void transaction_ended(const TransactionEnd& end) override {
    constexpr const char* kHow[] = {" completed", " failed ", " unfinished "};
    line("end " + std::to_string(end.ticket.number) + kHow[static_cast<int>(end.ending)] +
         std::string(end.reason) + (end.in_doubt ? " in doubt" : ""));
    ends.push_back(end.ticket.number);
  }
  void connection_failed(std::string_view name) override { line("connection " + std::string(name)); }
  void server_said(const ServerWords& words) override { line("said " + std::string(words.name)); }
  void note(std::string_view) override {}

  // What was told since the last call.
  std::vector<std::string> take() { return std::exchange(lines_, {}); }

  std::vector<std::uint64_t> ends;
  std::size_t sent = 0;
  std::size_t answered = 0;

 private:
  void line(std::string text) { lines_.push_back(std::move(text)); }
  std::vector<std::string> lines_;
};

using Lines = std::vector<std::string>;

class ExchangeTest : public testing::Test {
 protected:
  static constexpr std::uint32_t kAlmostWrapped = 0xFFFFFFFD;

  // Ready, and nothing told yet. The first command has the number `first` + 1.
  void open(std::uint32_t first = 0) {
    exchange.restart(first);
    const std::uint32_t greeting = exchange.command_sent(kGreeting, 1);
    exchange.answered(*exchange.find(greeting), true, 0, 1);
    exchange.retire(greeting, 1);
    exchange.become_ready();
    recorder.take();
  }
  // A transaction of one command, all of it sent; the command's tag.
  std::uint32_t send_one(std::uint64_t number, Nanoseconds now) {
    exchange.begin({.number = number, .scheduled = now});
    const std::uint32_t tag = exchange.transaction_command_sent(kStat, now);
    exchange.request_sent();
    exchange.finish_sending(now);
    return tag;
  }
  void answer(std::uint32_t tag, Nanoseconds now, bool ok = true) {
    const Exchange::Command command = *exchange.find(tag);
    exchange.answered(command, ok, ok ? 0 : 1, now);
    if (!ok) exchange.fail_transaction(command.transaction, "reply-no");
    exchange.retire(tag, now);
  }

  Recorder recorder;
  Exchange exchange{{.transactions = 4, .commands = 8}, recorder};
};

// --- Before anything

// An exchange that was not restarted has no connection, and nothing to end.
TEST_F(ExchangeTest, ANewOneIsOver) {
  EXPECT_TRUE(exchange.over());
  EXPECT_FALSE(exchange.ready());
  EXPECT_EQ(exchange.in_flight(), 0U);
  EXPECT_EQ(exchange.completed(), 0U);
  EXPECT_FALSE(exchange.has_unsent());
  EXPECT_TRUE(exchange.all_answered());
  EXPECT_EQ(exchange.waiting_since(), 0U);
  EXPECT_EQ(exchange.find(0), nullptr);
  EXPECT_EQ(exchange.find(1), nullptr);
  exchange.close(Ending::failed, kReset, nullptr, 1);
  EXPECT_EQ(recorder.take(), Lines{});
}

// Whatever was in flight or still to be sent, nothing is left of it at the end.
TEST_F(ExchangeTest, NothingIsLeftToSendAtTheEnd) {
  for (const bool sent : {false, true}) {
    open();
    exchange.begin({.number = 1, .scheduled = 1});
    if (sent) exchange.transaction_command_sent(kStat, 2);
    exchange.close(Ending::failed, kReset, nullptr, 3);
    EXPECT_TRUE(exchange.over());
    EXPECT_FALSE(exchange.has_unsent());
    EXPECT_TRUE(exchange.all_answered());
    EXPECT_EQ(exchange.in_flight(), 0U);
    EXPECT_EQ(exchange.waiting_since(), 0U);
  }
}

// --- What nobody answers

// Of what has timed out, and of what the run's end leaves behind, the age is known; what was lost
// with its connection has none.
TEST_F(ExchangeTest, CommandsThatAreGivenUpHaveTheirAge) {
  const auto told_of = [this](Ending ending, std::string_view reason) {
    open();
    exchange.begin({.number = 7, .scheduled = 1});
    const std::uint32_t first = exchange.transaction_command_sent(kStat, 2);
    const std::uint32_t second = exchange.transaction_command_sent(kRetr, 5);
    exchange.transaction_command_sent(kStat, 6);
    exchange.command_sent(kRetr, 9);
    exchange.finish_sending(9);
    answer(second, 10);  // by its tag
    EXPECT_NE(exchange.find(first), nullptr);
    recorder.take();
    exchange.close(ending, reason, nullptr, 100);
    Lines told = recorder.take();
    EXPECT_TRUE(told.back().starts_with("end 7 ")) << told.back();
    told.pop_back();
    return told;
  };
  EXPECT_EQ(told_of(Ending::failed, kTimeout),
            (Lines{"timed out 1 after 98", "timed out 1 after 94", "timed out 2 after 91"}));
  EXPECT_EQ(told_of(Ending::unfinished, kRunOver),
            (Lines{"unanswered 1 after 98", "unanswered 1 after 94", "unanswered 2 after 91"}));
  EXPECT_EQ(told_of(Ending::failed, kReset), Lines{});
}

TEST_F(ExchangeTest, CommandsOfTheWarmUpThatAreGivenUpAreMarked) {
  open();
  exchange.begin({.number = 7, .scheduled = 1, .measured = false});
  exchange.transaction_command_sent(kStat, 2);
  recorder.take();
  exchange.close(Ending::failed, kTimeout, nullptr, 9);
  EXPECT_EQ(recorder.take().front(), "timed out 1 after 7 unmeasured");
}

// --- Transactions

TEST_F(ExchangeTest, ATransactionEndsWithTheReplyToItsLastCommand) {
  open();
  exchange.begin({.number = 7, .scheduled = 1});
  const std::uint32_t first = exchange.transaction_command_sent(kStat, 2);
  const std::uint32_t second = exchange.transaction_command_sent(kRetr, 3);
  exchange.finish_sending(3);
  answer(first, 5);
  EXPECT_EQ(exchange.in_flight(), 1U);
  answer(second, 9);
  EXPECT_EQ(exchange.in_flight(), 0U);
  EXPECT_EQ(recorder.take(), (Lines{"sent 1", "sent 2", "ok 1 after 3", "ok 2 after 6", "end 7 completed"}));
  EXPECT_EQ(exchange.completed(), 1U);
}

// In lock step the next command is sent when the reply has come: between the two nothing is owed.
TEST_F(ExchangeTest, ATransactionDoesNotEndWhileThereIsMoreToSend) {
  open();
  exchange.begin({.number = 7, .scheduled = 1});
  answer(exchange.transaction_command_sent(kStat, 2), 3);
  EXPECT_EQ(exchange.in_flight(), 1U);
  answer(exchange.transaction_command_sent(kRetr, 4), 5);
  EXPECT_TRUE(recorder.ends.empty());
  exchange.finish_sending(5);
  EXPECT_EQ(recorder.ends, (std::vector<std::uint64_t>{7}));
}

// A pass of a script: the first unexpected reply names the failure, and the replies that are still
// owed are waited for, or the next transaction would be given them.
TEST_F(ExchangeTest, AFailedTransactionIsDrainedBeforeItEnds) {
  open();
  exchange.begin({.number = 7, .scheduled = 1});
  const std::uint32_t first = exchange.transaction_command_sent(kStat, 2);
  const std::uint32_t second = exchange.transaction_command_sent(kRetr, 2);
  const std::uint32_t third = exchange.transaction_command_sent(kRetr, 2);
  answer(first, 3);
  answer(second, 3, false);
  EXPECT_TRUE(exchange.has_failed(exchange.sending()));
  exchange.fail_transaction(exchange.sending(), "another name");
  exchange.finish_sending(3);  // what was left of the script is not sent
  EXPECT_TRUE(recorder.ends.empty());
  answer(third, 4);
  const Lines told = recorder.take();
  EXPECT_EQ(told.back(), "end 7 failed reply-no");
  EXPECT_EQ(exchange.completed(), 0U);
}

TEST_F(ExchangeTest, WarmUpTransactionsAreMarked) {
  open();
  exchange.begin({.number = 7, .scheduled = 1, .measured = false});
  const std::uint32_t tag = exchange.transaction_command_sent(kStat, 2);
  exchange.finish_sending(2);
  answer(tag, 5);
  EXPECT_EQ(recorder.take(), (Lines{"sent 1 unmeasured", "ok 1 after 3 unmeasured", "end 7 completed"}));
}

TEST_F(ExchangeTest, AConnectionCommandEndsNoTransaction) {
  open();
  const std::uint32_t tag = exchange.command_sent(kRetr, 2);
  send_one(7, 2);
  answer(tag, 3);
  EXPECT_TRUE(recorder.ends.empty());
  EXPECT_EQ(exchange.in_flight(), 1U);
}

TEST_F(ExchangeTest, OneCommandMayHaveSeveralReplies) {
  open();
  const std::uint32_t tag = send_one(7, 2);
  exchange.answered(*exchange.find(tag), true, 0, 3);
  exchange.expect_another(*exchange.find(tag));
  EXPECT_TRUE(recorder.ends.empty());
  answer(tag, 4);
  EXPECT_EQ(recorder.sent, recorder.answered);
  EXPECT_EQ(recorder.ends.size(), 1U);
}

TEST_F(ExchangeTest, WaitsForTheOldestUnansweredCommand) {
  open();
  EXPECT_EQ(exchange.waiting_since(), 0U);
  const std::uint32_t first = send_one(1, 10);
  const std::uint32_t second = send_one(2, 20);
  const std::uint32_t third = send_one(3, 30);
  EXPECT_EQ(exchange.waiting_since(), 10U);
  answer(second, 40);
  EXPECT_EQ(exchange.waiting_since(), 10U);
  answer(first, 40);
  EXPECT_EQ(exchange.waiting_since(), 30U);
  exchange.content_sent(35);
  EXPECT_EQ(exchange.waiting_since(), 35U) << "content is on its way";
  EXPECT_EQ(exchange.asked_since(), 30U);
  answer(third, 40);
  EXPECT_EQ(exchange.waiting_since(), 0U);
}

// --- Answers by tag

TEST_F(ExchangeTest, TagsAreAnsweredInAnyOrder) {
  open();
  const std::array tags{send_one(0, 2), send_one(1, 3), send_one(2, 4), send_one(3, 5)};
  for (const std::size_t i : {2U, 0U, 3U, 1U}) answer(tags[i], 10);
  EXPECT_EQ(recorder.ends, (std::vector<std::uint64_t>{2, 0, 3, 1}));
  EXPECT_TRUE(exchange.all_answered());
  EXPECT_EQ(exchange.in_flight(), 0U);
  const Lines told = recorder.take();
  EXPECT_EQ(std::ranges::count(told, "ok 1 after 6"), 1) << "each latency is its own command's";
  EXPECT_EQ(std::ranges::count(told, "ok 1 after 8"), 1);
}

TEST_F(ExchangeTest, AnUnknownTagIsNotFound) {
  open();
  const std::uint32_t tag = send_one(1, 2);
  EXPECT_NE(exchange.find(tag), nullptr);
  for (const std::uint32_t other : {tag + 1, tag - 1, tag + 8, tag - 8, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    EXPECT_EQ(exchange.find(other), nullptr) << other;
  }
}

TEST_F(ExchangeTest, AnAnsweredTagIsNotFound) {
  open();
  const std::uint32_t first = send_one(1, 2);
  const std::uint32_t second = send_one(2, 2);
  answer(second, 3);
  EXPECT_EQ(exchange.find(second), nullptr) << "while an older one waits";
  answer(first, 3);
  EXPECT_EQ(exchange.find(first), nullptr);
  EXPECT_EQ(exchange.find(second), nullptr);
}

TEST_F(ExchangeTest, RoomIsCountedFromTheOldestUnansweredCommand) {
  open();
  exchange.begin({.number = 1, .scheduled = 1});
  std::vector<std::uint32_t> tags;
  while (exchange.has_command_room()) tags.push_back(exchange.transaction_command_sent(kRetr, 2));
  ASSERT_EQ(tags.size(), 8U);
  for (std::size_t i = 1; i < tags.size(); ++i) answer(tags[i], 3);
  EXPECT_FALSE(exchange.has_command_room());
  answer(tags[0], 3);
  EXPECT_TRUE(exchange.has_command_room());
  EXPECT_TRUE(exchange.all_answered());
}

TEST_F(ExchangeTest, RoomForTransactionsIsCountedLikewise) {
  open();
  std::vector<std::uint32_t> tags;
  while (exchange.has_transaction_room()) tags.push_back(send_one(tags.size(), 2));
  ASSERT_EQ(tags.size(), 4U);
  answer(tags[1], 3);
  EXPECT_EQ(exchange.in_flight(), 3U);
  EXPECT_FALSE(exchange.has_transaction_room());
  answer(tags[0], 3);
  send_one(4, 4);
  send_one(5, 4);
  EXPECT_FALSE(exchange.has_transaction_room());
  EXPECT_EQ(exchange.in_flight(), 4U);
}

TEST_F(ExchangeTest, NumbersMayWrap) {
  open(kAlmostWrapped);
  for (std::uint64_t round = 0; round < 8; round += 2) {
    const std::uint32_t first = send_one(round, 2);
    const std::uint32_t second = send_one(round + 1, 3);
    EXPECT_EQ(exchange.oldest_tag(), first);
    answer(second, 4);
    EXPECT_EQ(exchange.find(second), nullptr);
    answer(first, 4);
    EXPECT_TRUE(exchange.all_answered());
  }
  EXPECT_EQ(recorder.ends, (std::vector<std::uint64_t>{1, 0, 3, 2, 5, 4, 7, 6}));
}

// Against a plain list of what is in flight: thousands of commands, answered at random.
// As docs/load-json.md has them.
TEST(Session, TheEndsOfAConnectionHaveTheNamesOfTheDocumentation) {
  EXPECT_EQ(kTimeout, "timeout");
  EXPECT_EQ(kServerClosed, "closed");
  EXPECT_EQ(kReset, "reset");
  EXPECT_EQ(kTlsTruncated, "tls-truncated");
}

TEST_F(ExchangeTest, AccountsBalanceInAnyOrder) {
  struct Open {
    std::uint32_t tag;
    std::uint64_t number;
  };
  Exchange large{{.transactions = 1000, .commands = 4000}, recorder};
  std::mt19937 random(1);
  large.restart(kAlmostWrapped - 2000);
  large.become_ready();
  std::vector<Open> open;
  std::vector<std::uint64_t> expected;
  std::uint64_t begun = 0;
  for (int step = 0; step < 20'000; ++step) {
    if (large.has_transaction_room() && large.has_command_room() && random() % 5 < 3) {
      large.begin({.number = begun, .scheduled = 1});
      open.push_back({large.transaction_command_sent(kStat, 1), begun++});
      large.finish_sending(1);
    } else if (!open.empty()) {
      // Mostly one of the oldest, as servers answer.
      const std::size_t at = random() % std::min<std::size_t>(open.size(), random() % 8 == 0 ? 1000 : 4);
      const Open one = open[at];
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
      ASSERT_NE(large.find(one.tag), nullptr);
      large.retire(one.tag, 2);
      ASSERT_EQ(large.find(one.tag), nullptr);
      expected.push_back(one.number);
    }
    ASSERT_EQ(large.in_flight(), open.size());
    ASSERT_EQ(large.all_answered(), open.empty());
    if (!open.empty()) {
      ASSERT_EQ(large.oldest_tag(), open.front().tag);
    }
  }
  EXPECT_GT(begun, 5'000U);
  EXPECT_EQ(recorder.ends, expected);
  large.close(Ending::unfinished, {}, nullptr, 3);
  EXPECT_EQ(recorder.ends.size(), begun) << "each ends once";
}

// --- The end

TEST_F(ExchangeTest, FailuresAreBlamedOnTransactionsInFlight) {
  open();
  send_one(1, 2);
  exchange.begin({.number = 2, .scheduled = 2});
  exchange.transaction_command_sent(kStat, 2);
  exchange.begin({.number = 3, .scheduled = 2});
  recorder.take();
  const ServerWords words{.name = "closed", .text = {}};
  exchange.close(Ending::failed, "closed", &words, 5);
  EXPECT_EQ(recorder.take(), (Lines{"said closed", "end 1 failed closed in doubt", "end 2 failed closed",
                                    "end 3 failed closed"}))
      << "only what was sent whole is in doubt";
  EXPECT_TRUE(exchange.over());
  EXPECT_TRUE(exchange.all_answered());
  exchange.close(Ending::failed, "closed", &words, 6);
  EXPECT_TRUE(recorder.take().empty()) << "once";
}

TEST_F(ExchangeTest, AnAnswerOutOfOrderEndsATransactionOnce) {
  open();
  send_one(1, 2);
  answer(send_one(2, 2), 3);
  recorder.take();
  exchange.close(Ending::failed, "closed", nullptr, 5);
  EXPECT_EQ(recorder.take(), (Lines{"end 1 failed closed in doubt"}));
}

TEST_F(ExchangeTest, AFailedTransactionKeepsItsReason) {
  open();
  exchange.begin({.number = 1, .scheduled = 2});
  exchange.transaction_command_sent(kStat, 2);
  exchange.transaction_command_sent(kRetr, 2);
  exchange.request_sent();
  answer(exchange.oldest_tag(), 3, false);
  recorder.take();
  const ServerWords words{.name = "closed", .text = {}};
  exchange.close(Ending::unfinished, "closed", &words, 5);
  EXPECT_EQ(recorder.take(), (Lines{"unanswered 2 after 3", "end 1 failed reply-no"}))
      << "not in doubt; nothing is counted as closed";
}

TEST_F(ExchangeTest, AFailureOfAnIdleConnectionIsItsOwn) {
  open();
  const ServerWords words{.name = "closed", .text = {}};
  exchange.close(Ending::failed, "closed", &words, 5);
  EXPECT_EQ(recorder.take(), (Lines{"said closed", "connection closed"}));
  open();
  exchange.close(Ending::unfinished, {}, nullptr, 5);
  EXPECT_TRUE(recorder.take().empty());
}

TEST_F(ExchangeTest, AHandshakeThatIsCutShortHasAName) {
  exchange.restart();
  exchange.command_sent(kGreeting, 1);
  recorder.take();
  exchange.close(Ending::unfinished, {}, nullptr, 5);
  EXPECT_EQ(recorder.take(), (Lines{"connection handshake-unfinished", "unanswered 0 after 4"}));
  exchange.restart();
  exchange.close(Ending::failed, "timeout", nullptr, 5);
  EXPECT_EQ(recorder.take(), (Lines{"connection timeout"}));
}

TEST_F(ExchangeTest, AfterGoodbyeTheServerMayClose) {
  open();
  exchange.begin_leaving();
  exchange.close(Ending::failed, "closed", nullptr, 5);
  EXPECT_TRUE(recorder.take().empty());
  open();
  exchange.begin_leaving();
  exchange.close(Ending::failed, kTimeout, nullptr, 5);
  EXPECT_EQ(recorder.take(), (Lines{"connection quit-unanswered"}));
}

TEST_F(ExchangeTest, ARunThatIsOverBlamesNobody) {
  exchange.restart();
  exchange.command_sent(kGreeting, 1);
  recorder.take();
  const ServerWords words{.name = kRunOver, .text = {}};
  exchange.close(Ending::unfinished, kRunOver, &words, 5);
  EXPECT_EQ(recorder.take(), (Lines{"unanswered 0 after 4"}));
  EXPECT_TRUE(exchange.over());
  open();
  exchange.begin_leaving();
  exchange.close(Ending::unfinished, kRunOver, &words, 5);
  EXPECT_TRUE(recorder.take().empty());
}

TEST_F(ExchangeTest, TheReplyThatEndsTheConnectionIsBlamedOnItsTransaction) {
  open();
  const std::uint32_t tag = send_one(1, 2);
  send_one(2, 2);
  answer(tag, 3, false);
  recorder.take();
  exchange.abandon("service-closing", 3);
  EXPECT_EQ(recorder.take(), (Lines{"end 2 failed service-closing in doubt"}));
  EXPECT_TRUE(exchange.over());
}

// --- Preconditions

#ifdef BACKTALK_CHECK_PRECONDITIONS

constexpr const char* kBroken = "broken precondition of backtalk";

TEST_F(ExchangeTest, MisuseEndsTheProgram) {
  open();
  EXPECT_DEATH(static_cast<void>(exchange.oldest()), kBroken);
  EXPECT_DEATH(static_cast<void>(exchange.oldest_tag()), kBroken);
  EXPECT_DEATH(exchange.transaction_command_sent(kStat, 2), kBroken) << "nothing was begun";
  EXPECT_DEATH(exchange.finish_sending(2), kBroken);
  const std::uint32_t tag = send_one(1, 2);
  EXPECT_DEATH(exchange.retire(tag + 1, 2), kBroken);
  EXPECT_DEATH(exchange.restart(), kBroken) << "a transaction is in flight";
  answer(tag, 3);
  EXPECT_DEATH(exchange.retire(tag, 2), kBroken) << "twice";
}

TEST_F(ExchangeTest, NothingIsOverwrittenWithoutRoom) {
  open();
  while (exchange.has_command_room()) exchange.command_sent(kStat, 2);
  EXPECT_DEATH(exchange.command_sent(kStat, 2), kBroken);
  while (exchange.has_transaction_room()) exchange.begin({});
  EXPECT_DEATH(exchange.begin({}), kBroken);
}

#endif

}  // namespace
}  // namespace backtalk::session
