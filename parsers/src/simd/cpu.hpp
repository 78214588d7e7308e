// SPDX-License-Identifier: Apache-2.0 OR MIT
// Which of Highway's targets this processor, and the system it runs under, can execute.
//
// Highway answers this too, in its shared library, which measures its clock for milliseconds when a
// program starts. Asking the compiler's runtime instead leaves Highway a header, and programs quick
// to start.
#pragma once

#include <cstdint>

namespace backtalk::simd {

// A set of Highway's target bits (HWY_AVX2 and so on). What a target needs is what Highway compiles
// it for: HWY_TARGET_STR in <hwy/set_macros-inl.h>.
[[nodiscard]] std::int64_t runnable_targets() noexcept;

}  // namespace backtalk::simd
