// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/work_queue.hpp"

#include <gtest/gtest.h>

namespace backtalk::serve {
namespace {

TEST(WorkQueue, WithoutWorkersDoesAllAtOnce) {
  WorkQueue queue(0);
  EXPECT_EQ(queue.add(100, 10), 110U);
  EXPECT_EQ(queue.add(100, 10), 110U);
}

TEST(WorkQueue, OfOneWorkerDoesOneAtATimeInOrder) {
  WorkQueue queue(1);
  EXPECT_EQ(queue.add(100, 10), 110U);
  EXPECT_EQ(queue.add(101, 1), 111U);
  EXPECT_EQ(queue.add(105, 5), 116U);
}

TEST(WorkQueue, AWorkerThatIsFreeBeginsAtOnce) {
  WorkQueue queue(1);
  EXPECT_EQ(queue.add(100, 10), 110U);
  EXPECT_EQ(queue.add(200, 10), 210U);
}

TEST(WorkQueue, OfSeveralTheOneThatIsFreeFirstTakesTheNext) {
  WorkQueue queue(2);
  EXPECT_EQ(queue.add(100, 50), 150U);
  EXPECT_EQ(queue.add(100, 10), 110U);
  EXPECT_EQ(queue.add(100, 10), 120U);
  EXPECT_EQ(queue.add(100, 100), 220U);
  EXPECT_EQ(queue.add(100, 1), 151U);
}

TEST(WorkQueue, ThatIsAskedLateKeepsItsPlan) {
  WorkQueue queue(1);
  EXPECT_EQ(queue.add(100, 10), 110U);
  EXPECT_EQ(queue.add(103, 10), 120U);
  // The timer for 120 rang at 123, and work came then: it waits for nobody.
  EXPECT_EQ(queue.add(123, 10), 133U);
}

}  // namespace
}  // namespace backtalk::serve
