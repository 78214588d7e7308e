// SPDX-License-Identifier: Apache-2.0 OR MIT
// Rank 0, with other ranks in the same process.
#include "ranks/coordinator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

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
    const auto url = net::read_url("tcp://127.0.0.1:" + std::to_string(coordinator_.port()));
    const auto at = net::resolve(std::get<net::Url>(url));
    auto socket = std::make_unique<net::PolledSocket>();
    EXPECT_EQ(socket->connect(std::get<net::Endpoint>(at), kPatienceNs), 0);
    auto channel = std::make_unique<Channel>(std::move(socket), 4096);
    channel->send(Kind::hello, write_hello({.token = token,
                                            .rank = rank,
                                            .host = "h" + std::to_string(rank),
                                            .version = std::string(version),
                                            .problem = {}}));
    return channel;
  }
  std::vector<unsigned> gather(std::uint64_t patience_ns = kPatienceNs) {
    return coordinator_.gather(net::now_ns() + patience_ns, &never);
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
  EXPECT_THAT(gather(kSecondNs / 10), ElementsAre(2U));
  const auto two = come(2);
  EXPECT_THAT(gather(), IsEmpty());
  EXPECT_EQ(coordinator_.others()[2].host, "h2");
}

TEST_F(Ranks, AStrangerIsTurnedAway) {
  const auto stranger = come(1, "guessed");
  EXPECT_THAT(gather(kSecondNs / 10), ElementsAre(1U, 2U));
  std::optional<Frame> said;
  wait_until([&] {
    stranger->pump();
    said = said ? said : stranger->next();
    return said.has_value();
  });
  EXPECT_EQ(said->kind, Kind::refused);
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
  one->send(Kind::result, "{}");
  wait_until([this] { return !coordinator_.others()[1].result.empty(); });
  coordinator_.gather_results(net::now_ns(), &never);
  EXPECT_FALSE(coordinator_.others()[1].lost);
  EXPECT_EQ(coordinator_.others()[2].why_lost, "its result did not come in time");
}

}  // namespace
}  // namespace backtalk::ranks
