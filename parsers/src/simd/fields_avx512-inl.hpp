// SPDX-License-Identifier: Apache-2.0 OR MIT
// scan_fields and copy_piece with AVX-512 VBMI2: what fields.cpp does with the vectors of any
// target. Included once, by fields.cpp, for HWY_AVX3_DL.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "simd/block-inl.hpp"
#include "simd/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace backtalk::simd::HWY_NAMESPACE {

HWY_INLINE __m512i every(char byte) {
  return _mm512_set1_epi8(byte);
}

// The constants that the vectors below are loaded from.
struct alignas(64) Constants {
  using Octets = std::array<std::uint8_t, kBlock>;

  Octets by_low;
  Octets by_high;
  std::array<std::uint64_t, kBlock / 8> high_nibble;
  Octets line_feed;
  Octets cr;
  Octets indices;
  std::array<std::uint16_t, 16> block;
};

consteval Constants constants() {
  Constants all{};
  for (std::size_t i = 0; i < kBlock; ++i) {
    all.by_low[i] = kByLow[i % 16];
    all.by_high[i] = kByHigh[i % 16];
    all.indices[i] = static_cast<std::uint8_t>(i);
  }
  all.high_nibble.fill(0x1020408000000000);
  all.line_feed.fill('\n');
  all.cr.fill('\r');
  all.block.fill(kBlock);
  return all;
}
inline constexpr Constants kConstants = constants();

// The constants and tables of the scan. Their values are hidden from Clang, which would otherwise
// rebroadcast each constant: one more vector operation per block.
class Vectors {
 public:
  HWY_INLINE Vectors() : Vectors(hidden()) {}

  __m512i by_low;
  __m512i by_high;
  __m512i high_nibble;  // a matrix of bits, by which an octet becomes that
  __m512i line_feed;
  __m512i cr;
  __m512i indices;
  __m256i block;

 private:
  explicit HWY_INLINE Vectors(const Constants* all)
      : by_low(_mm512_load_si512(all->by_low.data())),
        by_high(_mm512_load_si512(all->by_high.data())),
        high_nibble(_mm512_load_si512(all->high_nibble.data())),
        line_feed(_mm512_load_si512(all->line_feed.data())),
        cr(_mm512_load_si512(all->cr.data())),
        indices(_mm512_load_si512(all->indices.data())),
        block(_mm256_load_si256(reinterpret_cast<const __m256i*>(all->block.data()))) {}

  static HWY_INLINE const Constants* hidden() {
    const Constants* all = &kConstants;
    asm("" : "+r"(all));
    return all;
  }
};

// classes_of(), without the masking that other shuffles need: this one uses only the low four bits
// and the top bit of an index. GF2P8AFFINEQB computes the high nibble, a shift and an "and", in one
// operation. It is written as assembly because the target is not compiled for GFNI; cpu.cpp checks
// that the processor has it.
HWY_INLINE __m512i classes_of(__m512i text, const Vectors& vectors) {
  __m512i high;
  asm("vgf2p8affineqb $0, %2, %1, %0" : "=v"(high) : "v"(text), "v"(vectors.high_nibble));
  return _mm512_and_si512(_mm512_shuffle_epi8(vectors.by_low, text),
                          _mm512_shuffle_epi8(vectors.by_high, high));
}

// The classes of a block's octets, one bit for each octet.
struct Block {
  __m512i classes;
  std::uint64_t token;
  std::uint64_t ends;      // LF
  std::uint64_t starts;    // the octets after an LF
  std::uint64_t unpaired;  // an LF after no CR, or something else after a CR
  std::uint64_t sum = 0;   // of `starts` and `token`: from each start a carry runs through the name

  [[nodiscard]] HWY_INLINE std::uint64_t marks() const { return (sum & ~token) | ends; }
  [[nodiscard]] HWY_INLINE std::uint64_t nameless() const { return starts & ~token; }
};

// The lines of p[begin, n), their marks and their violations.
class FieldLines {
 public:
  HWY_INLINE FieldLines(const unsigned char* p, std::size_t begin, std::size_t n, std::uint16_t* marks)
      : p_(p), n_(n), marks_(marks), base_(_mm256_set1_epi16(static_cast<short>(begin))) {}

