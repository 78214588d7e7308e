# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# The kernels for NEON: compiled for AArch64 with Debian's headers for it, and their tests run under QEMU.

googletest=/usr/src/googletest/googletest
neon_sources=(
  parsers/src/simd/*.cpp
  tests/unit/parsers/{simd_kernels,simd,http_kernel}_test.cpp
  "$googletest"/src/gtest-all.cc "$googletest"/src/gtest_main.cc)

test_neon() {
  local source object tests=build/neon/kernels_test
  local -a compile=(clang++-19 --target=aarch64-linux-gnu -std=c++20 -O1 -DHWY_IS_DEBUG_BUILD=0
    -Iparsers/include -Iparsers/src -I"$googletest" -idirafter /usr/include)
  local -a objects=()
  ! command -v ccache >/dev/null || compile=(ccache "${compile[@]}")
  mkdir -p build/neon
  for source in "${neon_sources[@]}"; do
    [[ $source != */scalar_only.cpp ]] || continue  # takes the place of targets.cpp in the single headers
    object=build/neon/$(basename "$source").o
    logged build/logs/neon-build.log "${compile[@]}" -c -o "$object" "$source" || return 1
    objects+=("$object")
  done
  # Static: QEMU then needs no library of that processor on this machine.
  logged build/logs/neon-link.log clang++-19 --target=aarch64-linux-gnu -fuse-ld=lld-19 -static -o "$tests" "${objects[@]}" ||
    return 1
  qemu-aarch64-static "$tests" --gtest_brief=1
}
