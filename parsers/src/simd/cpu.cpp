// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "simd/cpu.hpp"

#include <hwy/detect_targets.h>

#if HWY_ARCH_X86
#include <cpuid.h>
#endif

namespace backtalk::simd {

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

std::int64_t runnable_targets() noexcept {
  std::int64_t targets = 0;
  const bool ssse3 = __builtin_cpu_supports("ssse3");
  const bool sse4 = ssse3 && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2") &&
                    __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul") &&
                    __builtin_cpu_supports("aes");
  const bool avx2 = sse4 && __builtin_cpu_supports("avx") && __builtin_cpu_supports("avx2") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                    __builtin_cpu_supports("fma") && has_f16c();
  const bool avx3 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512cd");
  const bool avx3_dl = avx3 && __builtin_cpu_supports("vpclmulqdq") && __builtin_cpu_supports("avx512vbmi") &&
                       __builtin_cpu_supports("avx512vbmi2") && has_vaes() &&
                       __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bitalg") &&
                       __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("gfni");
  if (ssse3) targets |= HWY_SSSE3;
  if (sse4) targets |= HWY_SSE4;
  if (avx2) targets |= HWY_AVX2;
  if (avx3) targets |= HWY_AVX3;
  if (avx3_dl) targets |= HWY_AVX3_DL;
  return targets;
}

#elif HWY_ARCH_ARM_A64

std::int64_t runnable_targets() noexcept {
  return HWY_NEON;  // part of every AArch64
}

#else

std::int64_t runnable_targets() noexcept {
  return 0;  // the scalar kernels serve there
}

#endif

}  // namespace backtalk::simd
