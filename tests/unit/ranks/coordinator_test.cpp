// SPDX-License-Identifier: Apache-2.0 OR MIT
// Rank 0, with other ranks in the same process.
#include "ranks/coordinator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "net/clock.hpp"
#include "net/endpoint.hpp"
#include "net/url.hpp"
#include "ranks/hello.hpp"

namespace backtalk::ranks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr std::uint64_t kPatienceNs = 60 * kSecondNs;

bool never() {
  return false;
}

class Ranks : public testing::Test {
 protected:
  Ranks() { EXPECT_EQ(coordinator_.listen(0), 0); }

  std::unique_ptr<Channel> come(unsigned rank, const std::string& token = "secret",
                                std::string_view version = kVersion) {
    auto socket = std::make_unique<net::PolledSocket>();
    EXPECT_EQ(socket->connect(at(coordinator_.port()), kPatienceNs), 0);
    auto channel = std::make_unique<Channel>(std::move(socket), 4096);
    channel->send(Kind::hello, write_hello({.token = token,
                                            .rank = rank,
                                            .host = "h" + std::to_string(rank),
                                            .version = std::string(version),
                                            .problem = {}}));
    return channel;
  }
  static net::Endpoint at(std::uint16_t port) {
    const auto url = net::read_url("tcp://127.0.0.1:" + std::to_string(port));
    return std::get<net::Endpoint>(net::resolve(std::get<net::Url>(url)));
  }
  std::vector<unsigned> gather() { return coordinator_.gather(net::now_ns() + kPatienceNs, &never); }
  std::vector<unsigned> gather_until(const std::function<bool()>& stop) {
    return coordinator_.gather(net::now_ns() + kPatienceNs, stop);
  }
  // What rank 0 says next, apart from that it is alive.
  Frame hear(Channel& channel) {
    std::optional<Frame> said;
    wait_until([&] {
      channel.pump();
      while (!said || said->kind == Kind::alive) {
        said = channel.next();
        if (!said) return false;
      }
      return true;
    });
    return said.value_or(Frame{});
  }
  // Both are told to begin, as soon as they have said what their clocks show.
  void begin(Channel& one, Channel& two) {
    const std::jthread answering([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        static_cast<void>(one.socket().wait(false, two.descriptor(), kLookNs));
        for (Channel* const channel : {&one, &two}) {
          channel->pump();
          while (const auto frame = channel->next()) {
            if (frame->kind == Kind::ask_clock)
              channel->send(Kind::clock, frame->body + " " + std::to_string(net::now_ns()));
          }
        }
      }
    });
    coordinator_.compare_clocks();
    coordinator_.begin(net::now_ns());
  }
  template <class Done>
  void wait_until(Done done) {
    const std::uint64_t until = net::now_ns() + kPatienceNs;
    while (!done() && net::now_ns() < until) coordinator_.wait(kLookNs);
    EXPECT_TRUE(done());
  }

  Coordinator coordinator_{3, "secret"};
};

TEST_F(Ranks, AreThereOnceAllHaveSaidWhoTheyAre) {
  const auto one = come(1);
  EXPECT_THAT(gather_until([this] { return coordinator_.others()[1].channel != nullptr; }), ElementsAre(2U));
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  EXPECT_EQ(coordinator_.others()[2].host, "h2");
}

TEST_F(Ranks, AStrangerIsTurnedAway) {
  const auto stranger = come(1, "guessed");
  EXPECT_THAT(gather_until([this] { return !coordinator_.turned_away().empty(); }), ElementsAre(1U, 2U));
  const Frame said = hear(*stranger);
  EXPECT_EQ(said.kind, Kind::refused);
  EXPECT_THAT(said.body, HasSubstr("its token (BACKTALK_TOKEN) is another"));
}

TEST_F(Ranks, OneThatIsThereAlreadyIsTurnedAway) {
  const auto one = come(1);
  EXPECT_EQ(hear(*one).kind, Kind::welcome);
  const auto again = come(1);
  const Frame said = hear(*again);
  EXPECT_EQ(said.kind, Kind::refused);
  EXPECT_EQ(said.body, "there is a rank 1 already");
  const auto zero = come(0);
  EXPECT_EQ(hear(*zero).body, "there is a rank 0 already");
  const auto seventh = come(7);
  EXPECT_EQ(hear(*seventh).body, "it calls itself rank 7, and there are 3 ranks");
}

TEST_F(Ranks, NobodyIsLetInOnceAllAreThere) {
  const auto one = come(1);
  const auto two = come(2);
  const std::uint16_t port = coordinator_.port();
  EXPECT_THAT(gather(), IsEmpty());
  net::PolledSocket late;
  EXPECT_EQ(late.connect(at(port), kPatienceNs), ECONNREFUSED);
}

// A head that promises more than who it is may have.
TEST_F(Ranks, AStrangerCannotSayMuch) {
  for (const std::string& said :
       {to_octets(Kind::result, "").replace(1, 8, "04000000"),
        to_octets(Kind::hello, "").replace(1, 8, "00001001"), std::string("GET / HTTP/1.1\r\n\r\n")}) {
    net::PolledSocket stranger;
    ASSERT_EQ(stranger.connect(at(coordinator_.port()), kPatienceNs), 0);
    EXPECT_EQ(stranger.send(said).octets, said.size());
    std::array<char, 64> room{};
    bool is_over = false;
    wait_until([&] {
      const auto done = stranger.receive(room);
      is_over = is_over || (!done.would_block && done.octets == 0);
      return is_over;
    });
  }
}

