// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/server.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

#include "net/url.hpp"

namespace backtalk::serve {
namespace {

// Echoes what it is sent. After a "!" it always has more to do, and says nothing.
class EchoSession final : public session::ServerSession {
 public:
  void restart() override { has_more_ = false; }
  std::size_t consume(std::string_view bytes) override {
    has_more_ |= bytes.find('!') != std::string_view::npos;
    output_.append(bytes);
    return bytes.size();
  }
  void finish_work() override {}
  [[nodiscard]] bool has_more() const override { return has_more_; }
  [[nodiscard]] session::Closing closing() const override { return session::Closing::not_yet; }

 private:
  bool has_more_ = false;
};

net::Endpoint any_port() {
  const auto url = net::read_url("smtp://127.0.0.1:0");
  return std::get<net::Endpoint>(net::resolve(std::get<net::Url>(url)));
}

class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    ServerPlan plan;
    plan.at = any_port();
    change(plan);
    server_.emplace(plan, [] { return std::make_unique<EchoSession>(); });
    const auto problem = server_->listen();
    ASSERT_FALSE(problem) << *problem;
    thread_ = std::thread([this] { problem_ = server_->run(stop_); });
  }
  virtual void change(ServerPlan& /*plan*/) {}
  void TearDown() override {
    stop_.store(true);
    if (thread_.joinable()) thread_.join();
    if (problem_) GTEST_SKIP() << *problem_;
  }

  std::optional<Server> server_;
  std::optional<std::string> problem_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class Client {
 public:
  explicit Client(const net::Endpoint& at) : descriptor_(socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (descriptor_ < 0 || connect(descriptor_, at.get(), at.octets) != 0) ADD_FAILURE() << "no connection";
  }
  ~Client() { close(descriptor_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // True once the server has ended the connection; false if it does not.
  [[nodiscard]] bool is_ended() const {
    char octet = 0;
    ssize_t got = -1;
    do {
      got = recv(descriptor_, &octet, 1, 0);
    } while (got < 0 && errno == EINTR);
    return got == 0 || (got < 0 && errno == ECONNRESET);
  }

  // What comes back of an octet; 0 if nothing comes.
  [[nodiscard]] char echo(char octet) const {
    if (send(descriptor_, &octet, 1, MSG_NOSIGNAL) != 1) return 0;
    ssize_t got = -1;
    do {  // a ring that this thread had before may still interrupt its system calls
      got = recv(descriptor_, &octet, 1, 0);
    } while (got < 0 && errno == EINTR);
    return got == 1 ? octet : '\0';
  }

 private:
  int descriptor_;
};

// These clients are never done with. One that gave them all they ask for first would answer nobody
// else.
TEST_F(ServerTest, BusySessionsDoNotStarveTheOthers) {
  std::vector<std::unique_ptr<Client>> greedy;
  for (int i = 0; i < 50; ++i) {
    greedy.push_back(std::make_unique<Client>(server_->listens_at()));
    ASSERT_EQ(greedy.back()->echo('!'), '!');
  }
  Client modest(server_->listens_at());
  for (int i = 0; i < 100; ++i) ASSERT_EQ(modest.echo('.'), '.');
  for (const auto& one : greedy) EXPECT_EQ(one->echo('.'), '.');
}

class BriefServerTest : public ServerTest {
 protected:
  void change(ServerPlan& plan) override { plan.connection_timeout_ns = 1'000'000; }
};

TEST_F(BriefServerTest, ClientsWhoSayNothingDoNotStay) {
  const Client silent(server_->listens_at());
  EXPECT_TRUE(silent.is_ended());
}

}  // namespace
}  // namespace backtalk::serve
