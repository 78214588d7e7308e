// SPDX-License-Identifier: Apache-2.0 OR MIT
// Whole runs over loopback.
#include "engine/client.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "loopback/closed_port.hpp"
#include "loopback/loopback.hpp"
#include "net/clock.hpp"
#include "ping.hpp"

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMillisecond = 1'000'000;

session::SessionFactory ping() {
  return
      [](const session::SessionContext& context) { return std::make_unique<PingSession>(context.observer); };
}

ClientPlan plan_for(const Loopback& server) {
  ClientPlan plan;
  plan.targets = {{.endpoints = {server.at()}}};
  plan.commands = 1;
  plan.timeout_ns = 5 * kSecond;
  plan.drain_ns = 10 * kSecond;
  return plan;
}

// More connections than are opened at once at first. None of them hears anything before it asks.
TEST(ClientRun, SessionsAreOpenedEvenIfNoServerGreets) {
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

TEST(ClientRun, TheClockStartsAtTheGivenInstant) {
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
  const std::uint64_t at = net::now_ns() + kSecond;
  run.begin(at);
  const auto tally = std::get<stats::Tally>(run.join());
  EXPECT_EQ(tally.measured().completed, 10U);
  EXPECT_EQ(tally.sessions_at_start, 4U);
  EXPECT_GE(tally.last_completion, at);
  EXPECT_LT(run.elapsed_ns(tally), kSecond) << "the wait for the instant is not measured";
}

TEST(ClientRun, ARunThatIsPreparedAndNeverBegunEnds) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.transactions_max = 10;
  ClientRun run(plan, ping());
  ASSERT_FALSE(run.prepare());
}

TEST(ClientRun, APartNumbersItsConnectionsAfterThoseOfEarlierParts) {
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

// --- Waking

// Thinks for a while before each transaction.
class ThinkingSession final : public PingSession {
 public:
  static constexpr std::uint64_t kThinks = 20 * kMillisecond;

  using PingSession::PingSession;

  void restart(session::Nanoseconds now) override {
    PingSession::restart(now);
    think(now);
  }
  void consume(std::string_view bytes, session::Nanoseconds now) override {
    PingSession::consume(bytes, now);
    think(now);
  }
  void wake(session::Nanoseconds now) override {
    if (now >= next_wake_) next_wake_ = session::kNever;
  }
  [[nodiscard]] unsigned room() const override {
    return next_wake_ == session::kNever ? PingSession::room() : 0;
  }

 private:
  void think(session::Nanoseconds now) { next_wake_ = now + kThinks; }
};

session::SessionFactory thinking() {
  return [](const session::SessionContext& context) {
    return std::make_unique<ThinkingSession>(context.observer);
  };
}

double cpu_s() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

// Lower bounds only: a machine that is busy takes longer.
TEST(ClientRun, SessionsAreWokenAtTheirTime) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.connections = 3;
  plan.transactions_max = 30;
  const double cpu_before = cpu_s();
  const std::uint64_t begun = net::now_ns();
  const auto tally = run_to_its_end(plan, thinking());
  const std::uint64_t took = net::now_ns() - begun;
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 30U);
  EXPECT_GE(took, 10 * ThinkingSession::kThinks);  // ten transactions each, a thought before each
  // A thread that spins would use all of the time.
  EXPECT_LT(cpu_s() - cpu_before, static_cast<double>(took) / 1e9 / 2);
  expect_books_balance(*tally);
}

TEST(ClientRun, SessionsAreWokenInOpenLoopToo) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.connections = 4;
  plan.transactions_max = 20;
  plan.rate = 100;
  const double cpu_before = cpu_s();
  const std::uint64_t begun = net::now_ns();
  const auto tally = run_to_its_end(plan, thinking());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 20U);
  EXPECT_LT(cpu_s() - cpu_before, static_cast<double>(net::now_ns() - begun) / 1e9 / 2);
  expect_books_balance(*tally);
}

// Wants to be woken at once, whatever happens. That may cost CPU, but it must not keep the thread
// from the rest.
class RestlessSession final : public PingSession {
 public:
  explicit RestlessSession(session::Observer& observer) : PingSession(observer) { next_wake_ = 1; }
};

