// SPDX-License-Identifier: Apache-2.0 OR MIT
// Connections that begin with a header of the PROXY protocol.
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "loopback/loopback.hpp"
#include "loopback/toy_transport.hpp"
#include "ping.hpp"

namespace backtalk::engine {
namespace {

constexpr std::string_view kV2Signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kV2Octets = 28;  // over IPv4

// The headers that came, over all connections.
class Headers {
 public:
  void add(std::string header) {
    const std::lock_guard guard(lock_);
    ++count_;
    seen_.insert(std::move(header));
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] const std::set<std::string>& seen() const { return seen_; }

 private:
  std::mutex lock_;
  std::size_t count_ = 0;
  std::set<std::string> seen_;
};

// Takes the header off the front of a stream. Returns how much of `bytes` belongs to it.
class HeaderTaker {
 public:
  explicit HeaderTaker(Headers& headers) : headers_(headers) {}
  void restart() {
    held_.clear();
    done_ = false;
  }
  std::size_t take(std::string_view bytes) {
    std::size_t taken = 0;
    while (!done_ && taken < bytes.size()) {
      held_ += bytes[taken++];
      const bool is_v2 = held_.starts_with(kV2Signature.substr(0, held_.size()));
      done_ = is_v2 ? held_.size() == kV2Octets : held_.ends_with("\r\n");
    }
    if (done_ && !held_.empty()) headers_.add(std::exchange(held_, {}));
    return taken;
  }

 private:
  Headers& headers_;
  std::string held_;
  bool done_ = false;
};

class ProxiedPing final : public PingServer {
 public:
  explicit ProxiedPing(Headers& headers) : taker_(headers) {}
  void restart() override {
    PingServer::restart();
    taker_.restart();
  }
  std::size_t consume(std::string_view bytes) override {
    const std::size_t taken = taker_.take(bytes);
    return taken + PingServer::consume(bytes.substr(taken));
  }

 private:
  HeaderTaker taker_;
};

class ProxiedTransport final : public net::Transport {
 public:
  explicit ProxiedTransport(Headers& headers) : taker_(headers) {}
  void restart() override {
    taker_.restart();
    inner_.restart();
    follow();
  }
  void receive(std::string_view wire) override {
    wire.remove_prefix(taker_.take(wire));
    if (!wire.empty()) inner_.receive(wire);
    follow();
  }
  void end_of_stream() override {
    inner_.end_of_stream();
    follow();
  }
  std::size_t read(std::span<char> out) override {
    const std::size_t octets = inner_.read(out);
    follow();
    return octets;
  }
  void write(std::string_view plain) override { inner_.write(plain); }
  void close() override { inner_.close(); }
  std::string_view output() override { return inner_.output(); }

 private:
  void follow() {
    established_ = inner_.established();
    ended_ = inner_.ended();
    failure_ = inner_.failure();
  }
  HeaderTaker taker_;
  net::ToyTransport inner_{{.server = true}};
};

ClientPlan proxied_plan(const Loopback& server, net::ProxyVersion version) {
  ClientPlan plan;
  plan.targets = {{.endpoints = {server.at()}, .proxy = version}};
  plan.commands = 1;
  plan.connections = 4;
  plan.transactions_max = 200;
  plan.per_connection = 10;
  plan.timeout_ns = 5'000'000'000;
  plan.drain_ns = 10'000'000'000;
  return plan;
}

session::SessionFactory pings() {
  return
      [](const session::SessionContext& context) { return std::make_unique<PingSession>(context.observer); };
}

TEST(Proxied, EachConnectionBeginsWithItsOwnHeader) {
  Headers headers;
  Loopback server([&headers] { return std::make_unique<ProxiedPing>(headers); });
  const ClientPlan plan = proxied_plan(server, net::ProxyVersion::v1);
  const auto tally = run_to_its_end(plan, pings());
  server.stop();
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 200U);
  EXPECT_TRUE(tally->errors.all().empty());
  EXPECT_GE(headers.count(), 20U);
  EXPECT_LE(headers.count(), tally->connections_opened);
  EXPECT_EQ(headers.seen().size(), headers.count()) << "each has a port of its own";
  const std::string end = " " + std::to_string(server.at().port()) + "\r\n";
  std::int64_t octets = 0;
  for (const std::string& one : headers.seen()) {
    EXPECT_TRUE(one.starts_with("PROXY TCP4 127.0.0.1 127.0.0.1 ")) << one;
    EXPECT_TRUE(one.ends_with(end)) << one;
    octets += static_cast<std::int64_t>(one.size());
  }
  // On the wire, and not sent by a session; the first four went before the clock started.
  EXPECT_LT(tally->wire_overhead_sent, octets);
  EXPECT_GE(tally->wire_overhead_sent, octets * 16 / 20 - 20);
  expect_books_balance(*tally);
}

TEST(Proxied, TheHeaderComesBeforeTheHandshake) {
  Headers headers;
  serve::ServerPlan secured;
  secured.transport = {.make = [&headers] { return std::make_unique<ProxiedTransport>(headers); }};
  Loopback server([] { return std::make_unique<PingServer>(); }, std::move(secured));
  ClientPlan plan = proxied_plan(server, net::ProxyVersion::v2);
  plan.targets.front().transport = net::toy_transport({});
  const auto tally = run_to_its_end(plan, pings());
  server.stop();
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 200U);
  EXPECT_TRUE(tally->errors.all().empty());
  // A connection that is opened anew when the last transactions are under way may not get that far.
  EXPECT_GE(tally->handshakes_full, 20U);
  EXPECT_GE(headers.count(), tally->handshakes_full);
  EXPECT_LE(headers.count(), tally->connections_opened);
  for (const std::string& one : headers.seen()) EXPECT_EQ(one.size(), kV2Octets);
  expect_books_balance(*tally);
}

}  // namespace
}  // namespace backtalk::engine
