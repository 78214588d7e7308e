// SPDX-License-Identifier: Apache-2.0 OR MIT
// Sessions that wait between their transactions: by hand, and in whole runs over loopback.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "loopback/loopback.hpp"
#include "ping.hpp"
#include "session/thinking_session.hpp"

namespace backtalk::engine {
namespace {

using session::Nanoseconds;
using session::ThinkingSession;
using session::ThinkTime;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;

session::SessionFactory ping() {
  return
      [](const session::SessionContext& context) { return std::make_unique<PingSession>(context.observer); };
}

class Ends final : public session::Observer {
 public:
  void command_sent(unsigned, bool) override {}
  void command_answered(const session::CommandAnswer&) override {}
  void transaction_ended(const session::TransactionEnd& end) override { all.push_back(end); }
  void connection_failed(std::string_view) override {}
  void server_said(const session::ServerWords&) override {}
  void note(std::string_view) override {}

  std::vector<session::TransactionEnd> all;
};

// One session that somebody drives.
struct Driven {
  explicit Driven(const ThinkTime& think, ThinkingSession::Who who = ThinkingSession::Who::user,
                  std::uint64_t seed = 7)
      : session(ping(), {.index = 0, .seed = seed, .observer = ends}, think, who) {
    session.restart(1);
  }
  // A transaction from `now` to ten ns later.
  void ping_at(Nanoseconds now) {
    session.begin({.number = 0, .scheduled = now});
    (void)session.produce(room, now);
    session.consume(".", now + 10);
  }

  Ends ends;
  std::array<char, session::Session::kOutputMin> room{};
  ThinkingSession session;
};

TEST(Thinking, TheFirstTransactionBeginsAtOnceAndTheNextAfterThePause) {
  Driven driven(ThinkTime::constant(1000));
  EXPECT_EQ(driven.session.room(), 1U);
  EXPECT_EQ(driven.session.next_wake(), session::kNever);
  driven.ping_at(100);
  EXPECT_EQ(driven.session.room(), 0U);
  EXPECT_EQ(driven.session.next_wake(), 1110U);
  driven.session.wake(1109);
  EXPECT_EQ(driven.session.room(), 0U) << "too early";
  driven.session.wake(1110);
  EXPECT_EQ(driven.session.room(), 1U);
  EXPECT_EQ(driven.session.next_wake(), session::kNever);
}

TEST(Thinking, ThePauseIsInNoLatency) {
  Driven driven(ThinkTime::constant(1000));
  driven.ping_at(100);
  driven.session.wake(1110);
  driven.ping_at(1110);
  ASSERT_EQ(driven.ends.all.size(), 2U);
  EXPECT_EQ(driven.ends.all[1].ended - driven.ends.all[1].begun, 10U);
}

TEST(Thinking, ThereIsOneTransactionAtATime) {
  Driven driven(ThinkTime::constant(1000));
  driven.session.begin({.number = 0, .scheduled = 5});
  EXPECT_EQ(driven.session.room(), 0U);
}

TEST(Thinking, TheGoodbyeDoesNotWait) {
  Driven driven(ThinkTime::constant(1000));
  driven.ping_at(100);
  driven.session.finish();
  EXPECT_EQ(driven.session.produce(driven.room, 120), 1U);
  EXPECT_EQ(driven.room[0], 'q');
  driven.session.consume("!", 130);
  EXPECT_TRUE(driven.session.over());
}

TEST(Thinking, AUserGoesOnThinkingOverAnotherConnectionAndAnotherUserDoesNot) {
  for (const auto who : {ThinkingSession::Who::user, ThinkingSession::Who::connection}) {
    Driven driven(ThinkTime::constant(1000), who);
    driven.ping_at(100);
    driven.session.end(session::Ending::failed, session::kServerClosed, 200);
    driven.session.restart(300);
    EXPECT_EQ(driven.session.room(), who == ThinkingSession::Who::user ? 0U : 1U);
    EXPECT_EQ(driven.session.absent_until(), who == ThinkingSession::Who::user ? 1110U : 0U);
    driven.session.wake(1110);
    EXPECT_EQ(driven.session.room(), 1U);
  }
}

// The pauses of ten transactions.
std::vector<Nanoseconds> pauses(std::uint64_t seed) {
  Driven driven(ThinkTime::exponential(1000), ThinkingSession::Who::user, seed);
  std::vector<Nanoseconds> found;
  Nanoseconds now = 100;
  for (int i = 0; i < 10; ++i) {
    driven.ping_at(now);
    const Nanoseconds wake = driven.session.next_wake();
    found.push_back(wake == session::kNever ? 0 : wake - now);
    now = wake == session::kNever ? now + 100 : wake;
    driven.session.wake(now);
  }
  return found;
}

TEST(Thinking, ASeedRepeatsThePauses) {
  EXPECT_EQ(pauses(1), pauses(1));
  EXPECT_NE(pauses(1), pauses(2));
}

ClientPlan plan_for(const net::Endpoint& server) {
  ClientPlan plan;
  plan.targets = {{.endpoints = {server}}};
  plan.commands = 1;
  plan.timeout_ns = 5 * kSecond;
  plan.drain_ns = 10 * kSecond;
  plan.connections = 4;
  plan.think = ThinkTime::constant(20 * kMillisecond);
  return plan;
}

TEST(Thinking, AClosedLoopBeginsNoMoreThanItsUsersThink) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server.at());
  plan.duration_ns = kSecond / 5;
  for (const std::uint64_t per_connection : {0U, 1U}) {
    plan.per_connection = per_connection;
    const auto tally = run_to_its_end(plan, ping());
    ASSERT_TRUE(tally);
    expect_books_balance(*tally);
    EXPECT_GE(tally->measured().started, 4U);
    EXPECT_LE(tally->measured().started, 4U * 11) << "each of four users: one, and one each 20 ms";
    EXPECT_EQ(tally->measured().failed, 0U);
    if (per_connection == 1) {
      EXPECT_GE(tally->connections_opened, tally->measured().started);
    }
  }
}

