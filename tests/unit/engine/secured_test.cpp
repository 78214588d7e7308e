// SPDX-License-Identifier: Apache-2.0 OR MIT
// Whole runs over loopback whose octets go through a transport on both sides.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backtalk/detail/limit_defaults.hpp"
#include "engine/client.hpp"
#include "loopback/loopback.hpp"
#include "loopback/toy_transport.hpp"
#include "net/clock.hpp"
#include "ping.hpp"
#include "serve/smtp_server.hpp"
#include "session/smtp_session.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::engine {
namespace {

using net::toy_transport;
using net::TransportStart;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
// A run ends if no connection succeeds for so long: on a busy machine four have failed by then too.
constexpr std::uint64_t kUntilHopeless = 3 * kSecond / 2;

session::SessionFactory ping() {
  return
      [](const session::SessionContext& context) { return std::make_unique<PingSession>(context.observer); };
}

ClientPlan plan_for(const Loopback& server, net::TransportPlan transport) {
  ClientPlan plan;
  plan.targets = {{.endpoints = {server.at()}, .transport = std::move(transport)}};
  plan.commands = 1;
  plan.connections = 4;
  plan.transactions_max = 200;
  plan.timeout_ns = 5 * kSecond;
  plan.drain_ns = 10 * kSecond;
  return plan;
}

std::uint64_t count_of(const stats::Tally& tally, std::string_view error) {
  const auto all = tally.errors.all();
  const auto found = std::ranges::find(all, error, &stats::NamedCount::name);
  return found == all.end() ? 0 : found->count;
}

serve::ServerPlan toy_server(net::ToySide side = {.server = true},
                             TransportStart start = TransportStart::at_once) {
  serve::ServerPlan plan;
  plan.transport = toy_transport(std::move(side), start);
  return plan;
}

std::unique_ptr<session::ServerSession> ping_server() {
  return std::make_unique<PingServer>();
}

TEST(Secured, TheSessionBeginsWhenTheHandshakeIsDone) {
  const Loopback server(ping_server, toy_server());
  ClientPlan plan = plan_for(server, toy_transport({}));
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 200U);
  EXPECT_EQ(tally->handshakes_full, 4U);
  EXPECT_EQ(tally->handshakes_resumed + tally->handshakes_failed, 0U);
  EXPECT_EQ(tally->tls.count(), 4U);
  EXPECT_TRUE(tally->errors.all().empty());
  expect_books_balance(*tally);
}

// A record carries one octet here, behind three of its own. The last one is of the leave-taking.
TEST(Secured, OctetsOnTheWireAreCountedSeparately) {
  const Loopback server(ping_server, toy_server());
  ClientPlan plan = plan_for(server, toy_transport({}));
  plan.connections = 1;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->bytes_sent, 201U);
  EXPECT_EQ(tally->bytes_received, 201U);
  EXPECT_GE(tally->wire_overhead_received, 201 * 3);
  EXPECT_LE(tally->wire_overhead_received, 202 * 3);  // the server's goodbye may come in time
  EXPECT_EQ(tally->wire_overhead_sent, 201 * 3);
}

TEST(Secured, EachReconnectionShakesHandsAgain) {
  const Loopback server(ping_server, toy_server({.server = true, .resumes = true}));
  ClientPlan plan = plan_for(server, toy_transport({}));
  plan.per_connection = 10;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 200U);
  EXPECT_GE(tally->handshakes_resumed, 20U);
  EXPECT_EQ(tally->handshakes_full, 0U);
  EXPECT_TRUE(tally->errors.all().empty());
  expect_books_balance(*tally);
}

