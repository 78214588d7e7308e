// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "simd/cpu.hpp"

#include <hwy/detect_targets.h>

#if HWY_ARCH_X86
#include <cpuid.h>
#endif

namespace backtalk::simd {

std::int64_t targets_with(std::span<const CpuFeature> features) noexcept {
  std::int64_t targets = 0;
  for (const CpuFeature& feature : features) {
    if (!feature.is_there) return targets & ~feature.target;
    targets |= feature.target;
  }
  return targets;
}

#if HWY_ARCH_X86
namespace {

// Two features that Clang 14 has no name for. The checks for AVX and AVX-512 cover whether the
// system saves their registers.
bool has_ecx_bit(unsigned leaf, unsigned bit) noexcept {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid_count(leaf, 0, &eax, &ebx, &ecx, &edx) != 0 && (ecx >> bit & 1) != 0;
}
bool has_f16c() noexcept {
  return has_ecx_bit(1, 29);
}
bool has_vaes() noexcept {
  return has_ecx_bit(7, 9);
}

}  // namespace

// The compiler takes the names as constants only.
#define BACKTALK_FEATURE(name, compilers_name, target) \
  {name, target, __builtin_cpu_supports(compilers_name) != 0}

std::span<const CpuFeature> cpu_features() noexcept {
  static const CpuFeature kFeatures[] = {
      BACKTALK_FEATURE("ssse3", "ssse3", HWY_SSSE3),
      BACKTALK_FEATURE("sse4_1", "sse4.1", HWY_SSE4),
      BACKTALK_FEATURE("sse4_2", "sse4.2", HWY_SSE4),
      BACKTALK_FEATURE("popcnt", "popcnt", HWY_SSE4),
      BACKTALK_FEATURE("pclmulqdq", "pclmul", HWY_SSE4),
      BACKTALK_FEATURE("aes", "aes", HWY_SSE4),
      BACKTALK_FEATURE("avx", "avx", HWY_AVX2),
      BACKTALK_FEATURE("avx2", "avx2", HWY_AVX2),
      BACKTALK_FEATURE("bmi1", "bmi", HWY_AVX2),
      BACKTALK_FEATURE("bmi2", "bmi2", HWY_AVX2),
      BACKTALK_FEATURE("fma", "fma", HWY_AVX2),
      {"f16c", HWY_AVX2, has_f16c()},
      BACKTALK_FEATURE("avx512f", "avx512f", HWY_AVX3),
      BACKTALK_FEATURE("avx512vl", "avx512vl", HWY_AVX3),
      BACKTALK_FEATURE("avx512dq", "avx512dq", HWY_AVX3),
      BACKTALK_FEATURE("avx512bw", "avx512bw", HWY_AVX3),
      BACKTALK_FEATURE("avx512cd", "avx512cd", HWY_AVX3),
      BACKTALK_FEATURE("vpclmulqdq", "vpclmulqdq", HWY_AVX3_DL),
      BACKTALK_FEATURE("avx512vbmi", "avx512vbmi", HWY_AVX3_DL),
      BACKTALK_FEATURE("avx512_vbmi2", "avx512vbmi2", HWY_AVX3_DL),
      {"vaes", HWY_AVX3_DL, has_vaes()},
      BACKTALK_FEATURE("avx512_vnni", "avx512vnni", HWY_AVX3_DL),
      BACKTALK_FEATURE("avx512_bitalg", "avx512bitalg", HWY_AVX3_DL),
      BACKTALK_FEATURE("avx512_vpopcntdq", "avx512vpopcntdq", HWY_AVX3_DL),
      BACKTALK_FEATURE("gfni", "gfni", HWY_AVX3_DL),
  };
  return kFeatures;
}

#undef BACKTALK_FEATURE

std::int64_t runnable_targets() noexcept {
  return targets_with(cpu_features());
}

#elif HWY_ARCH_ARM_A64

std::span<const CpuFeature> cpu_features() noexcept {
  return {};
}

std::int64_t runnable_targets() noexcept {
  return HWY_NEON;  // part of every AArch64
}

#else

std::span<const CpuFeature> cpu_features() noexcept {
  return {};
}

std::int64_t runnable_targets() noexcept {
  return 0;  // the scalar kernels serve there
}

#endif

}  // namespace backtalk::simd
