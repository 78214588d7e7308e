#include "uring/ring.hpp"

#include <gtest/gtest.h>

namespace backtalk::uring {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kHour = 3'600'000'000'000;

// Open loop: a send is done at once, no answer is in sight, and the next transaction falls due in a
// millisecond. A wait that gathers completions for longer would begin it late; this one would outlast the
// test's own limit.
TEST(Ring, AWaitThatGathersEndsAtItsTimeout) {
  Ring ring;
  if (const auto problem = ring.open(8)) GTEST_SKIP() << *problem;
  io_uring_prep_nop(ring.entry());
  EXPECT_EQ(ring.submit_and_wait(2, kHour, kMillisecond), 0);
  EXPECT_EQ(ring.drain([](const io_uring_cqe&) {}), 1U);
}

}  // namespace
}  // namespace backtalk::uring