// All of SMTP, pipelined, a message of many records, cut into sends of a few octets.
TEST(Secured, MailGoesThroughOnBothSides) {
  if (detail::kTinyLimits) GTEST_SKIP() << "the mail sink's replies are longer than tiny limits allow";
  serve::SmtpCounts counts;
  const serve::Faults faults;
  serve::ServerPlan at = toy_server();
  at.faults.split_octets = 3;
  Loopback server([&] { return std::make_unique<serve::SmtpServer>(serve::SmtpOffer{}, faults, counts); },
                  std::move(at));
  session::SmtpPlan mail;
  mail.from = "a@example";
  mail.recipients = {"b@example", "c@example"};
  mail.message = session::generate_message(20'000, "a@example", "b@example");
  mail.depth = 4;
  ClientPlan plan = plan_for(server, toy_transport({}));
  plan.commands = session::kSmtpCommandNames.size();
  plan.statuses = session::kSmtpStatuses;
  plan.transactions_max = 50;
  const auto tally = run_to_its_end(plan, [&](const session::SessionContext& context) {
    return std::make_unique<session::SmtpSession>(mail, context);
  });
  server.stop();
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 50U);
  EXPECT_EQ(counts.messages, 50U);
  EXPECT_EQ(counts.recipients, 100U);
  EXPECT_EQ(counts.protocol_errors, 0U);
  EXPECT_TRUE(tally->errors.all().empty());
  expect_books_balance(*tally);
}

TEST(Secured, AHandshakeThatFailsIsCountedUnderItsName) {
  const Loopback server(ping_server, toy_server({.server = true, .name = "somebody else"}));
  ClientPlan plan = plan_for(server, toy_transport({}));
  plan.timeout_ns = kUntilHopeless;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().started, 0U);
  EXPECT_GE(tally->handshakes_failed, 4U);
  EXPECT_EQ(tally->handshakes_full, 0U);
  EXPECT_EQ(count_of(*tally, "tls-certificate"), tally->handshakes_failed);
  EXPECT_EQ(tally->handshakes_failed, tally->connections_opened);
  expect_books_balance(*tally);
}

// A client that connects and says nothing, or not enough.
TEST(Secured, AClientThatDoesNotShakeHandsIsDisconnected) {
  serve::ServerPlan at = toy_server();
  at.handshake_timeout_ns = 100 * kMillisecond;
  const Loopback server(ping_server, std::move(at));
  for (const std::string_view hello : {"", "H"}) {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_GE(client, 0);
    ASSERT_EQ(::connect(client, server.at().get(), server.at().octets), 0);
    EXPECT_EQ(::send(client, hello.data(), hello.size(), MSG_NOSIGNAL), static_cast<ssize_t>(hello.size()));
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char octet = 0;
    const std::uint64_t since = net::now_ns();
    EXPECT_EQ(::recv(client, &octet, 1, 0), 0) << "the server closes the connection";
    EXPECT_GE(net::now_ns() - since, 80 * kMillisecond);
    ::close(client);
  }
}

TEST(Secured, AClientThatShakesHandsInTimeIsNot) {
  serve::ServerPlan at = toy_server();
  at.handshake_timeout_ns = 2 * kSecond / 3;
  at.faults.delay_ns = kSecond;
  const Loopback server(ping_server, std::move(at));
  ClientPlan plan = plan_for(server, toy_transport({}));
  plan.transactions_max = 4;
  const auto tally = run_to_its_end(plan, ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 4U);
  EXPECT_TRUE(tally->errors.all().empty());
}

// --- STARTTLS

// Asks for the upgrade with "s" first, and pings only behind it.
class UpgradingPing final : public PingSession {
 public:
  using PingSession::PingSession;

  void restart(session::Nanoseconds now) override {
    PingSession::restart(now);
    asked_ = secured_ = wants_tls_ = false;
    since_ = now;
  }
  void consume(std::string_view bytes, session::Nanoseconds now) override {
    if (secured_) {
      PingSession::consume(bytes, now);
    } else if (bytes == "+") {
      wants_tls_ = true;
    } else {
      end(session::Ending::failed, "protocol-starttls-injection", now);
    }
  }
  std::size_t produce(std::span<char> out, session::Nanoseconds now) override {
    if (secured_) return PingSession::produce(out, now);
    if (asked_) return 0;
    asked_ = true;
    out[0] = 's';
    return 1;
  }
  void tls_established(session::Nanoseconds /*now*/) override {
    wants_tls_ = false;
    secured_ = true;
  }
  [[nodiscard]] bool ready() const override { return secured_ && PingSession::ready(); }
  [[nodiscard]] unsigned room() const override { return secured_ ? PingSession::room() : 0; }
  [[nodiscard]] session::Nanoseconds waiting_since() const override {
    return secured_ ? PingSession::waiting_since() : since_;
  }