TEST_F(Ranks, WhatSomeoneSaysOfItselfIsFitForATerminal) {
  const auto one = come(1, "secret", "\x1b[2J");
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  EXPECT_THAT(coordinator_.others()[1].problem, HasSubstr("backtalk \\x1b[2J"));
  two->send(Kind::problem, "\x1b]0;title\x07 \xff");
  wait_until([this] { return !coordinator_.others()[2].problem.empty(); });
  EXPECT_EQ(coordinator_.others()[2].problem, "\\x1b]0;title\\x07 \u00ff");
}

TEST_F(Ranks, AResultBeforeTheBeginDoesNotCount) {
  auto one = come(1);
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  one->send(Kind::result, "{}");
  one.reset();
  two->send(Kind::opened);
  wait_until([this] { return coordinator_.all_opened(); });
  EXPECT_TRUE(coordinator_.others()[1].lost);
  EXPECT_TRUE(coordinator_.others()[1].result.empty());
}

// Two come late, with the answer to the next question.
TEST_F(Ranks, AnAnswerThatComesLateBelongsToItsQuestion) {
  const auto one = come(1);
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  const std::jthread answering([&](const std::stop_token& stop) {
    unsigned questions = 0;
    const auto answer = [&](Channel& channel, bool twice) {
      channel.pump();
      while (const auto frame = channel.next()) {
        if (frame->kind != Kind::ask_clock) continue;
        // A number that was not asked, and a time that would be believed: the answer is instant.
        if (twice) channel.send(Kind::clock, "0 1");
        if (twice && ++questions > 1) channel.send(Kind::clock, std::to_string(questions - 1) + " 1");
        channel.send(Kind::clock, frame->body + " " + std::to_string(net::now_ns() + kSecondNs));
      }
    };
    while (!stop.stop_requested()) {
      static_cast<void>(one->socket().wait(false, two->descriptor(), kLookNs));
      answer(*one, true);
      answer(*two, false);
    }
  });
  coordinator_.compare_clocks();
  for (const unsigned rank : {1U, 2U}) {
    const ClockOffset& clock = coordinator_.others()[rank].clock;
    ASSERT_TRUE(clock.is_known());
    const std::uint64_t now = net::now_ns();
    EXPECT_NEAR(static_cast<double>(clock.there(now) - now), static_cast<double>(kSecondNs),
                static_cast<double>(clock.error_ns()) + 1)
        << rank;
  }
}

TEST_F(Ranks, AResultThatIsOnItsWayIsWaitedFor) {
  const auto one = come(1);
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  begin(*one, *two);
  two->send(Kind::result, "{}");
  wait_until([this] { return !coordinator_.others()[2].result.empty(); });
  // More than the socket takes at once.
  const std::string long_result(std::size_t{32} << 20, ' ');
  one->send(Kind::result, long_result);
  const std::jthread sending([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && one->has_output()) {
      static_cast<void>(one->socket().wait(true, -1, kLookNs));
      one->pump();
    }
  });
  coordinator_.wait(kLookNs);
  coordinator_.gather_results({.until = net::now_ns()}, &never);
  EXPECT_FALSE(coordinator_.others()[1].lost) << coordinator_.others()[1].why_lost;
  EXPECT_EQ(coordinator_.others()[1].result.size(), long_result.size());
}

TEST_F(Ranks, OnceTheUserHasEndedTheLoadResultsAreNotWaitedForWithoutEnd) {
  const auto one = come(1);
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  begin(*one, *two);
  coordinator_.gather_results({.until = std::numeric_limits<std::uint64_t>::max(), .after_stop_ns = 0},
                              [] { return true; });
  EXPECT_TRUE(coordinator_.others()[1].lost);
  while (hear(*one).kind != Kind::stop) {
  }
}

TEST_F(Ranks, AnotherVersionCannotTakePart) {
  const auto one = come(1, "secret", "9.9");
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  ASSERT_EQ(coordinator_.first_refusal(), 1U);
  EXPECT_THAT(coordinator_.others()[1].problem, HasSubstr("backtalk 9.9"));
}

TEST_F(Ranks, OneWhoseConnectionEndsIsLostAndTheOthersAreNot) {
  auto one = come(1);
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  one.reset();
  wait_until([this] { return coordinator_.others()[1].lost; });
  EXPECT_THAT(coordinator_.others()[1].why_lost, HasSubstr("its connection to rank 0 ended"));
  EXPECT_FALSE(coordinator_.others()[2].lost);
  two->send(Kind::opened);
  wait_until([this] { return coordinator_.all_opened(); });
}

TEST_F(Ranks, AResultThatDoesNotComeInTimeIsLost) {
  const auto one = come(1);
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  begin(*one, *two);
  one->send(Kind::result, "{}");
  wait_until([this] { return !coordinator_.others()[1].result.empty(); });
  coordinator_.gather_results({.until = net::now_ns()}, &never);
  EXPECT_FALSE(coordinator_.others()[1].lost);
  EXPECT_EQ(coordinator_.others()[2].why_lost, "its result did not come in time");
}

}  // namespace
}  // namespace backtalk::ranks