  // Takes the bytes in `there` of the block at `at`. With `kFirst` it is the first block, and
  // begins a line. True if an empty line ends the section.
  template <bool kFirst>
  HWY_INLINE bool take(std::size_t at, __mmask64 there) {
    const __m512i text = _mm512_mask_loadu_epi8(every(' '), there, p_ + at);
    Block block = kFirst ? see(text, (cr_of(text) << 1) & there)
                         : see(text, cr_of(_mm512_maskz_loadu_epi8(there, p_ + at - 1)));
    if (kFirst) block.starts |= 1;
    carry_ = add(carry_, block);
    return HWY_LIKELY(block.nameless() == 0) ? pass(block, at, there) : end_in<kFirst>(block, at, there);
  }

  [[nodiscard]] HWY_INLINE const std::uint16_t* marks() const { return marks_; }
  [[nodiscard]] HWY_INLINE bool clean() const {
    return (_mm512_test_epi8_mask(classes_, every(static_cast<char>(kControlBits))) | unpaired_) == 0;
  }

 private:
  HWY_INLINE std::uint64_t cr_of(__m512i text) const { return _mm512_cmpeq_epi8_mask(text, vectors_.cr); }

  // `after_cr` has a bit for each octet that follows a CR; the octet before the first line is not a
  // CR.
  HWY_INLINE Block see(__m512i text, std::uint64_t after_cr) {
    Block block;
    block.ends = _mm512_cmpeq_epi8_mask(text, vectors_.line_feed);
    block.unpaired = block.ends ^ after_cr;
    block.starts = 2 * block.ends + ended_before_;
    ended_before_ = block.ends >> 63;
    block.classes = classes_of(text, vectors_);
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
    base_ = _mm256_add_epi16(base_, vectors_.block);
    classes_ = _mm512_or_si512(classes_, block.classes);
    unpaired_ |= block.unpaired;
    return false;
  }

  // The same for a block with a line that does not begin with a name: usually the empty line.
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
    const __m512i indices = _mm512_maskz_compress_epi8(marks, vectors_.indices);
    const __m256i wide = _mm256_cvtepu8_epi16(_mm512_castsi512_si128(indices));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(marks_), _mm256_add_epi16(wide, base_));
    const auto count = hwy::PopCount(marks);
    if (HWY_UNLIKELY(count > 16)) write_marks_one_by_one(marks, at, marks_);
    marks_ += count;
  }

  // True if the line at `cr` is empty and ends the section, which an empty line at p[0] does not.
  template <bool kFirst>
  [[nodiscard]] HWY_INLINE bool is_empty_line(std::size_t cr) const {
    if ((kFirst && cr == 0) || cr + 1 >= n_) return false;
    std::uint16_t pair = 0;
    std::memcpy(&pair, p_ + cr, sizeof pair);
    return pair == ('\r' | '\n' << 8);
  }

  Vectors vectors_;
  const unsigned char* p_;
  std::size_t n_;
  std::uint16_t* marks_;
  __m256i base_;                    // the index of the block, in every lane
  std::uint64_t ended_before_ = 0;  // 1 if the octet before the block is an LF
  unsigned char carry_ = 0;         // the next block continues a name
  __m512i classes_ = _mm512_setzero_si512();
  std::uint64_t unpaired_ = 0;
};

FieldScan scan_fields(const unsigned char* p, std::size_t at, std::size_t n, std::uint16_t* marks,
                      std::size_t marks_max) {
  constexpr __mmask64 kWhole = ~__mmask64{0};
  const auto part = [](std::size_t octets) { return _bzhi_u64(kWhole, static_cast<unsigned>(octets)); };
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
  const Vectors vectors;
  const __m512i classes = classes_of(text, vectors);
  const std::uint64_t token = _mm512_cmpgt_epi8_mask(classes, _mm512_setzero_si512());
  const std::uint64_t line_feed = _mm512_cmpeq_epi8_mask(text, vectors.line_feed);
  const std::uint64_t cr = _mm512_cmpeq_epi8_mask(text, vectors.cr);
  const std::uint64_t control =
      _mm512_test_epi8_mask(classes, _mm512_set1_epi8(static_cast<char>(kControlBits)));
  const std::uint64_t unpaired = (line_feed ^ (cr << 1 | (after_cr ? 1 : 0))) & there;
  return (control | unpaired) == 0 ? PieceScan{token, line_feed} : kUncleanPiece;
}

}  // namespace backtalk::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