 private:
  bool asked_ = false;
  bool secured_ = false;
  session::Nanoseconds since_ = 0;
};

// Says "+" to an "s", and pings behind the handshake only.
class UpgradingServer final : public PingServer {
 public:
  void restart() override {
    PingServer::restart();
    wants_tls_ = secured_ = false;
  }
  std::size_t consume(std::string_view bytes) override {
    if (secured_ || bytes.empty()) return PingServer::consume(bytes);
    output_ += '+';
    wants_tls_ = true;
    return 1;
  }
  void tls_established() override {
    wants_tls_ = false;
    secured_ = true;
  }

 private:
  bool secured_ = false;
};

session::SessionFactory upgrading_ping() {
  return [](const session::SessionContext& context) {
    return std::make_unique<UpgradingPing>(context.observer);
  };
}

TEST(Secured, ASessionCanAskForTheHandshakeLater) {
  const Loopback server([] { return std::make_unique<UpgradingServer>(); },
                        toy_server({.server = true}, TransportStart::when_asked));
  ClientPlan plan = plan_for(server, toy_transport({}, TransportStart::when_asked));
  plan.per_connection = 25;
  const auto tally = run_to_its_end(plan, upgrading_ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().completed, 200U);
  EXPECT_GE(tally->handshakes_full, 8U);
  // The last connection may be closed during its handshake.
  EXPECT_LE(tally->handshakes_full, tally->connections_opened);
  EXPECT_EQ(tally->tls.count(), tally->handshakes_full);
  EXPECT_TRUE(tally->errors.all().empty());
  expect_books_balance(*tally);
}

TEST(Secured, AFailedUpgradeIsCountedUnderItsName) {
  const Loopback server([] { return std::make_unique<UpgradingServer>(); },
                        toy_server({.server = true, .name = "somebody else"}, TransportStart::when_asked));
  ClientPlan plan = plan_for(server, toy_transport({}, TransportStart::when_asked));
  plan.timeout_ns = kUntilHopeless;
  const auto tally = run_to_its_end(plan, upgrading_ping());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->measured().started, 0U);
  EXPECT_GE(tally->handshakes_failed, 4U);
  EXPECT_EQ(count_of(*tally, "tls-certificate"), tally->handshakes_failed);
  expect_books_balance(*tally);
}

// --- Hostile peers

// Speaks on the wire itself: answers the first octets that come with `wire`, and then closes or
// says nothing more.
class WireServer final : public session::ServerSession {
 public:
  WireServer(std::string wire, bool closes) : wire_(std::move(wire)), closes_(closes) {}

  void restart() override { said_ = false; }
  std::size_t consume(std::string_view bytes) override {
    if (!said_) output_ += wire_;
    said_ = true;
    return bytes.size();
  }
  void finish_work() override {}
  [[nodiscard]] bool has_more() const override { return false; }
  [[nodiscard]] session::Closing closing() const override {
    return said_ && closes_ ? session::Closing::when_client_ends : session::Closing::not_yet;
  }

 private:
  std::string wire_;
  bool closes_;
  bool said_ = false;
};

const std::string kHello = std::string("H\0\x0C", 3) + "first server";

struct HostileCase {
  std::string_view what;
  std::string wire;
  bool closes;
  std::string_view name;
};