TEST(Thinking, ACountIsReachedAndNobodyThinksBehindTheLast) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server.at());
  plan.transactions_max = 4;
  plan.think = ThinkTime::constant(3600 * kSecond);
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  expect_books_balance(*tally);
  EXPECT_EQ(tally->measured().completed, 4U);
}

// Nobody needs a connection before its user goes on.
TEST(Thinking, AClosedConnectionStaysClosedWhileItsUserThinks) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server.at());
  plan.duration_ns = kSecond / 2;
  plan.per_connection = 1;
  plan.think = ThinkTime::constant(3600 * kSecond);
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  expect_books_balance(*tally);
  EXPECT_GE(tally->measured().completed, 1U);
  EXPECT_LE(tally->connections_opened, 4U) << "once each";
  EXPECT_FALSE(tally->lost_sessions);
}

// Longer than the time after which a run without a session is given up. On a machine that stands
// still for a second a transaction times out, and is one of the count all the same.
TEST(Thinking, ARunIsNotGivenUpWhileAllUsersThink) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server.at());
  plan.timeout_ns = 1 * kSecond;
  plan.transactions_max = 2;
  plan.connections = 1;
  plan.per_connection = 1;
  plan.think = ThinkTime::constant(2500 * kMillisecond);
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  expect_books_balance(*tally);
  EXPECT_EQ(tally->measured().completed + tally->measured().failed, 2U);
  EXPECT_GE(tally->connections_opened, 2U);
  for (const stats::NamedCount& one : tally->notes.all())
    EXPECT_EQ(one.name.find("no session could be opened"), std::string::npos) << one.name;
  if (tally->measured().completed == 2) {
    EXPECT_GE(tally->connected_ns, 2500 * kMillisecond) << "the server was not away";
  }
}

TEST(Thinking, SessionsByTheClockThinkBetweenTheirTransactionsAlone) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server.at());
  plan.session_rate = 1000;
  plan.session_transactions = plan.per_connection = 3;
  plan.transactions_max = 20;
  plan.connections = 50;
  plan.think = ThinkTime::constant(200 * kMillisecond);
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  expect_books_balance(*tally);
  EXPECT_EQ(tally->sessions.completed, 20U);
  EXPECT_EQ(tally->measured().completed, 60U);
  EXPECT_LT(tally->sessions.latency.min(), 400 * kMillisecond) << "two pauses, which are in no latency";
  EXPECT_LT(tally->latency.min(), 200 * kMillisecond);
}

}  // namespace
}  // namespace backtalk::engine
