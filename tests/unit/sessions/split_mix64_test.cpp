// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/split_mix64.hpp"

#include <gtest/gtest.h>

#include <array>

namespace backtalk::session {
namespace {

// The first numbers of the reference implementation (https://prng.di.unimi.it/splitmix64.c).
TEST(SplitMix64, GivesTheNumbersOfItsReference) {
  constexpr std::array<std::uint64_t, 5> kNumbers{6457827717110365317U, 3203168211198807973U,
                                                  9817491932198370423U, 4593380528125082431U,
                                                  16408922859458223821U};
  SplitMix64 random(1234567);
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {
    EXPECT_EQ(random.next(), kNumbers[i]);
    EXPECT_EQ(SplitMix64::nth(1234567, i), kNumbers[i]);
  }
}

}  // namespace
}  // namespace backtalk::session
