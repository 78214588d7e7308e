// SPDX-License-Identifier: Apache-2.0 OR MIT
// 64 bytes at a time, whatever the width of the target's vectors. Included once for each target by
// foreach_target.
#if defined(BACKTALK_SIMD_BLOCK_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef BACKTALK_SIMD_BLOCK_INL
#undef BACKTALK_SIMD_BLOCK_INL
#else
#define BACKTALK_SIMD_BLOCK_INL
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "short_copy.hpp"

HWY_BEFORE_NAMESPACE();
namespace backtalk::simd::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<std::uint8_t, 64>;

inline constexpr std::size_t kBlock = 64;

// One bit for each byte of p[0, 64): bit i is set if `test`, applied to a vector, is true for lane
// i.
template <class Test>
HWY_INLINE std::uint64_t block_mask(const unsigned char* p, Test test) {
  const Bytes d;
  constexpr std::size_t kLanes = hn::MaxLanes(Bytes());
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kBlock; i += kLanes) {
    std::uint8_t part[8] = {};
    hn::StoreMaskBits(d, test(hn::LoadU(d, p + i)), part);
    std::uint64_t word = 0;
    std::memcpy(&word, part, kLanes / 8);
    bits |= word << i;
  }
  return bits;
}

HWY_INLINE std::uint64_t block_equal(const unsigned char* p, std::uint8_t byte) {
  const Bytes d;
  return block_mask(p, [&](auto v) { return hn::Eq(v, hn::Set(d, byte)); });
}

// Control bytes and DEL, including HT, CR and LF.
HWY_INLINE std::uint64_t block_control(const unsigned char* p) {
  const Bytes d;
  return block_mask(p, [&](auto v) {
    return hn::Or(hn::Eq(hn::Min(v, hn::Set(d, 0x1F)), v), hn::Eq(v, hn::Set(d, 0x7F)));
  });
}

// For lambdas given to for_each_block, which calls them in two places: a call for each block would
// keep what they carry from block to block in memory.
#ifndef BACKTALK_INLINE_LAMBDA
#define BACKTALK_INLINE_LAMBDA __attribute__((always_inline))
#endif

// Calls visit(block, offset, shift, valid) for every 64 bytes of p[0, n) until it returns false.
// Masks of the block are to be shifted right by `shift`, and their bits outside `valid` ignored.
// The last, partial block ends where p[0, n) does, and begins with bytes that were visited before;
// if there are fewer than 64 bytes in all, it is a padded copy. Nothing past p[n) is read.
template <class Visit>
HWY_INLINE void for_each_block(const unsigned char* p, std::size_t n, Visit visit) {
  std::size_t at = 0;
  for (; at + kBlock <= n; at += kBlock) {
    if (!visit(p + at, at, 0, ~std::uint64_t{0})) return;
  }
  if (at == n) return;
  alignas(64) unsigned char padded[kBlock];
  const unsigned char* block = padded;
  std::size_t shift = 0;
  if (n < kBlock) {
    std::memset(padded, ' ', kBlock);
    copy_short(p, n, padded);
  } else {
    block = p + n - kBlock;
    shift = at + kBlock - n;
  }
  visit(block, at, shift, (std::uint64_t{1} << (n - at)) - 1);
}

}  // namespace backtalk::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
