// SPDX-License-Identifier: Apache-2.0 OR MIT
// Which of Highway's targets the processor and the operating system support.
//
// Highway can tell too, but its shared library spends milliseconds measuring the clock when a
// program starts. Asking the compiler's runtime instead keeps Highway header-only and start-up
// fast.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace backtalk::simd {

// A feature of x86 processors.
struct CpuFeature {
  std::string_view name;  // as Linux has it in /proc/cpuinfo
  std::int64_t target;    // the lowest target that needs it; every higher one needs it too
  bool is_there;
};

// Those that the targets need, from the lowest target to the highest; empty for other processors.
// Static storage.
[[nodiscard]] std::span<const CpuFeature> cpu_features() noexcept;

// The targets of a processor with these features: those below the first that lacks one.
[[nodiscard]] std::int64_t targets_with(std::span<const CpuFeature> features) noexcept;

// A set of Highway's target bits (HWY_AVX2 and so on). A target requires the features that Highway
// compiles it for: HWY_TARGET_STR in <hwy/set_macros-inl.h>.
[[nodiscard]] std::int64_t runnable_targets() noexcept;

}  // namespace backtalk::simd
