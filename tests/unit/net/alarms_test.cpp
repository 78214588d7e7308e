// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/alarms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace backtalk::net {
namespace {

TEST(Alarms, TheEarliestComesFirstAndNoneBeforeItIsDue) {
  Alarms alarms;
  alarms.set(3, 30);
  alarms.set(1, 10);
  alarms.set(2, 20);
  EXPECT_EQ(alarms.next(), 10U);
  EXPECT_EQ(alarms.pop_due(9), std::nullopt);
  EXPECT_EQ(alarms.pop_due(25), 1U);
  EXPECT_EQ(alarms.pop_due(25), 2U);
  EXPECT_EQ(alarms.pop_due(25), std::nullopt);
  EXPECT_EQ(alarms.pop_due(30), 3U);
  EXPECT_TRUE(alarms.empty());
  EXPECT_EQ(alarms.next(), Alarms::kNever);
}

TEST(Alarms, ASlotHasOneAlarm) {
  Alarms alarms;
  alarms.set(1, 10);
  alarms.set(1, 20);
  alarms.set(2, 15);
  EXPECT_EQ(alarms.next(), 15U);
  alarms.set(2, Alarms::kNever);
  alarms.set(7, Alarms::kNever);
  EXPECT_EQ(alarms.pop_due(100), 1U);
  EXPECT_TRUE(alarms.empty());
}

// Against a plain array that is searched for its least.
TEST(Alarms, AgreeWithAPlainList) {
  constexpr std::uint32_t kSlots = 40;
  std::mt19937 random(1);
  std::vector<std::uint64_t> plain(kSlots, Alarms::kNever);
  Alarms alarms;
  for (int step = 0; step < 100'000; ++step) {
    const std::uint32_t slot = static_cast<std::uint32_t>(random()) % kSlots;
    const std::uint64_t due = random() % 4 == 0 ? Alarms::kNever : random() % 1000;
    plain[slot] = due;
    alarms.set(slot, due);
    ASSERT_EQ(alarms.next(), std::ranges::min(plain));
    if (step % 3 != 0) continue;
    const auto taken = alarms.pop_due(500);
    ASSERT_EQ(taken.has_value(), std::ranges::min(plain) <= 500);
    if (!taken) continue;
    ASSERT_EQ(plain[*taken], std::ranges::min(plain));
    plain[*taken] = Alarms::kNever;
  }
}

}  // namespace
}  // namespace backtalk::net
