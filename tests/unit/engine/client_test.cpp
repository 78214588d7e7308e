// SPDX-License-Identifier: Apache-2.0 OR MIT
// Whole runs over loopback.
#include "engine/client.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "loopback.hpp"
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
  plan.target = server.at();
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

}  // namespace
}  // namespace backtalk::engine
