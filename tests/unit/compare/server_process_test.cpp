// SPDX-License-Identifier: Apache-2.0 OR MIT
// Commands of the shell as servers: what listens is a socket of this test.
#include "compare/server_process.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace backtalk::compare {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr auto kNever = [] { return false; };

// A port of loopback, which listens or not.
class Port {
 public:
  Port() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (socket_ < 0) throw std::runtime_error("no socket");
    auto* const address = reinterpret_cast<sockaddr_in*>(&endpoint_.address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    endpoint_.octets = sizeof *address;
    EXPECT_EQ(::bind(socket_, endpoint_.get(), endpoint_.octets), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&endpoint_.address), &endpoint_.octets), 0);
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  ~Port() { ::close(socket_); }

  void listen() const { EXPECT_EQ(::listen(socket_, 8), 0); }
  [[nodiscard]] std::span<const net::Endpoint> endpoint() const { return {&endpoint_, 1}; }

 private:
  int socket_;
  net::Endpoint endpoint_;
};

// A file that a command writes.
class Written {
 public:
  Written()
      : path_(std::filesystem::temp_directory_path() /
              ("backtalk-server-process-" + std::to_string(::getpid()))) {
    std::filesystem::remove(path_);
  }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  ~Written() { std::filesystem::remove(path_); }

  [[nodiscard]] std::string path() const { return path_.string(); }
  // 0: it is not written yet.
  [[nodiscard]] pid_t pid() const {
    pid_t pid = 0;
    return std::ifstream(path_) >> pid ? pid : 0;
  }
  [[nodiscard]] pid_t wait_for_pid() const {
    while (pid() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return pid();
  }

 private:
  std::filesystem::path path_;
};

bool is_there(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

// The command writes a pid to `written`; once it has, something accepts at the port.
void start_and_accept(ServerProcess& server, const std::string& command, const Port& port, Written& written) {
  std::thread later([&] {
    static_cast<void>(written.wait_for_pid());
    port.listen();
  });
  EXPECT_EQ(server.start(command, port.endpoint(), kNever), std::nullopt);
  later.join();
}

TEST(ServerProcess, ListensIfItDoesSoAtOneOfItsAddresses) {
  const Port silent;
  const Port listening;
  listening.listen();
  const std::vector both{silent.endpoint().front(), listening.endpoint().front()};
  EXPECT_TRUE(accepts(both));
  EXPECT_FALSE(accepts(silent.endpoint()));
}

TEST(ServerProcess, WaitsUntilTheServerAccepts) {
  const Port port;
  Written written;
  ServerProcess server;
  start_and_accept(server, "echo $$ > " + written.path() + "; exec sleep 600", port, written);
  EXPECT_TRUE(is_there(written.wait_for_pid()));
  server.end();
  EXPECT_FALSE(is_there(written.wait_for_pid()));
}

// Its CPU time can be measured, in place of the shell or below it.
TEST(ServerProcess, IsTheCommandsAsLongAsItStays) {
  const Port port;
  Written written;
  ServerProcess server;
  EXPECT_EQ(server.process(), std::nullopt);
  start_and_accept(server, "echo $$ > " + written.path() + "; exec sleep 600", port, written);
  EXPECT_EQ(server.process(), written.wait_for_pid());
  server.end();
  EXPECT_EQ(server.process(), std::nullopt);
}

// The shell ends at once when it is asked to, and leaves the server alone.
TEST(ServerProcess, EndsTheWholeGroup) {
  const Port port;
  Written written;
  ServerProcess server;
  start_and_accept(server, "sleep 600 & echo $! > " + written.path() + "; wait", port, written);
  server.end();
  EXPECT_FALSE(is_there(written.wait_for_pid()));
}

// As an init script does: a server outside the group, whose end the next start waits for.
TEST(ServerProcess, ADaemonThatHasEndedIsGone) {
  const Port port;
  port.listen();
  Written written;
  ServerProcess server;
  ASSERT_EQ(server.start("setsid sh -c 'echo $$ > " + written.path() + "; exec sleep 600' & until [ -s " +
                             written.path() + " ]; do sleep 0.01; done",
                         port.endpoint(), kNever),
            std::nullopt);
  const pid_t daemon = written.wait_for_pid();
  EXPECT_EQ(server.start("kill " + std::to_string(daemon) + "; while kill -0 " + std::to_string(daemon) +
                             "; do sleep 0.01; done 2>/dev/null",
                         port.endpoint(), kNever),
            std::nullopt);
  EXPECT_FALSE(is_there(daemon));
}

TEST(ServerProcess, OfTwoTheOneIsToldHowItsOwnShellEnded) {
  const Port port;
  port.listen();
  ServerProcess one;
  ServerProcess other;
  EXPECT_EQ(one.start("true", port.endpoint(), kNever), std::nullopt);
  EXPECT_THAT(other.start("exit 7", port.endpoint(), kNever).value_or(""), HasSubstr("ended with status 7"));
}

TEST(ServerProcess, AreKilledByAProgramThatEndsAtOnce) {
  const Port port;
  Written written;
  ServerProcess server;
  start_and_accept(server, "trap '' TERM; sleep 600 & echo $! > " + written.path() + "; wait", port, written);
  kill_servers();
  server.end();
  EXPECT_FALSE(is_there(written.wait_for_pid()));
}

TEST(ServerProcess, ACommandThatFailsIsNamed) {
  const Port port;
  ServerProcess server;
  EXPECT_THAT(server.start("exit 3", port.endpoint(), kNever).value_or(""),
              "--restart `exit 3` ended with status 3");
  EXPECT_THAT(server.start("kill -9 $$", port.endpoint(), kNever).value_or(""),
              HasSubstr("was ended by signal 9"));
}

// As `systemctl restart` does.
TEST(ServerProcess, ACommandThatEndsHasReplacedTheServer) {
  const Port port;
  port.listen();
  ServerProcess server;
  EXPECT_EQ(server.start("true", port.endpoint(), kNever), std::nullopt);
  EXPECT_EQ(server.process(), std::nullopt) << "the server is somebody else's";
}

TEST(ServerProcess, AServerThatCannotReplaceAnotherSaysSo) {
  const Port port;
  port.listen();
  ServerProcess server;
  EXPECT_THAT(server.start("exit 98", port.endpoint(), kNever).value_or(""),
              AllOf(HasSubstr("ended with status 98"), HasSubstr("a server listened there before it began")));
}

TEST(ServerProcess, GivesUpWhenAsked) {
  const Port port;
  Written written;
  ServerProcess server;
  const auto begun = [&written] { return written.pid() > 0; };
  EXPECT_EQ(server.start("echo $$ > " + written.path() + "; exec sleep 600", port.endpoint(), begun),
            std::nullopt);
  EXPECT_FALSE(is_there(written.pid()));
}

}  // namespace
}  // namespace backtalk::compare