TEST(Secured, AHostileServerIsCountedOncePerConnection) {
  const HostileCase cases[] = {
      {"garbage in the hello's place", "220 mail.example ESMTP\r\n", false, "tls-record-too-long"},
      {"closes in mid-hello", kHello.substr(0, 7), true, "tls-truncated"},
      {"closes at once", "", true, "tls-truncated"},
      {"closes in mid-record", kHello + std::string("D\0\x05.", 4), true, "tls-truncated"},
      {"closes between records", kHello + std::string("D\0\0", 3), true, "tls-truncated"},
      {"says that it will, and closes", kHello + std::string("C\0\0", 3), true, "closed"},
      {"a record longer than may be", kHello + std::string("D\xFF\xFF.", 4), false, "tls-record-too-long"},
      {"a record of no known kind", kHello + std::string("X\0\0", 3), false, "tls-bad-record"},
      {"says nothing", "", false, "tls-timeout"},
      {"half a hello", kHello.substr(0, 7), false, "tls-timeout"},
  };
  for (const HostileCase& hostile : cases) {
    SCOPED_TRACE(hostile.what);
    const Loopback server([&] { return std::make_unique<WireServer>(hostile.wire, hostile.closes); });
    ClientPlan plan = plan_for(server, toy_transport({}));
    plan.timeout_ns = hostile.name == "tls-timeout" ? 200 * kMillisecond : kUntilHopeless;
    plan.drain_ns = 200 * kMillisecond;
    std::optional<stats::Tally> tally;
    // A busy machine may need longer for a failure on each connection.
    for (plan.duration_ns = 300 * kMillisecond; plan.duration_ns < 20 * kSecond; plan.duration_ns *= 4) {
      tally = run_to_its_end(plan, ping());
      ASSERT_TRUE(tally);
      if (count_of(*tally, hostile.name) >= 4) break;
    }
    EXPECT_EQ(tally->measured().completed, 0U);
    EXPECT_GE(count_of(*tally, hostile.name), 4U);
    for (const stats::NamedCount& error : tally->errors.all()) {
      // What the end of the run cut short has a name of its own.
      if (error.name != session::kHandshakeUnfinished) {
        EXPECT_EQ(error.name, hostile.name);
      }
    }
    EXPECT_LE(count_of(*tally, hostile.name), tally->connections_opened);
    expect_books_balance(*tally);
  }
}

class RawClient {
 public:
  explicit RawClient(const net::Endpoint& at)
      : descriptor_(socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(descriptor_, at.get(), at.octets) != 0) ADD_FAILURE() << "no connection";
  }
  ~RawClient() { close(descriptor_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void say(std::string_view octets) const {
    EXPECT_EQ(send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(octets.size()));
  }
  // All that comes until the server closes, or as many octets as are asked for.
  [[nodiscard]] std::string hear(std::size_t octets) const {
    std::string heard;
    for (char octet = 0; heard.size() < octets && recv(descriptor_, &octet, 1, 0) == 1;) heard += octet;
    return heard;
  }

 private:
  int descriptor_;
};

TEST(SecuredServer, SendsCloseNotifyAndSurvivesHostileClients) {
  const Loopback server(ping_server, toy_server());
  const std::string hello = std::string("H\0\x05hello", 8);
  for (const std::string& wire :
       {std::string("GET / HTTP/1.0\r\n\r\n"), std::string("H"), hello + std::string("D\0\x05?", 4),
        hello + std::string("D\xFF\xFF?", 4), hello + std::string("X\0\0", 3)}) {
    const RawClient hostile(server.at());
    hostile.say(wire);
  }
  const RawClient broken(server.at());
  broken.say(hello + std::string("D\xFF\xFF", 3));
  // It is told why, and then closed.
  EXPECT_TRUE(broken.hear(1000).ends_with("tls-record-too-long"));
  const RawClient modest(server.at());
  modest.say(hello + std::string("D\0\1?C\0\0", 7));
  EXPECT_EQ(modest.hear(1000), kHello + std::string("D\0\1.C\0\0", 7));
}

// The second octet came in the clear, and must not be taken for one that came behind the handshake.
TEST(SecuredServer, DiscardsClearTextAfterTheUpgrade) {
  const Loopback server([] { return std::make_unique<UpgradingServer>(); },
                        toy_server({.server = true}, TransportStart::when_asked));
  const RawClient client(server.at());
  client.say("s?");
  EXPECT_EQ(client.hear(1), "+");
  client.say(std::string("H\0\x05hello", 8));
  EXPECT_EQ(client.hear(kHello.size()), kHello);
  client.say(std::string("D\0\1?C\0\0", 7));
  EXPECT_EQ(client.hear(1000), std::string("D\0\1.C\0\0", 7));
}

}  // namespace
}  // namespace backtalk::engine
