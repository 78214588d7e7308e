// SPDX-License-Identifier: Apache-2.0 OR MIT
// Finds the next position in a dot-stuffed body (RFC 5321 4.5.2, RFC 1939 3) that is not plain
// data, 64 bytes at a time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/body.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "simd/block-inl.hpp"
#include "simd/choose.hpp"
#include "simd/kernels.hpp"
#include "simd/tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace backtalk::simd::HWY_NAMESPACE {

std::size_t scan_body(const unsigned char* p, std::size_t n, bool after_cr, bool at_line_start,
                      LineRules rules) {
  const std::uint64_t forbid_lf = rules.bare_lf_ends_line ? 0 : ~std::uint64_t{0};
  const std::uint64_t forbid_cr = rules.bare_cr_is_text ? 0 : ~std::uint64_t{0};
  std::uint64_t carried_cr = after_cr ? 1 : 0;
  std::uint64_t carried_start = at_line_start ? 1 : 0;
  std::size_t found = n;
  const auto visit = [&](const unsigned char* block, std::size_t at, std::size_t shift,
                         std::uint64_t valid) BACKTALK_INLINE_LAMBDA {
    const std::uint64_t lf = block_equal(block, '\n') >> shift;
    const std::uint64_t cr = block_equal(block, '\r') >> shift;
    const std::uint64_t dot = block_equal(block, '.') >> shift;
    const std::uint64_t follows_cr = (cr << 1) | carried_cr;
    const std::uint64_t line_end = lf & follows_cr;
    const std::uint64_t line_start = (line_end << 1) | carried_start;
    carried_cr = cr >> 63;
    carried_start = line_end >> 63;
    const std::uint64_t interesting =
        ((dot & line_start) | (lf & ~follows_cr & forbid_lf) | (follows_cr & ~lf & forbid_cr)) & valid;
    if (interesting == 0) return true;
    found = at + hwy::Num0BitsBelowLS1Bit_Nonzero64(interesting);
    return false;
  };
  for_each_block(p, n, visit);
  return found;
}

}  // namespace backtalk::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace backtalk::simd {
ScanBody scan_body_for(std::int64_t target) {
  BACKTALK_CHOOSE(target, scan_body)
}
}  // namespace backtalk::simd
#endif
