// SPDX-License-Identifier: Apache-2.0 OR MIT
// Indexes lines that begin with a name, all those in 64 bytes at once.
//
// Each block gives two masks: token characters and LF. Adding the line starts to the token mask
// finds the end of every name: from each start a carry runs through the name and stops at the first
// byte that is not a token character. Violations are only accumulated, and checked once at the end.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/fields.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "simd/block-inl.hpp"
#include "simd/choose.hpp"
#include "simd/kernels.hpp"
#include "simd/tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace backtalk::simd::HWY_NAMESPACE {

// A byte's class is kByLow[low nibble] & kByHigh[high nibble]: the remaining bit says token
// character or control byte. Rows of ASCII share bits where possible, so that DEL has a bit of its
// own.
constexpr std::uint8_t kDigits = 0x01;       // 3x: 0 to 9; and in 5x, 6x, 7x
constexpr std::uint8_t kMarksRow = 0x02;     // 2x: ! # $ % & ' * + - .
constexpr std::uint8_t kLetters = 0x04;      // 4x: all but @; and in 6x
constexpr std::uint8_t kUpperRest = 0x08;    // 5x: Z ^ _
constexpr std::uint8_t kLowerRest = 0x10;    // 7x: z | ~
constexpr std::uint8_t kControl = 0x20;      // 0x, 1x: what no line has
constexpr std::uint8_t kControlLine = 0x40;  // 1x with the low nibbles of HT, LF and CR
constexpr std::uint8_t kControlLast = 0x80;  // SI, US, DEL
constexpr std::uint8_t kControlBits = kControl | kControlLine | kControlLast;
alignas(16) constexpr std::uint8_t kByLow[16] = {
    kControl | kDigits,                                             // 0: NUL | 0 P ` p
    kControl | kDigits | kMarksRow | kLetters,                      // 1: ! 1 A Q a q
    kControl | kDigits | kLetters,                                  // 2: 2 B R b r
    kControl | kDigits | kMarksRow | kLetters,                      // 3: # 3 C S c s
    kControl | kDigits | kMarksRow | kLetters,                      // 4: $ 4 D T d t
    kControl | kDigits | kMarksRow | kLetters,                      // 5: % 5 E U e u
    kControl | kDigits | kMarksRow | kLetters,                      // 6: & 6 F V f v
    kControl | kDigits | kMarksRow | kLetters,                      // 7: ' 7 G W g w
    kControl | kDigits | kLetters,                                  // 8: 8 H X h x
    kControlLine | kDigits | kLetters,                              // 9: HT | 9 I Y i y
    kControlLine | kMarksRow | kLetters | kUpperRest | kLowerRest,  // A: LF | * J Z j z
    kControl | kMarksRow | kLetters,                                // B: + K k
    kControl | kLetters | kLowerRest,                               // C: L l |
    kControlLine | kMarksRow | kLetters,                            // D: CR | - M m
    kControl | kMarksRow | kLetters | kUpperRest | kLowerRest,      // E: . N ^ n ~
    kControlLast | kLetters | kUpperRest,                           // F: O _ o DEL
};
alignas(16) constexpr std::uint8_t kByHigh[16] = {kControl | kControlLast,
                                                  kControlBits,
                                                  kMarksRow,
                                                  kDigits,
                                                  kLetters,
                                                  kDigits | kUpperRest,
                                                  kDigits | kLetters,
                                                  kDigits | kLowerRest | kControlLast,
                                                  0,
                                                  0,
                                                  0,
                                                  0,
                                                  0,
                                                  0,
                                                  0,
                                                  0};

using Vector = hn::Vec<Bytes>;

template <class D>
HWY_INLINE hn::Vec<D> classes_of(D d, hn::Vec<D> v) {
  const auto low = hn::LoadDup128(d, kByLow);
  const auto high = hn::LoadDup128(d, kByHigh);
  // 0x8F keeps the top bit of bytes from 0x80 on, for which the look-up then returns zero.
  return hn::And(hn::TableLookupBytesOr0(low, hn::And(v, hn::Set(d, 0x8F))),
                 hn::TableLookupBytes(high, hn::ShiftRight<4>(v)));
}

