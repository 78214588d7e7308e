// scan_fields and span_fields with AVX-512 VBMI2: what fields.cpp does with the vectors of any target, and
// the spans of lines that are plain. A head is shorter than what the processor has under way at once, so the
// time goes by how long one result waits for another more than by how many instructions there are. Included
// once, by fields.cpp, for HWY_AVX3_DL.
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

// The lines of p[begin, n), their marks and what is wrong with them.
class FieldLines {
 public:
  HWY_INLINE FieldLines(const unsigned char* p, std::size_t begin, std::size_t n, std::uint16_t* marks,
                        std::size_t marks_max)
      : p_(p),
        begin_(begin),
        n_(n),
        first_(marks),
        marks_(marks),
        last_(marks + marks_max - kFieldMarksSpare),
        base_(_mm256_set1_epi16(static_cast<short>(begin))) {}

  // Takes the block at `at`, of which the bytes in `there` are to be read; `kStart` says that nothing is
  // before it. True where an empty line ends the section.
  template <bool kStart>
  HWY_INLINE bool take(std::size_t at, __mmask64 there) {
    const __m512i text = _mm512_mask_loadu_epi8(every(' '), there, p_ + at);
    const __m512i before = _mm512_maskz_loadu_epi8(kStart ? there & ~__mmask64{1} : there, p_ + at - 1);
    const __mmask64 ends = _mm512_cmpeq_epi8_mask(text, every('\n'));
    const __m512i classes = classes_of(Vector{text}).raw;
    const __mmask64 unpaired = ends ^ _mm512_cmpeq_epi8_mask(before, every('\r'));

    const std::uint64_t token = _mm512_cmpgt_epi8_mask(classes, _mm512_setzero_si512());
    const std::uint64_t starts = (ends << 1) | carry_;
    unsigned long long sum = 0;
    const bool over = __builtin_uaddll_overflow(token, starts, &sum);
    carry_ = (ends >> 63) | (over ? 1 : 0);
    const std::uint64_t marks = ((sum & ~token) | ends) & there;
    if (const std::uint64_t nameless = starts & ~token; HWY_UNLIKELY(nameless != 0)) {
      if (const std::size_t last = end_of_empty_line(nameless, at); last != n_) {
        const std::uint64_t through =
            last - at < kBlock ? (std::uint64_t{2} << (last - at)) - 1 : ~std::uint64_t{0};
        write(marks & through, at);
        if (last - at == kBlock) *marks_++ = static_cast<std::uint16_t>(last);
        classes_ = _mm512_or_si512(classes_, _mm512_maskz_mov_epi8(through, classes));
        unpaired_ |= unpaired & through;
        return true;
      }
    }
    write(marks, at);
    base_ = _mm256_add_epi16(base_, _mm256_set1_epi16(kBlock));
    classes_ = _mm512_or_si512(classes_, classes);
    unpaired_ |= unpaired;
    return false;
  }

  // True where the marks of another block might not fit.
  [[nodiscard]] HWY_INLINE bool full() const { return marks_ > last_; }

  [[nodiscard]] HWY_INLINE FieldScan found(bool ended) const {
    const bool clean =
        (_mm512_test_epi8_mask(classes_, _mm512_set1_epi8(static_cast<char>(kControlBits))) | unpaired_) == 0;
    return {static_cast<std::uint32_t>(marks_ - first_), ended, clean};
  }

 private:
  HWY_INLINE void write(std::uint64_t marks, std::size_t at) {
    const __m512i indices = _mm512_maskz_compress_epi8(marks, _mm512_load_si512(kIndices.data()));
    const __m256i wide = _mm256_cvtepu8_epi16(_mm512_castsi512_si128(indices));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(marks_), _mm256_add_epi16(wide, base_));
    const auto count = hwy::PopCount(marks);
    if (HWY_UNLIKELY(count > 16)) write_marks_one_by_one(marks, at, marks_);
    marks_ += count;
  }

  [[nodiscard]] HWY_INLINE std::size_t end_of_empty_line(std::uint64_t odd, std::size_t at) const {
    for (; odd != 0; odd &= odd - 1) {
      const std::size_t cr = at + hwy::Num0BitsBelowLS1Bit_Nonzero64(odd);
      if (cr == 0 || cr + 1 >= n_ || p_[cr] != '\r' || p_[cr + 1] != '\n') continue;
      const bool in_name = cr > begin_ && p_[cr - 1] != '\n';  // which the block before began
      if (!in_name) return cr + 1;
    }
    return n_;
  }

  const unsigned char* p_;
  std::size_t begin_;
  std::size_t n_;
  std::uint16_t* first_;
  std::uint16_t* marks_;
  std::uint16_t* last_;
  __m256i base_;             // where the block begins, in every lane
  std::uint64_t carry_ = 1;  // bit 0 of the next block begins a line, or goes on with a name
  __m512i classes_ = _mm512_setzero_si512();
  std::uint64_t unpaired_ = 0;  // an LF after no CR, or something else after a CR
};

