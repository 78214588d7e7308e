// SPDX-License-Identifier: Apache-2.0 OR MIT
// How an input is read: from its bytes alone, or as its last line says.
#include "engine/plan.hpp"

#include <gtest/gtest.h>

namespace backtalk::fuzz {
namespace {

constexpr Target kTarget{
    .name = "t", .protocol = "smtp", .tolerances = tolerate::bare_lf, .small_limits = true, .variants = 4};

Plan plan_of(std::string_view input) {
  Plan plan;
  make_plan(input, kTarget, plan);
  return plan;
}

TEST(Plan, PlainBytesBecomeTheStream) {
  const Plan plan = plan_of("250 ok\r\n");
  EXPECT_EQ(plan.stream, "250 ok\r\n");
  EXPECT_FALSE(plan.thorough.has_value());
}

TEST(Plan, IsDeterminedByTheBytes) {
  const Plan first = plan_of("250 ok\r\n");
  const Plan again = plan_of("250 ok\r\n");
  EXPECT_EQ(first.cuts, again.cuts);
  EXPECT_EQ(first.settings.variant, again.settings.variant);
}

TEST(Plan, TheLastLineOverridesThePlan) {
  const Plan plan =
      plan_of("250 ok\r\n#! cuts=3,7,7,99 tolerate=bare_lf,bare_cr limits=small variant=6 thorough=1\n");
  EXPECT_EQ(plan.stream, "250 ok\r\n");
  EXPECT_EQ(plan.cuts, (std::vector<std::size_t>{3, 7}));
  EXPECT_EQ(plan.settings.tolerances, tolerate::bare_lf) << "the target has no other";
  EXPECT_TRUE(plan.settings.small_limits);
  EXPECT_EQ(plan.settings.variant, 2U);
  EXPECT_EQ(plan.thorough, true);
}

TEST(Plan, AStreamNeedNotEndWithLf) {
  const Plan plan = plan_of("250 ok\n#! unended=1 cuts=");
  EXPECT_EQ(plan.stream, "250 ok");
  EXPECT_TRUE(plan.cuts.empty());
}

TEST(Plan, CutsLieInside) {
  for (const std::string_view input : {"", "2", "25", "250 a\r\n250 b\r\n"}) {
    for (const std::size_t cut : plan_of(input).cuts) {
      EXPECT_GT(cut, 0U);
      EXPECT_LT(cut, input.size());
    }
  }
}

TEST(Plan, CutsBeyondTheStreamLeaveTheDerivedOnes) {
  const std::string stream = "250-one\r\n250 two\r\n";
  const Plan derived = plan_of(stream);
  ASSERT_FALSE(derived.cuts.empty());
  EXPECT_EQ(plan_of(stream + "#! cuts=900,0").cuts, derived.cuts);
  EXPECT_EQ(plan_of(stream + "#! cuts=900,4").cuts, std::vector<std::size_t>{4});
}

}  // namespace
}  // namespace backtalk::fuzz