// Writes `at` + the index of each bit. Up to 16 marks are written beyond the last one: ignore them.
HWY_INLINE void write_marks_one_by_one(std::uint64_t bits, std::size_t at, std::uint16_t* marks) {
  while (bits != 0) {
    for (std::size_t i = 0; i < 8; ++i) {
      *marks++ = static_cast<std::uint16_t>(at + hwy::Num0BitsBelowLS1Bit_Nonzero64(bits | (1ULL << 63)));
      bits &= bits - 1;
      asm volatile("" : "+r"(bits));  // keeps Clang from vectorising
    }
  }
}

}  // namespace backtalk::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_TARGET == HWY_AVX3_DL
#include "simd/fields_avx512-inl.hpp"
#else
HWY_BEFORE_NAMESPACE();
namespace backtalk::simd::HWY_NAMESPACE {

constexpr std::size_t kLanes = hn::MaxLanes(Bytes());
constexpr std::size_t kParts = kBlock / kLanes;
using Mask = hn::Mask<Bytes>;

// The classes of 64 bytes.
struct Block {
  std::uint64_t token = 0;  // and control bytes, which make the marks meaningless
  std::uint64_t line_feed = 0;
  Vector classes[kParts];
  Mask unpaired[kParts];             // an LF after no CR, or something else after a CR
  std::uint64_t first_unpaired = 0;  // that of a block before which nothing is readable
};

HWY_INLINE std::uint64_t bits_of(Mask mask) {
  std::uint8_t part[8] = {};
  hn::StoreMaskBits(Bytes(), mask, part);
  std::uint64_t word = 0;
  std::memcpy(&word, part, kLanes / 8);
  return word;
}

// The classes and LFs of the bytes v, a part of the block.
HWY_INLINE Mask classify(Vector v, std::size_t part, Block& block) {
  const Bytes d;
  const hn::RebindToSigned<Bytes> signed_bytes;
  const auto line_feed = hn::Eq(v, hn::Set(d, '\n'));
  const auto classes = classes_of(d, v);
  const auto has_class =
      hn::RebindMask(d, hn::Gt(hn::BitCast(signed_bytes, classes), hn::Zero(signed_bytes)));
  block.line_feed |= bits_of(line_feed) << (part * kLanes % 64);
  block.token |= bits_of(has_class) << (part * kLanes % 64);
  block.classes[part] = classes;
  return line_feed;
}

// The 64 bytes at p, preceded by one readable byte.
HWY_INLINE Block block_after(const unsigned char* p) {
  const Bytes d;
  Block block;
  for (std::size_t i = 0; i < kParts; ++i) {
    const auto line_feed = classify(hn::LoadU(d, p + i * kLanes), i, block);
    const auto after_cr = hn::Eq(hn::LoadU(d, p + i * kLanes - 1), hn::Set(d, '\r'));
    block.unpaired[i] = hn::Xor(line_feed, after_cr);
  }
  return block;
}

// The 64 bytes at p; the byte before them is assumed not to be CR.
HWY_INLINE Block first_block(const unsigned char* p) {
  const Bytes d;
  Block block;
  std::uint64_t cr = 0;
  for (std::size_t i = 0; i < kParts; ++i) {
    const auto v = hn::LoadU(d, p + i * kLanes);
    classify(v, i, block);
    cr |= bits_of(hn::Eq(v, hn::Set(d, '\r'))) << (i * kLanes % 64);
    block.unpaired[i] = hn::MaskFromVec(hn::Zero(d));
  }
  block.first_unpaired = block.line_feed ^ (cr << 1);
  return block;
}

// Out of line, so that the registers remain for the scan.
HWY_NOINLINE void copy_padded(const unsigned char* p, std::size_t count, unsigned char* padded) {
  std::memset(padded, ' ', kBlock);
  copy_short(p, count, padded);
}

// The `count` bytes at p, fewer than 64, padded with others.
HWY_INLINE Block short_block(const unsigned char* p, std::size_t count) {
  alignas(kBlock) unsigned char padded[kBlock];
  copy_padded(p, count, padded);
  return first_block(padded);
}

HWY_INLINE std::uint64_t wrong_bits(const Block& block) {
  const Bytes d;
  std::uint64_t bits = block.first_unpaired;
  for (std::size_t i = 0; i < kParts; ++i) {
    const auto control = hn::Ne(hn::And(block.classes[i], hn::Set(d, kControlBits)), hn::Zero(d));
    bits |= bits_of(hn::Or(control, block.unpaired[i])) << (i * kLanes % 64);
  }
  return bits;
}

// Accumulates the violations of all blocks.
class Gathered {
 public:
  HWY_INLINE Gathered() : classes_(hn::Zero(Bytes())), unpaired_(hn::MaskFromVec(hn::Zero(Bytes()))) {}

