// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/handshake_window.hpp"

#include <gtest/gtest.h>

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;

TEST(HandshakeWindow, BeginsWithWhatAShortListenQueueHolds) {
  EXPECT_EQ(HandshakeWindow{}.size(), 64U);
}

TEST(HandshakeWindow, DoublesWhileHandshakesTakeNoLonger) {
  HandshakeWindow window;
  for (int i = 0; i < 64; ++i) window.succeeded(100 * kMillisecond);
  EXPECT_EQ(window.size(), 128U);
  for (int i = 0; i < 128; ++i) window.succeeded(110 * kMillisecond);
  EXPECT_EQ(window.size(), 256U);
}

TEST(HandshakeWindow, StaysWhileHandshakesWaitForEachOther) {
  HandshakeWindow window;
  for (std::uint64_t i = 1; i <= 64; ++i) window.succeeded(i * kMillisecond);
  EXPECT_LT(window.size(), 64U + 4U);
}

TEST(HandshakeWindow, HalvesWhenOneFailsButNotBelowItsBeginning) {
  HandshakeWindow window;
  for (int i = 0; i < 64; ++i) window.succeeded(kMillisecond);
  window.failed();
  EXPECT_EQ(window.size(), 64U);
  window.failed();
  EXPECT_EQ(window.size(), 64U);
}

TEST(HandshakeWindow, IsBounded) {
  HandshakeWindow window;
  for (int i = 0; i < 100'000; ++i) window.succeeded(kMillisecond);
  EXPECT_EQ(window.size(), 4096U);
}

}  // namespace
}  // namespace backtalk::engine
