// SPDX-License-Identifier: Apache-2.0 OR MIT
// Whole runs over loopback in which sessions arrive by the clock.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/session_record.hpp"
#include "loopback/closed_port.hpp"
#include "loopback/loopback.hpp"
#include "net/url.hpp"
#include "ping.hpp"

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

session::SessionFactory ping() {
  return
      [](const session::SessionContext& context) { return std::make_unique<PingSession>(context.observer); };
}

// Twenty sessions at 1000/s, with three transactions each.
ClientPlan plan_for(const net::Endpoint& server) {
  ClientPlan plan;
  plan.targets = {{.endpoints = {server}}};
  plan.commands = 1;
  plan.timeout_ns = 5 * kSecond;
  plan.drain_ns = 10 * kSecond;
  plan.session_rate = 1000;
  plan.session_transactions = plan.per_connection = 3;
  plan.transactions_max = 20;
  plan.connections = 50;
  return plan;
}

void expect_sessions_balance(const stats::Tally& tally, std::uint64_t started) {
  const stats::SessionTally& all = tally.sessions;
  EXPECT_EQ(all.started, started);
  EXPECT_EQ(all.started, all.completed + all.failed + all.unfinished);
  EXPECT_EQ(all.latency.count(), all.completed);
  EXPECT_LE(all.censored.count(), all.failed + all.unfinished);
  expect_books_balance(tally);
}

std::uint64_t count_of(const stats::Tally& tally, std::string_view name) {
  for (const stats::NamedCount& one : tally.errors.all()) {
    if (one.name == name) return one.count;
  }
  return 0;
}

TEST(PartlyOpen, EachSessionHasAConnectionAndItsTransactions) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  for (const unsigned threads : {1U, 3U}) {
    ClientPlan plan = plan_for(server.at());
    plan.threads = threads;
    const auto tally = run_to_its_end(plan, ping());
    ASSERT_TRUE(tally);
    expect_sessions_balance(*tally, 20);
    EXPECT_EQ(tally->sessions.completed, 20U);
    EXPECT_EQ(tally->measured().completed, 60U);
    EXPECT_EQ(tally->connections_opened, 20U) << "one for each, and none before it arrives";
    EXPECT_EQ(tally->sessions_at_start, 0U);
    EXPECT_EQ(tally->send_lag.count(), 20U);
  }
}

TEST(PartlyOpen, ARunOfATimeBeginsWhatFellDueInIt) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server.at());
  plan.transactions_max = 0;
  plan.duration_ns = kSecond / 5;
  plan.warmup_ns = kSecond / 10;
  plan.session_rate = 100;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  expect_sessions_balance(*tally, 20);
  EXPECT_EQ(tally->sessions.completed, 20U);
  EXPECT_EQ(tally->measured().started, 60U);
  EXPECT_GE(tally->warmup().started, 15U);
  EXPECT_LE(tally->warmup().started, 30U);
}

// Of two connections, for twenty sessions.
TEST(PartlyOpen, ASessionWaitsForAConnectionAndNoneIsLost) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server.at());
  plan.session_rate = 1e6;
  plan.connections = 2;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  expect_sessions_balance(*tally, 20);
  EXPECT_EQ(tally->sessions.completed, 20U);
  EXPECT_GE(tally->sessions.found_all_busy, 18U);
}

class MuteServer final : public PingServer {
 public:
  std::size_t consume(std::string_view bytes) override { return bytes.size(); }
};

TEST(PartlyOpen, AServerThatNeverAnswersFailsEachByName) {
  const Loopback server([] { return std::make_unique<MuteServer>(); });
  ClientPlan plan = plan_for(server.at());
  plan.connections = 2;
  plan.timeout_ns = kSecond / 5;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  expect_sessions_balance(*tally, 20);
  EXPECT_EQ(tally->sessions.failed, 20U);
  EXPECT_EQ(tally->sessions.censored.count(), 20U);
  EXPECT_GE(tally->sessions.censored.min(), kSecond / 5);
  EXPECT_GT(count_of(*tally, "no-free-connection"), 0U);
  EXPECT_EQ(count_of(*tally, "no-free-connection") + count_of(*tally, "timeout"), 20U);
}

TEST(PartlyOpen, ARunThatIsStoppedLeavesSessionsUnfinished) {
  const Loopback server([] { return std::make_unique<MuteServer>(); });
  ClientPlan plan = plan_for(server.at());
  plan.transactions_max = 5;
  ClientRun run(plan, ping());
  ASSERT_FALSE(run.prepare());
  run.begin();
  while (!run.had_session()) std::this_thread::yield();
  run.stop();
  const auto tally = std::get<stats::Tally>(run.join());
  expect_sessions_balance(tally, tally.sessions.started);
  EXPECT_GE(tally.sessions.unfinished, 1U);
  EXPECT_EQ(tally.sessions.failed, 0U);
}

