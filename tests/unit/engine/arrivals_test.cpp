// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a turn brings is counted by connection, however many pieces it comes in.
#include "engine/arrivals.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/connections.hpp"
#include "loopback/loopback.hpp"
#include "ping.hpp"

namespace backtalk::engine {
namespace {

constexpr std::size_t kOctets = 40'000;
constexpr std::size_t kPiece = 1'000;

class TalkativeServer final : public PingServer {
 public:
  void restart() override {
    PingServer::restart();
    output_ += std::string(kOctets, '.');
  }
};

// Takes whatever comes. If it has asked for something, the answer stays due.
class Listener final : public PingSession {
 public:
  Listener(session::Observer& observer, bool has_asked) : PingSession(observer), has_asked_(has_asked) {}
  [[nodiscard]] session::Nanoseconds asked_since() const override { return has_asked_ ? 1 : 0; }
  void consume(std::string_view /*bytes*/, session::Nanoseconds /*now*/) override {}

 private:
  bool has_asked_;
};

TEST(Arrivals, AreCountedByConnection) {
  const Loopback server([] { return std::make_unique<TalkativeServer>(); });
  ClientPlan plan;
  plan.targets = {{.endpoints = {server.at()}}};
  plan.connections = 3;
  plan.receive_octets = kPiece;
  const session::SessionFactory listen = [](const session::SessionContext& context) {
    return std::make_unique<Listener>(context.observer, context.index == 0);
  };
  stats::Tally tally(1, 0);
  net::CachedClock clock;
  const std::vector<std::uint32_t> targets(plan.connections, 0);
  Connections connections(plan, listen, tally, clock, 0, targets);
  ASSERT_FALSE(connections.prepare());

  connections.begin_turn();
  connections.open_more(plan.connections);
  unsigned pieces = 0;
  while (connections.arrived().octets < plan.connections * kOctets) {
    ASSERT_EQ(connections.ring().submit_and_wait(1), 0);
    pieces += connections.ring().drain(
        [&](const io_uring_cqe& cqe) { static_cast<void>(connections.completed(cqe)); });
    ASSERT_EQ(tally.connections_failed, 0U);
  }
  EXPECT_EQ(connections.arrived().octets, plan.connections * kOctets);
  EXPECT_EQ(connections.arrived().connections, plan.connections);
  const Arrivals& arrived = connections.arrived();
  EXPECT_GE(arrived.reads, plan.connections * kOctets / kPiece);
  EXPECT_GE(arrived.owing, kOctets / kPiece) << "one connection has asked";
  EXPECT_GE(arrived.reads - arrived.owing, (plan.connections - 1) * kOctets / kPiece)
      << "the others have not";
  EXPECT_GT(pieces, plan.connections * kOctets / kPiece) << "one connection's octets came in many pieces";

  connections.begin_turn();
  EXPECT_EQ(connections.arrived().connections, 0U);
  EXPECT_EQ(connections.arrived().octets, 0U);

  connections.open_no_more();
  for (Connection& connection : connections.all())
    connections.end(connection, session::Ending::unfinished, {});
  while (!connections.all_retired()) {
    connections.settle();
    ASSERT_EQ(connections.ring().submit_and_wait(1), 0);
    connections.ring().drain([&](const io_uring_cqe& cqe) { static_cast<void>(connections.completed(cqe)); });
  }
}

}  // namespace
}  // namespace backtalk::engine