TEST(ClientRun, ASessionThatIsAlwaysDueDoesNotStarveTheOthers) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.connections = 5;
  plan.transactions_max = 1000;
  const auto tally =
      run_to_its_end(plan, [](const session::SessionContext& context) -> std::unique_ptr<session::Session> {
        if (context.index == 0) return std::make_unique<RestlessSession>(context.observer);
        return std::make_unique<PingSession>(context.observer);
      });
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 1000U);
  expect_books_balance(*tally);
}

// --- Several targets

// Counts its connections.
class CountingServer final : public PingServer {
 public:
  explicit CountingServer(unsigned& connections) : connections_(connections) {}

  void restart() override {
    PingServer::restart();
    ++connections_;
  }

 private:
  unsigned& connections_;
};

TEST(ClientRun, ConnectionsAreDealtToTheTargetsByWeight) {
  unsigned heavy = 0;
  unsigned light = 0;
  Loopback first([&] { return std::make_unique<CountingServer>(heavy); });
  Loopback second([&] { return std::make_unique<CountingServer>(light); });
  ClientPlan plan = plan_for(first);
  plan.targets = {{.endpoints = {first.at()}, .weight = 3}, {.endpoints = {second.at()}, .weight = 1}};
  plan.connections = 40;
  plan.threads = 2;
  plan.transactions_max = 500;
  const auto tally = run_to_its_end(plan, ping());
  first.stop();
  second.stop();
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 500U);
  EXPECT_EQ(heavy, 30U);
  EXPECT_EQ(light, 10U);
  expect_books_balance(*tally);
}

// Nothing listens at the second target: its connections fail, again and again, and go to no other.
TEST(ClientRun, AConnectionThatFailsStaysWithItsTarget) {
  unsigned connections = 0;
  Loopback server([&] { return std::make_unique<CountingServer>(connections); });
  const ClosedPort nowhere;
  ClientPlan plan = plan_for(server);
  plan.targets = {{.endpoints = {server.at()}}, {.endpoints = {nowhere.at()}}};
  plan.connections = 8;
  plan.duration_ns = 300 * kMillisecond;
  plan.timeout_ns = kSecond;
  const auto tally = run_to_its_end(plan, ping());
  server.stop();
  ASSERT_TRUE(tally);
  EXPECT_GT(tally->measured().completed, 0U);
  EXPECT_EQ(connections, 4U);
  EXPECT_GE(tally->connections_failed, 4U);
  expect_books_balance(*tally);
}

// --- Several addresses of a target

// Two addresses of one target, which count their connections.
struct TwoServers {
  unsigned one = 0;
  unsigned other = 0;
  Loopback first{[this] { return std::make_unique<CountingServer>(one); }};
  Loopback second{[this] { return std::make_unique<CountingServer>(other); }};

  [[nodiscard]] ClientPlan plan() const {
    ClientPlan out = plan_for(first);
    out.targets.front().endpoints.push_back(second.at());
    return out;
  }
  std::optional<stats::Tally> run(const ClientPlan& plan) {
    auto tally = run_to_its_end(plan, ping());
    first.stop();
    second.stop();
    return tally;
  }
};

TEST(ClientRun, ConnectionsTakeTheAddressesInTurn) {
  TwoServers servers;
  ClientPlan plan = servers.plan();
  plan.connections = 10;
  plan.threads = 3;
  plan.transactions_max = 200;
  const auto tally = servers.run(plan);
  ASSERT_TRUE(tally);
  ASSERT_EQ(tally->addresses.size(), 2U);
  EXPECT_EQ(servers.one, 5U);
  EXPECT_EQ(servers.other, 5U);
  for (const stats::AddressTally& address : tally->addresses) {
    EXPECT_EQ(address.opened, 5U);
    EXPECT_EQ(address.failed, 0U);
  }
  EXPECT_EQ(tally->addresses[0].transactions + tally->addresses[1].transactions, 200U);
  EXPECT_TRUE(tally->sources.empty());
  expect_books_balance(*tally);
}

TEST(ClientRun, AConnectionThatIsOpenedAgainTakesTheNextAddress) {
  TwoServers servers;
  ClientPlan plan = servers.plan();
  plan.transactions_max = 20;
  plan.per_connection = 1;
  const auto tally = servers.run(plan);
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->addresses[0].transactions, 10U);
  EXPECT_EQ(tally->addresses[1].transactions, 10U);
  EXPECT_GE(servers.one, 10U);
  EXPECT_GE(servers.other, 10U);
}

