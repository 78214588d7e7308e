// SPDX-License-Identifier: Apache-2.0 OR MIT
// The targets that kernels are built for, and the choice between the builds of a kernel.
#pragma once

#include <hwy/detect_targets.h>

// Every Highway target with kernels, worst first: X(target, name, argument).
#if HWY_ARCH_X86
#define BACKTALK_TARGETS(X, argument) \
  X(SSSE3, "ssse3", argument)         \
  X(SSE4, "sse4", argument)           \
  X(AVX2, "avx2", argument)           \
  X(AVX3, "avx512", argument)         \
  X(AVX3_DL, "avx512dl", argument)
#elif HWY_ARCH_ARM
#define BACKTALK_TARGETS(X, argument) X(NEON, "neon", argument)
#else
#define BACKTALK_TARGETS(X, argument)
#endif

// Returns the build of `function` for `target`, one of Highway's bits; null if there is none. For
// files that include hwy/highway.h.
#define BACKTALK_CHOOSE_CASE(target, name, function) \
  case HWY_##target: return HWY_CHOOSE_##target(function);
#define BACKTALK_CHOOSE(target, function)            \
  switch (target) {                                  \
    BACKTALK_TARGETS(BACKTALK_CHOOSE_CASE, function) \
    default: return nullptr;                         \
  }
