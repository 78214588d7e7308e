// SPDX-License-Identifier: Apache-2.0 OR MIT
// The shadow is read and written directly only if it means what the documented functions say.
#include "engine/asan_memory.hpp"

#include <gtest/gtest.h>

#include <array>

#include "has_asan.hpp"

namespace backtalk::fuzz {
namespace {

#ifdef BACKTALK_HAS_ASAN
TEST(AsanMemory, TheShadowIsWhereTheSanitizerReportsIt) {
  EXPECT_TRUE(asan::shadow_agrees(asan::shadow_offset()));
}

TEST(AsanMemory, AWrongOffsetIsRefused) {
  for (const std::size_t granules : {1U, 2U, 9U, 20U}) {
    EXPECT_FALSE(asan::shadow_agrees(asan::shadow_offset() + granules)) << granules;
  }
}

// Also run with BACKTALK_FUZZ_SHADOW=direct.
TEST(AsanMemory, PoisoningIsExactToTheOctet) {
  alignas(8) std::array<char, 1024> block{};
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 63U, 512U, 513U, 1000U}) {
    ASSERT_TRUE(asan::poison(block.data(), block.size()));
    ASSERT_TRUE(asan::unpoison(block.data(), size));
    EXPECT_FALSE(asan::is_poisoned(block.data(), size));
    EXPECT_TRUE(asan::is_poisoned(block.data(), size + 1));
    EXPECT_TRUE(asan::is_poisoned(block.data() + size, 1));
    ASSERT_TRUE(asan::poison(block.data(), size));
    if (size > 0) EXPECT_TRUE(asan::is_poisoned(block.data(), 1));
  }
  asan::unpoison(block.data(), block.size());
}
#else
TEST(AsanMemory, WithoutTheSanitizerNothingIsPoisoned) {
  const std::array<char, 8> block{};
  EXPECT_EQ(asan::shadow_offset(), 0U);
  EXPECT_FALSE(asan::shadow_agrees(0));
  EXPECT_FALSE(asan::poison(block.data(), block.size()));
  EXPECT_FALSE(asan::is_poisoned(block.data(), block.size()));
}
#endif

}  // namespace
}  // namespace backtalk::fuzz
