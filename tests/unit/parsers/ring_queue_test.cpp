// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/ring_queue.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace backtalk::detail {
namespace {

// Against std::deque: grows while it is wrapped, runs empty, is cleared.
TEST(RingQueue, IsFirstInFirstOut) {
  RingQueue<int> queue;
  std::deque<int> expected;
  int next = 0;
  for (int round = 0; round < 2000; ++round) {
    const int pushes = round * 7 % 13;
    for (int i = 0; i < pushes; ++i) {
      queue.push(next);
      expected.push_back(next++);
    }
    for (int i = round * 5 % 12; i > 0 && !expected.empty(); --i) {
      ASSERT_EQ(queue.front(), expected.front());
      queue.pop();
      expected.pop_front();
    }
    if (round % 500 == 499) {
      queue.clear();
      expected.clear();
    }
    ASSERT_EQ(queue.size(), expected.size());
    ASSERT_EQ(queue.empty(), expected.empty());
  }
}

}  // namespace
}  // namespace backtalk::detail
