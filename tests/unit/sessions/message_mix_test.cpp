// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/message_mix.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

namespace backtalk::session {
namespace {

MessageMix mix_of(std::initializer_list<SizeShare> sizes) {
  MessageMix mix;
  for (const SizeShare& one : sizes) mix.add(generate_message(one.octets, "a", "b"), one.share);
  return mix;
}

std::uint64_t size_of(const MessageMix& mix, std::uint64_t number) {
  return mix.of(number).octets(WireMessage::Form::chunk);
}

TEST(MessageMix, HasTheSharesThatWereAskedFor) {
  const MessageMix mix = mix_of({{1000, 0.6}, {2000, 0.3}, {3000, 0.1}});
  std::map<std::uint64_t, unsigned> counts;
  for (std::uint64_t number = 0; number < 10'000; ++number) ++counts[size_of(mix, number)];
  EXPECT_EQ(counts.size(), 3U);
  EXPECT_NEAR(counts[1000], 6000, 150);
  EXPECT_NEAR(counts[2000], 3000, 150);
  EXPECT_NEAR(counts[3000], 1000, 100);
}

TEST(MessageMix, IsTheSameInEachRun) {
  const MessageMix one = mix_of({{1000, 0.5}, {2000, 0.5}});
  const MessageMix other = mix_of({{1000, 0.5}, {2000, 0.5}});
  for (std::uint64_t number = 0; number < 100; ++number)
    EXPECT_EQ(size_of(one, number), size_of(other, number));
}

TEST(MessageMix, OfOneHasIt) {
  const MessageMix mix = mix_of({{1000, 1}});
  EXPECT_EQ(size_of(mix, 0), 1000U);
  EXPECT_EQ(size_of(mix, ~std::uint64_t{0}), 1000U);
  EXPECT_TRUE(MessageMix().empty());
}

}  // namespace
}  // namespace backtalk::session
