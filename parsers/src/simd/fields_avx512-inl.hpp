// scan_fields and copy_piece with AVX-512 VBMI2: what fields.cpp does with the vectors of any target.
// Included once, by fields.cpp, for HWY_AVX3_DL.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "simd/block-inl.hpp"
#include "simd/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace backtalk::simd::HWY_NAMESPACE {

consteval std::array<std::uint8_t, kBlock> ascending() {
  std::array<std::uint8_t, kBlock> all{};
  for (std::size_t i = 0; i < kBlock; ++i) all[i] = static_cast<std::uint8_t>(i);
  return all;
}
alignas(64) inline constexpr std::array<std::uint8_t, kBlock> kIndices = ascending();

HWY_INLINE __m512i every(char byte) {
  return _mm512_set1_epi8(byte);
}

// The high nibble of each octet: a shift and an "and" in one, by a matrix of bits. GFNI has no intrinsic
// here, for it is not among what the code of this target is compiled for; cpu.cpp sees that it is there.
HWY_INLINE __m512i high_nibbles_of(__m512i text) {
  constexpr long long kHighNibble = 0x1020408000000000;
  __m512i nibbles;
  asm("vgf2p8affineqb $0, %2, %1, %0" : "=v"(nibbles) : "v"(text), "v"(_mm512_set1_epi64(kHighNibble)));
  return nibbles;
}

// classes_of(), without what other shuffles need: of an index this one looks at the low four bits and the top
// one.
HWY_INLINE __m512i classes_of(__m512i text) {
  const __m512i low = _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(kByLow)));
  const __m512i high = _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(kByHigh)));
  return _mm512_and_si512(_mm512_shuffle_epi8(low, text), _mm512_shuffle_epi8(high, high_nibbles_of(text)));
}

// What the octets of a block are, a bit for each.
struct Block {
  __m512i classes;
  std::uint64_t token;
  std::uint64_t ends;      // LF
  std::uint64_t starts;    // what follows an LF
  std::uint64_t unpaired;  // an LF after no CR, or something else after a CR
  std::uint64_t sum = 0;   // of `starts` and `token`: from each start a carry ran through the name

  [[nodiscard]] HWY_INLINE std::uint64_t marks() const { return (sum & ~token) | ends; }
  [[nodiscard]] HWY_INLINE std::uint64_t nameless() const { return starts & ~token; }
};

// The lines of p[begin, n), their marks and what is wrong with them.
class FieldLines {
 public:
  HWY_INLINE FieldLines(const unsigned char* p, std::size_t begin, std::size_t n, std::uint16_t* marks)
      : p_(p), n_(n), marks_(marks), base_(_mm256_set1_epi16(static_cast<short>(begin))) {}

  // Takes the block at `at`, of which the bytes in `there` are to be read; `kFirst` says that it is the
  // first, and begins a line. True where an empty line ends the section.
  template <bool kFirst>
  HWY_INLINE bool take(std::size_t at, __mmask64 there) {
    const __m512i text = _mm512_mask_loadu_epi8(every(' '), there, p_ + at);
    // What is before the first line is not looked at.
    const __m512i before = _mm512_maskz_loadu_epi8(kFirst ? there & ~__mmask64{1} : there, p_ + at - 1);
    Block block = see(text, before);
    if (kFirst) block.starts |= 1;
    carry_ = add(carry_, block);
    return block.nameless() == 0 ? pass(block, at, there) : end_in<kFirst>(block, at, there);
  }

  [[nodiscard]] HWY_INLINE const std::uint16_t* marks() const { return marks_; }
  [[nodiscard]] HWY_INLINE bool clean() const {
    return (_mm512_test_epi8_mask(classes_, every(static_cast<char>(kControlBits))) | unpaired_) == 0;
  }

 private:
  HWY_INLINE Block see(__m512i text, __m512i before) {
    Block block;
    const __mmask64 ends = _mm512_cmpeq_epi8_mask(text, every('\n'));
    const __mmask64 after_cr = _mm512_cmpeq_epi8_mask(before, every('\r'));
    block.ends = ends;
    block.unpaired = block.ends ^ after_cr;
    block.starts = block.ends << 1 | ends_before_ >> 63;
    ends_before_ = block.ends;
    block.classes = classes_of(text);
    block.token = _mm512_cmpgt_epi8_mask(block.classes, _mm512_setzero_si512());
    return block;
  }

  static HWY_INLINE unsigned char add(unsigned char carry, Block& block) {
    unsigned long long sum = 0;
    carry = _addcarry_u64(carry, block.token, block.starts, &sum);
    block.sum = sum;
    return carry;
  }