TEST(ClientRun, AnAddressThatRefusesDoesNotKeepTheLoadFromTheOthers) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  const ClosedPort nowhere;
  plan.targets.front().endpoints.push_back(nowhere.at());
  plan.connections = 4;
  plan.transactions_max = 40;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->sessions_at_start, 4U);
  EXPECT_EQ(tally->measured().completed, 40U);
  EXPECT_EQ(tally->connections_failed, 2U) << "each that goes there first";
  const stats::AddressTally& answers = tally->addresses[0];
  EXPECT_EQ(answers.opened, 4U);
  EXPECT_EQ(answers.failed, 0U);
  EXPECT_EQ(answers.transactions, 40U);
  const stats::AddressTally& refuses = tally->addresses[1];
  EXPECT_EQ(refuses.opened, 0U);
  EXPECT_EQ(refuses.failed, 2U);
  ASSERT_EQ(refuses.errors.all().size(), 1U);
  EXPECT_EQ(refuses.errors.all().front().name, "connect-refused");
  EXPECT_EQ(refuses.errors.all().front().count, 2U);
  expect_books_balance(*tally);
}

// Every other opening is refused while there is no other connection.
TEST(ClientRun, AnAddressThatRefusesIsNoRestartOfTheServer) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  const ClosedPort nowhere;
  plan.targets.front().endpoints.push_back(nowhere.at());
  plan.transactions_max = 10;
  plan.per_connection = 1;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 10U);
  EXPECT_GE(tally->addresses[1].failed, 9U);
  EXPECT_EQ(tally->restarts, 0U);
  EXPECT_FALSE(tally->server_lost());
}

TEST(ClientRun, AServerThatListensNowhereIsTriedAtEachAddress) {
  const ClosedPort one;
  const ClosedPort other;
  ClientPlan plan;
  plan.targets = {{.endpoints = {one.at(), other.at()}}};
  plan.commands = 1;
  plan.connections = 2;
  plan.duration_ns = 100 * kMillisecond;
  plan.timeout_ns = kSecond;  // after which the run is hopeless
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->connections_opened, 0U);
  EXPECT_GE(tally->addresses[0].failed, 2U);
  EXPECT_GE(tally->addresses[1].failed, 2U);
  EXPECT_EQ(tally->addresses[0].failed + tally->addresses[1].failed, tally->connections_failed);
}

// --- Source addresses

TEST(ClientRun, ConnectionsComeFromTheSourceAddressesInTurn) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  const std::vector<std::string> texts{"127.0.0.2", "127.0.0.3", "127.0.0.4"};
  plan.sources = std::get<net::SourceAddresses>(net::SourceAddresses::read(texts));
  plan.connections = 9;
  plan.threads = 2;
  plan.transactions_max = 100;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 100U);
  ASSERT_EQ(tally->sources.size(), 3U);
  std::uint64_t transactions = 0;
  for (const stats::AddressTally& source : tally->sources) {
    EXPECT_EQ(source.opened, 3U);
    transactions += source.transactions;
  }
  EXPECT_EQ(transactions, 100U);
}

TEST(ClientRun, FewConnectionsToSeveralEndpointsComeFromAllSourceAddresses) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.targets = {{.endpoints = std::vector(4, server.at())}};
  const std::vector<std::string> texts{"127.0.0.8/29"};
  plan.sources = std::get<net::SourceAddresses>(net::SourceAddresses::read(texts));
  plan.connections = 8;
  plan.transactions_max = 100;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  ASSERT_EQ(tally->sources.size(), 6U);
  for (const stats::AddressTally& source : tally->sources) EXPECT_GE(source.opened, 1U);
}

TEST(ClientRun, ATargetWithoutAConnectionIsRefused) {
  const Loopback server([] { return std::make_unique<PingServer>(); });
  ClientPlan plan = plan_for(server);
  plan.targets = {{.endpoints = {server.at()}, .weight = 100}, {.endpoints = {server.at()}, .weight = 1}};
  plan.connections = 10;
  plan.transactions_max = 1;
  ClientRun run(plan, ping());
  const auto refusal = run.prepare();
  ASSERT_TRUE(refusal);
  EXPECT_NE(refusal->find("target 2 of 2"), std::string::npos) << *refusal;
}

}  // namespace
}  // namespace backtalk::engine
