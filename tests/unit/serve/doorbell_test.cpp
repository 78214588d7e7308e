// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/doorbell.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace backtalk::serve {
namespace {

bool rings(const Doorbell& bell) {
  pollfd one{bell.descriptor(), POLLIN, 0};
  return poll(&one, 1, 0) == 1;
}

TEST(Doorbell, RingsUntilItIsAnswered) {
  Doorbell bell;
  ASSERT_EQ(bell.open(), 0);
  EXPECT_FALSE(rings(bell));
  bell.ring(7);
  bell.ring(2);
  bell.ring(7);
  EXPECT_TRUE(rings(bell));
  std::vector<std::uint32_t> slots;
  bell.answer(slots);
  EXPECT_EQ(slots, (std::vector<std::uint32_t>{7, 2}));
  EXPECT_FALSE(rings(bell));
  bell.ring(7);
  EXPECT_TRUE(rings(bell));
  bell.answer(slots);
  EXPECT_EQ(slots, std::vector<std::uint32_t>{7});
}

TEST(Doorbell, IsRungByAnyThread) {
  Doorbell bell;
  ASSERT_EQ(bell.open(), 0);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (std::uint32_t i = 0; i < 4; ++i) {
    threads.emplace_back([&bell, i] {
      for (int round = 0; round < 1000; ++round) bell.ring(i);
    });
  }
  for (std::thread& one : threads) one.join();
  std::vector<std::uint32_t> slots;
  bell.answer(slots);
  EXPECT_EQ(slots.size(), 4U);
}

}  // namespace
}  // namespace backtalk::serve
