// SPDX-License-Identifier: Apache-2.0 OR MIT
// Whole runs over loopback.
#include "engine/client.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "loopback.hpp"
#include "net/clock.hpp"
#include "ping.hpp"

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

session::SessionFactory ping() {
  return
      [](const session::SessionContext& context) { return std::make_unique<PingSession>(context.observer); };
}

ClientPlan plan_for(const Loopback& server) {
  ClientPlan plan;
  plan.targets = {{.endpoint = server.at()}};
  plan.commands = 1;
  plan.timeout_ns = 5 * kSecond;
  plan.drain_ns = 10 * kSecond;
  return plan;
}

// More connections than are opened at once at first. None of them hears anything before it asks.
TEST(ClientRun, SessionsThatNobodyGreetsAreOpenedAllTheSame) {
  constexpr unsigned kConnections = 300;
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.connections = kConnections;
  plan.transactions_max = 10;
  plan.rate = 1000;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->connections_opened, kConnections);
  EXPECT_EQ(tally->sessions_at_start, kConnections);
  EXPECT_EQ(tally->measured().completed, 10U);
  expect_books_balance(*tally);
}

TEST(ClientRun, TheClockStartsWhenItIsToldTo) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.connections = 4;
  plan.threads = 2;
  plan.transactions_max = 10;
  ClientRun run(plan, ping());
  ASSERT_FALSE(run.prepare());
  while (!run.opened()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(run.done()) << "nobody has said when";
  const std::uint64_t at = net::now_ns() + kSecond / 5;
  run.begin(at);
  const auto tally = std::get<stats::Tally>(run.join());
  EXPECT_EQ(tally.measured().completed, 10U);
  EXPECT_EQ(tally.sessions_at_start, 4U);
  EXPECT_GE(tally.last_end, at);
  EXPECT_LT(run.elapsed_ns(tally), kSecond / 5) << "the wait for the instant is not measured";
}

TEST(ClientRun, OneThatIsPreparedAndNeverBegunEnds) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.transactions_max = 10;
  ClientRun run(plan, ping());
  ASSERT_FALSE(run.prepare());
}

TEST(ClientRun, APartNumbersItsConnectionsBehindThoseBeforeIt) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.connections = 3;
  plan.threads = 2;
  plan.first_connection = 10;
  plan.transactions_max = 1;
  std::mutex lock;
  std::set<std::uint32_t> seen;
  ASSERT_TRUE(run_to_its_end(plan, [&](const session::SessionContext& context) {
    const std::lock_guard guard(lock);
    seen.insert(context.index);
    return std::make_unique<PingSession>(context.observer);
  }));
  EXPECT_EQ(seen, (std::set<std::uint32_t>{10, 11, 12}));
}

}  // namespace
}  // namespace backtalk::engine