TEST(PartlyOpen, NobodyListens) {
  const ClosedPort nowhere;
  const auto tally = run_to_its_end(plan_for(nowhere.at()), ping());
  ASSERT_TRUE(tally);
  expect_sessions_balance(*tally, 20);
  EXPECT_EQ(tally->sessions.failed, 20U);
  EXPECT_EQ(count_of(*tally, "connect-refused"), 20U);
  EXPECT_EQ(tally->measured().started, 0U);
}

TEST(PartlyOpen, ASessionThatIsRefusedTriesTheOtherAddresses) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  for (const std::uint64_t duration_ns : {std::uint64_t{0}, kSecond / 50}) {
    ClientPlan plan = plan_for(server.at());
    const ClosedPort nowhere;
    plan.targets.front().endpoints.push_back(nowhere.at());
    plan.duration_ns = duration_ns;  // the last of them tries on when no other arrives
    if (duration_ns > 0) plan.transactions_max = 0;
    const auto tally = run_to_its_end(plan, ping());
    ASSERT_TRUE(tally);
    expect_sessions_balance(*tally, 20);
    EXPECT_EQ(tally->sessions.completed, 20U);
    EXPECT_EQ(tally->addresses[0].opened, 20U);
    EXPECT_EQ(tally->addresses[0].transactions, 60U);
    EXPECT_GT(tally->addresses[1].failed, 0U);
    EXPECT_EQ(count_of(*tally, "connect-refused"), tally->addresses[1].failed);
    EXPECT_FALSE(tally->server_lost());
  }
}

TEST(PartlyOpen, ASessionThatEveryAddressRefusesFailsOnce) {
  const ClosedPort one;
  const ClosedPort other;
  ClientPlan plan = plan_for(one.at());
  plan.targets.front().endpoints.push_back(other.at());
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  expect_sessions_balance(*tally, 20);
  EXPECT_EQ(tally->sessions.failed, 20U);
  EXPECT_EQ(tally->addresses[0].failed, 20U);
  EXPECT_EQ(tally->addresses[1].failed, 20U);
}

// --- What becomes of one

stats::Tally& nowhere() {
  static stats::Tally tally(1, 1);
  return tally;
}

session::TransactionEnd ended(std::uint64_t at, session::Ending how, std::string_view reason = {}) {
  return {.ticket = {.number = 0, .scheduled = 1, .measured = false},
          .begun = 1,
          .ended = at,
          .ending = how,
          .reason = reason};
}

TEST(SessionRecord, CompletesIfAllItsTransactionsDo) {
  SessionRecord record(nowhere());
  record.begin({.scheduled = 5}, 2);
  EXPECT_TRUE(record.was_cut_short());
  record.transaction_begins(10);
  record.transaction_ended(ended(20, session::Ending::completed));
  EXPECT_TRUE(record.was_cut_short()) << "it was to have two";
  EXPECT_EQ(record.ending(), session::Ending::failed);
  record.transaction_begins(20);
  record.transaction_ended(ended(30, session::Ending::completed));
  EXPECT_FALSE(record.was_cut_short());
  EXPECT_EQ(record.ending(), session::Ending::completed);
  record.connection_failed("quit-unanswered");
  EXPECT_EQ(record.ending(), session::Ending::failed);
  EXPECT_TRUE(record.timed_out());
  record.begin({.scheduled = 50}, 1);
  EXPECT_FALSE(record.timed_out()) << "another session";
  record.give_up();
  EXPECT_EQ(record.ending(), session::Ending::unfinished);
  EXPECT_FALSE(record.was_cut_short());
}

TEST(SessionRecord, WaitsAreItsOwn) {
  SessionRecord record(nowhere());
  record.begin({.scheduled = 5}, 2);
  record.transaction_begins(10);
  session::TransactionEnd waited = ended(60, session::Ending::completed);
  waited.waited = 20;
  waited.put_off = 3;
  record.transaction_ended(waited);
  record.transaction_begins(100);
  record.transaction_ended(ended(110, session::Ending::completed));
  EXPECT_EQ(record.waited(), 20U + 3U + 40U);
}

TEST(SessionRecord, AFailureIsOneOfTheSession) {
  SessionRecord record(nowhere());
  record.begin({.scheduled = 5}, 1);
  record.transaction_begins(10);
  record.transaction_ended(ended(20, session::Ending::failed, "reply-5xx"));
  EXPECT_EQ(record.ending(), session::Ending::failed);
  EXPECT_FALSE(record.timed_out()) << "it was answered";
  record.begin({.scheduled = 5}, 1);
  record.transaction_begins(10);
  record.transaction_ended(ended(20, session::Ending::failed, session::kTimeout));
  EXPECT_TRUE(record.timed_out());
}

}  // namespace
}  // namespace backtalk::engine
