// SPDX-License-Identifier: Apache-2.0 OR MIT
// Which of Highway's targets the processor and the operating system support.
//
// Highway can tell too, but its shared library spends milliseconds measuring the clock when a
// program starts. Asking the compiler's runtime instead keeps Highway header-only and start-up
// fast.
#pragma once

#include <cstdint>

namespace backtalk::simd {

// A set of Highway's target bits (HWY_AVX2 and so on). A target requires the features that Highway
// compiles it for: HWY_TARGET_STR in <hwy/set_macros-inl.h>.
[[nodiscard]] std::int64_t runnable_targets() noexcept;

}  // namespace backtalk::simd