  HWY_INLINE void add(const Block& block) {
    first_unpaired_ |= block.first_unpaired;
    for (std::size_t i = 0; i < kParts; ++i) {
      classes_ = hn::Or(classes_, block.classes[i]);
      unpaired_ = hn::Or(unpaired_, block.unpaired[i]);
    }
  }
  [[nodiscard]] HWY_INLINE bool none() const {
    const Bytes d;
    const auto control = hn::Ne(hn::And(classes_, hn::Set(d, kControlBits)), hn::Zero(d));
    return first_unpaired_ == 0 && hn::AllFalse(d, hn::Or(control, unpaired_));
  }

 private:
  Vector classes_;
  Mask unpaired_;
  std::uint64_t first_unpaired_ = 0;
};

// The lines of p[begin, n), and their marks.
class Lines {
 public:
  HWY_INLINE Lines(const unsigned char* p, std::size_t begin, std::size_t n, std::uint16_t* marks,
                   std::size_t marks_max)
      : p_(p),
        begin_(begin),
        n_(n),
        first_(marks),
        marks_(marks),
        last_(marks + marks_max - kFieldMarksSpare) {}

  // Takes the bytes in `valid` of the block at `at`. True if an empty line ends the section.
  HWY_INLINE bool take(std::uint64_t token, std::uint64_t line_feed, std::uint64_t valid, std::size_t at) {
    const std::uint64_t starts = (line_feed << 1) | carry_;
    const std::uint64_t sum = token + starts;
    carry_ = (line_feed >> 63) | (sum < token ? 1 : 0);
    const std::uint64_t marks = ((sum & ~token) | line_feed) & valid;
    // A line that does not begin with a name: usually the empty line.
    if (const std::uint64_t odd = starts & ~token; HWY_UNLIKELY(odd != 0)) {
      if (const std::size_t last = end_of_empty_line(odd, at); last != n_) return end(marks, at, last);
    }
    add(marks, at);
    return false;
  }

  [[nodiscard]] HWY_INLINE std::uint32_t count() const { return static_cast<std::uint32_t>(marks_ - first_); }
  // True if the marks of another block might not fit.
  [[nodiscard]] HWY_INLINE bool full() const { return marks_ > last_; }
  // The part of the last block that belongs to the section.
  [[nodiscard]] HWY_INLINE std::uint64_t through() const { return through_; }

 private:
  HWY_INLINE void add(std::uint64_t marks, std::size_t at) {
    write_marks_one_by_one(marks, at, marks_);
    marks_ += hwy::PopCount(marks);
  }

  // The index of the LF of the first empty line that ends the section, among the lines that begin
  // at the bits `odd` of the block at `at`; n if there is none.
  [[nodiscard]] HWY_INLINE std::size_t end_of_empty_line(std::uint64_t odd, std::size_t at) const {
    for (; odd != 0; odd &= odd - 1) {
      const std::size_t cr = at + hwy::Num0BitsBelowLS1Bit_Nonzero64(odd);
      if (cr == 0 || cr + 1 >= n_ || p_[cr] != '\r' || p_[cr + 1] != '\n') continue;
      const bool in_name = cr > begin_ && p_[cr - 1] != '\n';  // which began in the previous block
      if (!in_name) return cr + 1;
    }
    return n_;
  }

  // The section ends with the LF at `last`, in this block or as the first byte after it.
  HWY_INLINE bool end(std::uint64_t marks, std::size_t at, std::size_t last) {
    through_ = last - at < kBlock ? (std::uint64_t{2} << (last - at)) - 1 : ~std::uint64_t{0};
    add(marks & through_, at);
    if (last - at == kBlock) *marks_++ = static_cast<std::uint16_t>(last);
    return true;
  }

