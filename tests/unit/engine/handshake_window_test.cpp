// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/handshake_window.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace backtalk::engine {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;

// One that has grown as far as it does at first.
HandshakeWindow grown() {
  HandshakeWindow window;
  while (window.size() < 64) window.succeeded(100 * kMillisecond);
  return window;
}

TEST(HandshakeWindow, BeginsWithWhatTheShortestListenQueuesHold) {
  EXPECT_EQ(HandshakeWindow{}.size(), 4U);
  EXPECT_EQ(HandshakeWindow{2}.size(), 2U) << "the threads of a run open connections to the same server";
  EXPECT_EQ(HandshakeWindow{100}.size(), 1U);
}

TEST(HandshakeWindow, GrowsWithEachHandshakeAtFirstHoweverLongThatTakes) {
  HandshakeWindow window;
  for (std::uint64_t i = 1; i <= 60; ++i) window.succeeded(i * 100 * kMillisecond);
  EXPECT_EQ(window.size(), 64U);
}

TEST(HandshakeWindow, GrowsWithTimeAtFirst) {
  HandshakeWindow window;
  window.passed(1);
  EXPECT_EQ(window.size(), 4U);
  ASSERT_EQ(window.grows_at(), 1 + 20 * kMillisecond);
  window.passed(window.grows_at() - 1);
  EXPECT_EQ(window.size(), 4U);
  window.passed(window.grows_at());
  EXPECT_EQ(window.size(), 8U);
  for (int i = 0; i < 3; ++i) window.passed(window.grows_at());
  EXPECT_EQ(window.size(), 64U);
  EXPECT_EQ(window.grows_at(), std::numeric_limits<std::uint64_t>::max());
  window.passed(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(window.size(), 64U) << "beyond that only quick handshakes enlarge it";
}

TEST(HandshakeWindow, DoublesWhileHandshakesTakeNoLonger) {
  HandshakeWindow window = grown();
  for (int i = 0; i < 64; ++i) window.succeeded(100 * kMillisecond);
  EXPECT_EQ(window.size(), 128U);
  for (int i = 0; i < 128; ++i) window.succeeded(110 * kMillisecond);
  EXPECT_EQ(window.size(), 256U);
}

TEST(HandshakeWindow, StaysWhileHandshakesWaitForEachOther) {
  HandshakeWindow window = grown();
  window.succeeded(kMillisecond);
  for (std::uint64_t i = 4; i <= 64; ++i) window.succeeded(i * kMillisecond);
  EXPECT_EQ(window.size(), 65U);
}

TEST(HandshakeWindow, HalvesWhenOneFailsButNotBelowWhatItHasGrownTo) {
  HandshakeWindow window;
  window.failed();
  EXPECT_EQ(window.size(), 4U);
  window = grown();
  for (int i = 0; i < 64; ++i) window.succeeded(kMillisecond);
  window.failed();
  EXPECT_EQ(window.size(), 64U);
  window.failed();
  EXPECT_EQ(window.size(), 64U);
}

TEST(HandshakeWindow, IsBounded) {
  HandshakeWindow window = grown();
  for (int i = 0; i < 100'000; ++i) window.succeeded(kMillisecond);
  EXPECT_EQ(window.size(), 4096U);
}

}  // namespace
}  // namespace backtalk::engine
