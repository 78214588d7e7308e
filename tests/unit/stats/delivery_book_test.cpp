// SPDX-License-Identifier: Apache-2.0 OR MIT
// Every message that was accepted is seen, lost or waited for, in whatever order it is told.
#include "stats/delivery_book.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace backtalk::stats {
namespace {

constexpr std::uint64_t kPatience = 100;

class Book : public testing::Test {
 protected:
  Book() { book_.open(); }

  void accept(std::uint64_t number, std::uint64_t dot, std::uint64_t reply, bool measured = true) {
    book_.sent(number, measured, dot);
    book_.accepted(number, reply);
  }
  void expect_balance(const DeliveryTally& tally) {
    EXPECT_EQ(tally.accepted, tally.seen + tally.lost + tally.waiting);
    EXPECT_EQ(tally.latency.count(), tally.seen);
    EXPECT_EQ(tally.from_dot.count(), tally.seen);
    EXPECT_EQ(tally.ages.count(), tally.lost + tally.waiting);
  }

  DeliveryBook book_{1, 1, kPatience};
};

TEST_F(Book, CountsFromTheReplyAndFromTheDot) {
  accept(0, 1000, 1010);
  EXPECT_EQ(book_.awaited(), 1U);
  book_.seen(0, 0, 1050);
  EXPECT_EQ(book_.awaited(), 0U);
  const DeliveryTally tally = book_.conclude(1100);
  EXPECT_EQ(tally.seen, 1U);
  EXPECT_EQ(tally.latency.max(), 40U);
  EXPECT_EQ(tally.from_dot.max(), 50U);
  expect_balance(tally);
}

TEST_F(Book, IsOverwhelmedByNoHurry) {
  book_.sent(0, true, 1000);
  book_.seen(0, 0, 1005);
  book_.accepted(0, 1010);
  const DeliveryTally tally = book_.conclude(1100);
  EXPECT_EQ(tally.seen, 1U);
  EXPECT_EQ(tally.before_accepted, 1U);
  EXPECT_EQ(tally.latency.max(), 0U);
  EXPECT_EQ(tally.from_dot.max(), 5U);
  expect_balance(tally);
}

TEST_F(Book, TellsWhatIsLostFromWhatIsWaitedFor) {
  accept(0, 1000, 1000);
  accept(1, 1000, 1001);
  book_.looked_through(0, 1100);
  const DeliveryTally tally = book_.conclude(1100);
  EXPECT_EQ(tally.lost, 1U);
  EXPECT_EQ(tally.waiting, 1U);
  ASSERT_EQ(tally.examples.size(), 1U);
  EXPECT_EQ(tally.examples[0], (DeliveryExample{.fault = DeliveryFault::lost, .number = 0, .age_ns = 100}));
  expect_balance(tally);
}

// What nobody has looked for is not known to be missing.
TEST_F(Book, BlamesNoServerWhoseMailboxWasNotLookedThrough) {
  accept(0, 1000, 1000);
  EXPECT_FALSE(book_.looked_through_since(1));
  book_.looked_through(0, 1099);
  EXPECT_TRUE(book_.looked_through_since(1099));
  EXPECT_FALSE(book_.looked_through_since(1100));
  const DeliveryTally tally = book_.conclude(9000);
  EXPECT_EQ(tally.lost, 0U);
  EXPECT_EQ(tally.waiting, 1U);
  expect_balance(tally);
}

TEST_F(Book, SeesNothingInAnotherUsersMailbox) {
  DeliveryBook book(1, 2, kPatience);
  book.open();
  for (const std::uint64_t number : {4U, 5U}) {
    book.sent(number, true, 1000);
    book.accepted(number, 1010);
    book.seen(0, number, 1020);
  }
  EXPECT_EQ(book.awaited(), 1U);
  for (const std::uint32_t mailbox : {0U, 1U}) book.looked_through(mailbox, 2000);
  const DeliveryTally tally = book.conclude(2000);
  EXPECT_EQ(tally.seen, 1U);
  EXPECT_EQ(tally.lost, 1U);
  EXPECT_EQ(tally.elsewhere, 1U);
  ASSERT_EQ(tally.examples.size(), 2U);
  EXPECT_EQ(tally.examples[0],
            (DeliveryExample{.fault = DeliveryFault::elsewhere, .number = 5, .age_ns = 20}));
  expect_balance(tally);
}

TEST_F(Book, CountsWhatWasShownBeforeTheReplyWheneverItIsTold) {
  accept(0, 1000, 1010);
  book_.seen(0, 0, 1005);
  const DeliveryTally tally = book_.conclude(1100);
  EXPECT_EQ(tally.before_accepted, 1U);
  EXPECT_EQ(tally.latency.max(), 0U);
}

TEST_F(Book, TellsWhatWasLate) {
  accept(0, 1000, 1000);
  accept(1, 1000, 1000);
  book_.seen(0, 0, 1000 + kPatience);
  book_.seen(0, 1, 1001 + kPatience);
  EXPECT_EQ(book_.conclude(2000).late, 1U);
}

TEST_F(Book, TakesNothingForACopyThatIsReadAnew) {
  accept(0, 1000, 1000);
  accept(1, 1000, 1000);
  book_.seen(0, 0, 1010);
  book_.found(0, 0, 1020);
  book_.found(0, 1, 1020);
  const DeliveryTally tally = book_.conclude(1100);
  EXPECT_EQ(tally.seen, 2U);
  EXPECT_EQ(tally.twice, 0U);
}

TEST_F(Book, FindsWhatCameAgain) {
  accept(0, 1000, 1000);
  book_.seen(0, 0, 1010);
  book_.seen(0, 0, 1020);
  book_.sent(1, true, 1000);
  book_.seen(0, 1, 1010);
  book_.seen(0, 1, 1020);
  book_.accepted(1, 1030);
  const DeliveryTally tally = book_.conclude(1100);
  EXPECT_EQ(tally.seen, 2U);
  EXPECT_EQ(tally.twice, 2U);
  EXPECT_EQ(tally.examples.size(), 2U);
  EXPECT_EQ(tally.examples[0].fault, DeliveryFault::twice);
  expect_balance(tally);
}

TEST_F(Book, KeepsWhatNobodyAcceptedOutOfTheBalance) {
  book_.sent(0, true, 1000);
  book_.refused(0);
  book_.seen(0, 0, 1010);
  book_.sent(1, true, 1000);  // and its reply never came
  book_.seen(0, 1, 1010);
  book_.sent(2, true, 1000);
  book_.refused(2);
  const DeliveryTally tally = book_.conclude(2000);
  EXPECT_EQ(tally.accepted, 0U);
  EXPECT_EQ(tally.not_accepted, 2U);
  expect_balance(tally);
}

TEST_F(Book, DoesNotMeasureTheWarmUpAndStillWaitsForIt) {
  accept(0, 1000, 1000, false);
  accept(1, 1000, 1000, false);
  book_.seen(0, 0, 1010);
  book_.seen(0, 0, 1020);
  EXPECT_EQ(book_.awaited(), 1U);
  const DeliveryTally tally = book_.conclude(2000);
  EXPECT_EQ(tally.accepted + tally.twice, 0U);
  expect_balance(tally);
}

TEST_F(Book, LooksForNoMoreThanItKeepsTrackOf) {
  accept(DeliveryBook::kMessagesMax, 1000, 1000);
  book_.seen(0, DeliveryBook::kMessagesMax, 1010);
  book_.seen(0, ~std::uint64_t{0}, 1010);
  EXPECT_EQ(book_.awaited(), 0U);
  const DeliveryTally tally = book_.conclude(2000);
  EXPECT_EQ(tally.not_tracked, 1U);
  expect_balance(tally);
}

TEST_F(Book, KnowsHowOftenMailboxesWereLookedInto) {
  EXPECT_EQ(book_.unwatched(), 1U);
  book_.watching(0);
  book_.watching(0);
  book_.watching(7);
  EXPECT_EQ(book_.unwatched(), 0U);
  for (const std::uint64_t at : {1000U, 1010U, 1030U}) book_.looked(0, at);
  const DeliveryTally tally = book_.conclude(2000);
  EXPECT_EQ(tally.looks.count(), 2U);
  EXPECT_EQ(tally.looks.min(), 10U);
  EXPECT_EQ(tally.looks.max(), 20U);
}

// A sender and a watcher that do not wait for each other.
TEST_F(Book, LosesNothingBetweenThreads) {
  constexpr std::uint64_t kMessages = 20'000;
  std::thread sender([this] {
    for (std::uint64_t i = 0; i < kMessages; ++i) accept(i, 1000 + i, 1001 + i);
  });
  std::thread watcher([this] {
    for (std::uint64_t i = 0; i < kMessages; ++i) book_.seen(0, i, 1002 + i);
  });
  sender.join();
  watcher.join();
  EXPECT_EQ(book_.awaited(), 0U);
  const DeliveryTally tally = book_.conclude(100'000);
  EXPECT_EQ(tally.seen, kMessages);
  expect_balance(tally);
}

}  // namespace
}  // namespace backtalk::stats