  const unsigned char* p_;
  std::size_t begin_;
  std::size_t n_;
  std::uint16_t* first_;
  std::uint16_t* marks_;
  std::uint16_t* last_;
  std::uint64_t carry_ = 1;  // bit 0 of the next block begins a line, or continues a name
  std::uint64_t through_ = ~std::uint64_t{0};
};

FieldScan scan_fields(const unsigned char* p, std::size_t at, std::size_t n, std::uint16_t* marks,
                      std::size_t marks_max) {
  constexpr std::uint64_t kWhole = ~std::uint64_t{0};
  Lines lines(p, at, n, marks, marks_max);
  Gathered gathered;
  const auto stopped = [&] { return FieldScan{lines.count(), false, gathered.none()}; };
  const auto ended = [&](const Block& block) {
    return FieldScan{lines.count(), true, gathered.none() && (wrong_bits(block) & lines.through()) == 0};
  };
  if (at == 0 && n >= kBlock) {
    const Block block = first_block(p);
    if (lines.take(block.token, block.line_feed, kWhole, 0)) return ended(block);
    gathered.add(block);
    at = kBlock;
  }
  for (; n - at >= kBlock; at += kBlock) {
    if (lines.full()) return stopped();
    const Block block = block_after(p + at);
    if (lines.take(block.token, block.line_feed, kWhole, at)) return ended(block);
    gathered.add(block);
  }
  const std::size_t rest = n - at;
  if (rest == 0 || lines.full()) return stopped();
  // The last 64 bytes, including some that were examined before; all bytes if there are fewer.
  const std::size_t shift = n > kBlock ? kBlock - rest : 0;
  const Block block = n > kBlock ? block_after(p + n - kBlock) : short_block(p + at, rest);
  const std::uint64_t valid = (std::uint64_t{1} << rest) - 1;
  const bool end = lines.take(block.token >> shift, (block.line_feed >> shift) & valid, valid, at);
  const std::uint64_t wrong = (wrong_bits(block) >> shift) & valid & lines.through();
  return {lines.count(), end, gathered.none() && wrong == 0};
}

using PieceBytes = hn::CappedTag<std::uint8_t, 16>;
constexpr std::size_t kPieceLanes = hn::MaxLanes(PieceBytes());

HWY_INLINE std::uint64_t piece_bits(hn::Mask<PieceBytes> mask) {
  std::uint8_t part[8] = {};
  hn::StoreMaskBits(PieceBytes(), mask, part);
  std::uint64_t word = 0;
  std::memcpy(&word, part, kPieceLanes / 8);
  return word;
}

PieceScan copy_piece(const unsigned char* p, std::size_t n, bool after_cr, unsigned char* to) {
  const PieceBytes d;
  const hn::RebindToSigned<PieceBytes> signed_bytes;
  alignas(kPieceLanes) unsigned char padded[kPieceLanes];
  if (n < kPieceLanes) {
    std::memset(padded, ' ', kPieceLanes);
    copy_short(p, n, padded);
    p = padded;
  }
  PieceScan out;
  std::uint64_t cr = 0;
  std::uint64_t control = 0;
  const auto take = [&](std::size_t at) {
    const auto v = hn::LoadU(d, p + at);
    hn::StoreU(v, d, to + at);
    const auto classes = classes_of(d, v);
    out.line_feed |= piece_bits(hn::Eq(v, hn::Set(d, '\n'))) << at;
    cr |= piece_bits(hn::Eq(v, hn::Set(d, '\r'))) << at;
    control |= piece_bits(hn::Ne(hn::And(classes, hn::Set(d, kControlBits)), hn::Zero(d))) << at;
    const auto has_class =
        hn::RebindMask(d, hn::Gt(hn::BitCast(signed_bytes, classes), hn::Zero(signed_bytes)));
    out.token |= piece_bits(has_class) << at;
  };
  std::size_t at = 0;
  for (; at + kPieceLanes < n; at += kPieceLanes) take(at);
  // The last bytes, including some that were examined before.
  take(n < kPieceLanes ? 0 : n - kPieceLanes);
  const std::uint64_t there = (std::uint64_t{1} << n) - 1;
  const std::uint64_t unpaired = (out.line_feed ^ (cr << 1 | (after_cr ? 1 : 0))) & there;
  return (control | unpaired) == 0 ? out : kUncleanPiece;
}

}  // namespace backtalk::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace backtalk::simd {
ScanFields scan_fields_for(std::int64_t target){BACKTALK_CHOOSE(target, scan_fields)} CopyPiece
    copy_piece_for(std::int64_t target) {
  BACKTALK_CHOOSE(target, copy_piece)
}
}  // namespace backtalk::simd
#endif
