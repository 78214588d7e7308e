// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/simd.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "simd/tables.hpp"

namespace backtalk::simd {
namespace {

TEST(Simd, ListsScalarFirstAndEachTargetOnce) {
  ASSERT_FALSE(targets().empty());
  EXPECT_EQ(targets().front(), "scalar");
  EXPECT_EQ(std::set(targets().begin(), targets().end()).size(), targets().size());
}

#ifdef __aarch64__
TEST(Simd, EveryAArch64HasNeon) {
  EXPECT_EQ(targets().back(), "neon");
}
#endif

TEST(Simd, TheActiveTargetIsOneOfTheList) {
  EXPECT_NE(std::ranges::find(targets(), active()), targets().end());
}

TEST(Simd, UseSwitchesToEveryTargetOfTheList) {
  const std::string_view before = active();
  for (const std::string_view target : targets()) {
    EXPECT_TRUE(use(target));
    EXPECT_EQ(active(), target);
  }
  EXPECT_TRUE(use(before));
}

TEST(Simd, UseRefusesWhatIsNotThereAndChangesNothing) {
  const std::string_view before = active();
  EXPECT_FALSE(use("mmx"));
  EXPECT_FALSE(use(""));
  EXPECT_FALSE(use("SCALAR"));
  EXPECT_EQ(active(), before);
}

TEST(Simd, ATargetThatNoBuildHasHasNoKernels) {
  constexpr std::int64_t kNone = 0;
  EXPECT_EQ(scan_lines_for(kNone), nullptr);
  EXPECT_EQ(scan_body_for(kNone), nullptr);
  EXPECT_EQ(scan_fields_for(kNone), nullptr);
}

}  // namespace
}  // namespace backtalk::simd
