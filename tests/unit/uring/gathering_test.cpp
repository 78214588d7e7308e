#include "uring/gathering.hpp"

#include <gtest/gtest.h>

namespace backtalk::uring {
namespace {

constexpr std::uint64_t kMicrosecond = 1'000;
constexpr std::uint64_t kMillisecond = 1'000'000;

// Turns in each of which so many answers came, so far apart; half of each is waiting.
void answer(Gathering& gathering, std::uint64_t& now, std::uint64_t gap_ns, std::uint64_t answers,
            int turns = 100) {
  for (int turn = 0; turn < turns; ++turn) {
    now += gap_ns * answers;
    gathering.turned(now, gap_ns * answers / 2, answers);
  }
}

TEST(Gathering, AWaitIsForHalfOfTheConnectionsWhereAnswersComeClosely) {
  Gathering gathering(kMillisecond);
  std::uint64_t now = 1;
  answer(gathering, now, 5 * kMicrosecond, 10);
  EXPECT_EQ(gathering.wanted(20), 10U);
  EXPECT_EQ(gathering.wanted(8), 4U);
}

TEST(Gathering, AWaitIsForThreeQuartersOfThemWhereTheServerIsTheLimit) {
  Gathering gathering(kMillisecond);
  for (std::uint64_t turn = 1; turn < 100; ++turn)
    gathering.turned(turn * 100 * kMicrosecond, 80 * kMicrosecond, 20);
  EXPECT_EQ(gathering.wanted(20), 15U);
  EXPECT_EQ(gathering.wanted(4), 3U);
}

TEST(Gathering, ALongTurnWithMuchWorkIsNoWait) {
  Gathering gathering(kMillisecond);
  for (std::uint64_t turn = 1; turn < 100; ++turn)
    gathering.turned(turn * 5 * kMillisecond, kMillisecond, 1000);
  EXPECT_EQ(gathering.wanted(20), 10U);
}

TEST(Gathering, AWaitIsForWhatComesWithinHalfOfTheLimit) {
  Gathering gathering(kMillisecond);
  std::uint64_t now = 1;
  answer(gathering, now, 125 * kMicrosecond, 1);
  EXPECT_EQ(gathering.wanted(20), 4U);
  EXPECT_EQ(gathering.wanted(6), 3U);
}

// Otherwise a worker that waits for single answers would find that they come too seldom to be gathered, and
// one that gathers would find the opposite.
TEST(Gathering, HowManyAnswersATurnBringsDoesNotMatter) {
  Gathering one_by_one(kMillisecond);
  Gathering by_tens(kMillisecond);
  std::uint64_t now = 1;
  std::uint64_t also_now = 1;
  answer(one_by_one, now, 60 * kMicrosecond, 1);
  answer(by_tens, also_now, 60 * kMicrosecond, 10);
  EXPECT_EQ(one_by_one.wanted(20), by_tens.wanted(20));
}

TEST(Gathering, AnswersThatComeSeldomAreTakenOneByOne) {
  Gathering gathering(kMillisecond);
  std::uint64_t now = 1;
  answer(gathering, now, 600 * kMicrosecond, 1);
  EXPECT_EQ(gathering.wanted(20), 1U);
}

TEST(Gathering, OneLongWaitIsSoonForgotten) {
  Gathering gathering(kMillisecond);
  std::uint64_t now = 1;
  answer(gathering, now, 5 * kMicrosecond, 10);
  answer(gathering, now, 1'000 * kMillisecond, 1, 1);
  answer(gathering, now, 5 * kMicrosecond, 10, 20);
  EXPECT_GT(gathering.wanted(20), 5U);
}

TEST(Gathering, FewConnectionsHaveNothingToGather) {
  const Gathering gathering(kMillisecond);
  for (const unsigned connections : {0U, 1U, 2U, 3U}) EXPECT_EQ(gathering.wanted(connections), 1U);
}

TEST(Gathering, WithoutALimitEachAnswerIsTakenAsItComes) {
  Gathering gathering(0);
  std::uint64_t now = 1;
  answer(gathering, now, 1, 100);
  EXPECT_EQ(gathering.wanted(1000), 1U);
}

}  // namespace
}  // namespace backtalk::uring