FieldScan scan_fields(const unsigned char* p, std::size_t at, std::size_t n, std::uint16_t* marks,
                      std::size_t marks_max) {
  constexpr __mmask64 kWhole = ~__mmask64{0};
  FieldLines lines(p, at, n, marks, marks_max);
  if (at == 0) {
    if (n < kBlock) return lines.found(lines.take<true>(0, (std::uint64_t{1} << n) - 1));
    if (lines.take<true>(0, kWhole)) return lines.found(true);
    at = kBlock;
  }
  for (; n - at >= kBlock; at += kBlock) {
    if (lines.full()) return lines.found(false);
    if (lines.take<false>(at, kWhole)) return lines.found(true);
  }
  if (n == at || lines.full()) return lines.found(false);
  return lines.found(lines.take<false>(at, (std::uint64_t{1} << (n - at)) - 1));
}

HWY_INLINE bool is_plain_line(const unsigned char* p, const std::uint16_t* marks) {
  const unsigned char* const colon = p + marks[0];
  std::uint16_t pair = 0;  // ": " at once
  std::memcpy(&pair, colon, sizeof pair);
  return pair == (':' | ' ' << 8) && colon[2] > ' ' && p[std::size_t{marks[1]} - 2] > ' ';
}

// Two lines at a time: every length and every address is a mark or the address of the text, less another
// mark.
HWY_INLINE void write_spans(const unsigned char* p, const std::uint16_t* marks, std::size_t lines,
                            FieldSpans* spans) {
  // Of the LF before the two, the end of a name, its LF, and the same of the line after it.
  constexpr __mmask8 kLengths = 0x55;  // the even words; the odd ones are addresses
  const __m512i from = _mm512_setr_epi64(1, 0, 2, 1, 3, 2, 4, 3);
  const __m512i less = _mm512_setr_epi64(0, 0, 1, 0, 2, 0, 3, 0);
  const auto base = static_cast<long long>(reinterpret_cast<std::uintptr_t>(p));
  const __m512i more =
      _mm512_add_epi64(_mm512_setr_epi64(-1, 1, -3, 2, -1, 1, -3, 2), _mm512_maskz_set1_epi64(0xAA, base));
  for (std::size_t i = 0; i < lines; i += 4) {
    for (std::size_t j = i; j < i + 4; j += 2) {
      const __m512i five =
          _mm512_cvtepu16_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(marks - 1 + 2 * j)));
      const __m512i minuend = _mm512_add_epi64(_mm512_permutexvar_epi64(from, five), more);
      const __m512i subtrahend = _mm512_permutexvar_epi64(less, five);
      _mm512_storeu_si512(spans + j, _mm512_mask_sub_epi64(minuend, kLengths, minuend, subtrahend));
    }
  }
}

SpannedLines span_fields(const unsigned char* p, const std::uint16_t* marks, std::size_t lines,
                         std::uint16_t length, std::uint16_t other_length, FieldSpans* spans) {
  for (std::size_t i = 0; i < lines; ++i) {
    if (HWY_UNLIKELY(!is_plain_line(p, marks + 2 * i))) return {};
  }
  write_spans(p, marks, lines, spans);
  // One more than the lengths of the names, in the lanes of their ends.
  const __m512i sizes = _mm512_sub_epi16(_mm512_loadu_si512(marks), _mm512_loadu_si512(marks - 1));
  const auto are = [&](int size) {
    return _mm512_cmpeq_epi16_mask(sizes, _mm512_set1_epi16(static_cast<short>(size)));
  };
  const std::uint32_t name_ends = 0x55555555 & ((std::uint64_t{1} << (2 * lines)) - 1);
  return {(are(length + 1) | are(other_length + 1)) & name_ends, (are(1) & name_ends) == 0};
}

}  // namespace backtalk::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
