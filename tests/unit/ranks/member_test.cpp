// SPDX-License-Identifier: Apache-2.0 OR MIT
// How another rank finds rank 0, which is in the same process.
#include "ranks/member.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/clock.hpp"
#include "ranks/coordinator.hpp"

namespace backtalk::ranks {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMinuteNs = 60'000'000'000;

// Rank 0 of a run of three ranks, so that one is missing as long as the test goes on.
class Zero {
 public:
  explicit Zero(std::string token) : ranks_(3, std::move(token)) {
    EXPECT_EQ(ranks_.listen(0), 0);
    place_ = "127.0.0.1:" + std::to_string(ranks_.port());
    thread_ = std::jthread([this](const std::stop_token& stop) {
      static_cast<void>(ranks_.gather(net::now_ns() + kMinuteNs, [&stop] { return stop.stop_requested(); }));
    });
  }
  [[nodiscard]] const std::string& place() const { return place_; }

 private:
  Coordinator ranks_;
  std::string place_;
  std::jthread thread_;
};

std::optional<std::string> connect(Member& member, const std::vector<std::string>& places,
                                   const std::string& token, std::uint64_t patience_ns = kMinuteNs) {
  const Hello hello{.token = token, .rank = 1, .host = "h", .version = std::string(kVersion), .problem = {}};
  return member.connect(places, hello, net::now_ns() + patience_ns, [] { return false; });
}

TEST(Member, IsWelcomeIfItKnowsTheToken) {
  const Zero zero("secret");
  Member member;
  EXPECT_EQ(connect(member, {zero.place()}, "secret"), std::nullopt);
}

TEST(Member, SaysWhyItWasTurnedAway) {
  const Zero zero("secret");
  Member member;
  const auto why = connect(member, {zero.place()}, "guessed");
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, HasSubstr("rank 1: it was turned away at " + zero.place()));
  EXPECT_THAT(*why, HasSubstr("its token (BACKTALK_TOKEN) is another"));
}

// An address of rank 0's machine may be another machine's here.
TEST(Member, GoesOnToTheNextPlaceIfAnotherRunIsAtTheFirst) {
  const Zero another("another");
  const Zero zero("secret");
  Member member;
  EXPECT_EQ(connect(member, {another.place(), zero.place()}, "secret"), std::nullopt);
}

TEST(Member, SaysWhyNobodyWasFound) {
  Member member;
  const auto why = connect(member, {"127.0.0.1:1"}, "secret", 1);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, HasSubstr("rank 1: rank 0 was not found ("));
}

}  // namespace
}  // namespace backtalk::ranks
