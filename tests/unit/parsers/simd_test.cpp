// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/simd.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "simd/cpu.hpp"
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

#ifdef __x86_64__
// What Highway compiles its targets for, from the lowest to the highest: HWY_TARGET_STR in
// <hwy/set_macros-inl.h>. Linux calls two features of BMI, and PCLMUL, otherwise.
const std::vector<std::set<std::string_view>> kFeaturesOfTargets{
    {"ssse3"},
    {"sse4_1", "sse4_2", "popcnt", "pclmulqdq", "aes"},
    {"avx", "avx2", "bmi1", "bmi2", "fma", "f16c"},
    {"avx512f", "avx512vl", "avx512dq", "avx512bw", "avx512cd"},
    {"vpclmulqdq", "avx512vbmi", "avx512_vbmi2", "vaes", "avx512_vnni", "avx512_bitalg", "avx512_vpopcntdq",
     "gfni"}};

TEST(Cpu, ATargetNeedsItsFeaturesAndThoseOfTheTargetsBelow) {
  std::vector<CpuFeature> features(cpu_features().begin(), cpu_features().end());
  for (CpuFeature& feature : features) feature.is_there = true;
  std::size_t next = 0;
  std::int64_t below = 0;
  for (const auto& names : kFeaturesOfTargets) {
    const std::int64_t target = features.at(next).target;
    EXPECT_TRUE(std::has_single_bit(static_cast<std::uint64_t>(target)));
    EXPECT_EQ(below & target, 0);
    std::set<std::string_view> found;
    for (; next < features.size() && features[next].target == target; ++next) {
      found.insert(features[next].name);
      features[next].is_there = false;
      EXPECT_EQ(targets_with(features), below) << "without " << features[next].name;
      features[next].is_there = true;
    }
    EXPECT_EQ(found, names);
    below |= target;
  }
  EXPECT_EQ(next, features.size());
  EXPECT_EQ(targets_with(features), below);
  EXPECT_EQ(targets_with({}), 0);
}

TEST(Cpu, FeaturesAreThoseThatTheSystemLists) {
  std::ifstream file("/proc/cpuinfo");
  std::set<std::string> listed;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("flags")) continue;
    std::istringstream flags(line.substr(line.find(':') + 1));
    listed.insert(std::istream_iterator<std::string>(flags), {});
    break;
  }
  if (listed.empty()) GTEST_SKIP() << "the system lists none";
  for (const CpuFeature& feature : cpu_features()) {
    EXPECT_EQ(feature.is_there, listed.contains(std::string(feature.name))) << feature.name;
  }
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
