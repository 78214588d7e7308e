// SPDX-License-Identifier: Apache-2.0 OR MIT
// Finds line ends and violations of the line rules, 64 bytes at a time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/lines.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include <bit>

#include "simd/block-inl.hpp"
#include "simd/choose.hpp"
#include "simd/kernels.hpp"
#include "simd/tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace backtalk::simd::HWY_NAMESPACE {

// Writes base + the index of each bit of `bits` (not 0) to `to`, which has room for 64. Writes four
// at a time, because a loop with an unpredictable number of iterations is mispredicted; surplus
// entries are overwritten by the next call.
HWY_INLINE std::size_t write_positions(std::uint64_t bits, std::size_t base, std::uint32_t* to) {
  const std::size_t count = hwy::PopCount(bits);
  for (std::size_t i = 0; i < count; i += 4) {
    for (std::size_t j = i; j < i + 4; ++j) {
      // Defined for 0 too, once the bits are used up.
      to[j] = static_cast<std::uint32_t>(base + static_cast<std::size_t>(std::countr_zero(bits)));
      bits &= bits - 1;
    }
  }
  return count;
}

LineScan scan_lines(const unsigned char* p, std::size_t n, bool after_cr, LineRules rules,
                    std::uint32_t* ends, std::size_t ends_max) {
  const std::uint64_t forbid_lf = rules.bare_lf_ends_line ? 0 : ~std::uint64_t{0};
  const std::uint64_t forbid_cr = rules.bare_cr_is_text ? 0 : ~std::uint64_t{0};
  const std::uint64_t forbid_control = rules.control_is_text ? 0 : ~std::uint64_t{0};
  std::uint64_t carried_cr = after_cr ? 1 : 0;
  LineScan out;
  out.scanned = n;
  const auto visit = [&](const unsigned char* block, std::size_t at, std::size_t shift,
                         std::uint64_t valid) BACKTALK_INLINE_LAMBDA {
    if (out.ends + kBlock > ends_max) {
      out.scanned = at;
      return false;
    }
    const std::uint64_t lf = block_equal(block, '\n') >> shift;
    const std::uint64_t cr = block_equal(block, '\r') >> shift;
    const std::uint64_t control = (block_control(block) >> shift) & ~lf & ~cr;
    const std::uint64_t follows_cr = (cr << 1) | carried_cr;
    carried_cr = cr >> 63;
    const std::uint64_t unpaired = (lf & ~follows_cr & forbid_lf) | (follows_cr & ~lf & forbid_cr);
    std::uint64_t violations = (unpaired | (control & forbid_control)) & valid;
    if (HWY_UNLIKELY(violations != 0)) {  // perhaps only HT, which is rare
      const std::uint64_t tab = block_equal(block, '\t') >> shift;
      violations = (unpaired | (control & ~tab & forbid_control)) & valid;
    }
    std::uint64_t line_ends = lf;
    if (HWY_UNLIKELY(violations != 0)) {
      line_ends &= (violations & (~violations + 1)) - 1;  // only those below the first violation
      out.scanned = at + hwy::Num0BitsBelowLS1Bit_Nonzero64(violations);
      out.violation = true;
    }
    if (line_ends != 0) out.ends += write_positions(line_ends, at, ends + out.ends);
    return !out.violation;
  };
  for_each_block(p, n, visit);
  return out;
}

}  // namespace backtalk::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace backtalk::simd {
ScanLines scan_lines_for(std::int64_t target) {
  BACKTALK_CHOOSE(target, scan_lines)
}
}  // namespace backtalk::simd
#endif