  HWY_INLINE bool pass(const Block& block, std::size_t at, std::uint64_t there) {
    write(block.marks() & there, at);
    base_ = _mm256_add_epi16(base_, _mm256_set1_epi16(kBlock));
    classes_ = _mm512_or_si512(classes_, block.classes);
    unpaired_ |= block.unpaired;
    return false;
  }

  // The same of a block with a line that begins with no name: most often the empty line.
  template <bool kFirst>
  HWY_INLINE bool end_in(const Block& block, std::size_t at, std::uint64_t there) {
    for (std::uint64_t nameless = block.nameless(); nameless != 0; nameless &= nameless - 1) {
      const std::size_t cr = hwy::Num0BitsBelowLS1Bit_Nonzero64(nameless);
      if (HWY_LIKELY(is_empty_line<kFirst>(at + cr))) {
        const std::uint64_t through = _bzhi_u64(there, static_cast<unsigned>(cr) + 2);
        write(block.marks() & through, at);
        if (cr + 1 == kBlock) *marks_++ = static_cast<std::uint16_t>(at + kBlock);
        classes_ = _mm512_or_si512(classes_, _mm512_maskz_mov_epi8(through, block.classes));
        unpaired_ |= block.unpaired & through;
        return true;
      }
    }
    return pass(block, at, there);
  }

  HWY_INLINE void write(std::uint64_t marks, std::size_t at) {
    const __m512i indices = _mm512_maskz_compress_epi8(marks, _mm512_load_si512(kIndices.data()));
    const __m256i wide = _mm256_cvtepu8_epi16(_mm512_castsi512_si128(indices));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(marks_), _mm256_add_epi16(wide, base_));
    const auto count = hwy::PopCount(marks);
    if (HWY_UNLIKELY(count > 16)) write_marks_one_by_one(marks, at, marks_);
    marks_ += count;
  }

  // True where the line at `cr` is empty, and ends the section: one at p[0] does not.
  template <bool kFirst>
  [[nodiscard]] HWY_INLINE bool is_empty_line(std::size_t cr) const {
    if ((kFirst && cr == 0) || cr + 1 >= n_) return false;
    std::uint16_t pair = 0;
    std::memcpy(&pair, p_ + cr, sizeof pair);
    return pair == ('\r' | '\n' << 8);
  }

  const unsigned char* p_;
  std::size_t n_;
  std::uint16_t* marks_;
  __m256i base_;                   // where the block begins, in every lane
  std::uint64_t ends_before_ = 0;  // those of the block before
  unsigned char carry_ = 0;        // the next block goes on with a name
  __m512i classes_ = _mm512_setzero_si512();
  std::uint64_t unpaired_ = 0;
};

FieldScan scan_fields(const unsigned char* p, std::size_t at, std::size_t n, std::uint16_t* marks,
                      std::size_t marks_max) {
  constexpr __mmask64 kWhole = ~__mmask64{0};
  const auto part = [](std::size_t octets) { return (std::uint64_t{1} << octets) - 1; };
  const std::uint16_t* const last = marks + marks_max - kFieldMarksSpare;
  FieldLines lines(p, at, n, marks);
  const auto found = [&](bool ended) {
    return FieldScan{static_cast<std::uint32_t>(lines.marks() - marks), ended, lines.clean()};
  };
  if (n - at < kBlock) return found(lines.take<true>(at, part(n - at)));
  if (lines.take<true>(at, kWhole)) return found(true);
  for (at += kBlock; at + kBlock <= n; at += kBlock) {
    if (lines.marks() > last) return found(false);
    if (lines.take<false>(at, kWhole)) return found(true);
  }
  if (n == at || lines.marks() > last) return found(false);
  return found(lines.take<false>(at, part(n - at)));
}

PieceScan copy_piece(const unsigned char* p, std::size_t n, bool after_cr, unsigned char* to) {
  const __mmask64 there = (std::uint64_t{1} << n) - 1;
  const __m512i text = _mm512_mask_loadu_epi8(every(' '), there, p);
  _mm512_storeu_si512(to, text);
  const __m512i classes = classes_of(text);
  const std::uint64_t token = _mm512_cmpgt_epi8_mask(classes, _mm512_setzero_si512());
  const std::uint64_t line_feed = _mm512_cmpeq_epi8_mask(text, every('\n'));
  const std::uint64_t cr = _mm512_cmpeq_epi8_mask(text, every('\r'));
  const std::uint64_t control =
      _mm512_test_epi8_mask(classes, _mm512_set1_epi8(static_cast<char>(kControlBits)));
  const std::uint64_t unpaired = (line_feed ^ (cr << 1 | (after_cr ? 1 : 0))) & there;
  return (control | unpaired) == 0 ? PieceScan{token, line_feed} : kUncleanPiece;
}

}  // namespace backtalk::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
