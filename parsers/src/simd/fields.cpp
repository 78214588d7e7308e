// Lines that begin with a name, all those of 64 bytes at once.
//
// Of each block come two masks: token characters and LF. Adding the line starts to the token mask finds the
// end of every name: from a start the carry runs through the name and stops at the first byte that is no
// token character. What breaks the rules is only gathered, and looked at once at the end.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/fields.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "simd/block-inl.hpp"
#include "simd/kernels.hpp"
#include "simd/tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace backtalk::simd::HWY_NAMESPACE {

// A byte's class is kByLow[low nibble] & kByHigh[high nibble]: six bits say token character, two say control
// byte.
constexpr std::uint8_t kTokenBits = 0x3F;
constexpr std::uint8_t kControlBits = 0xC0;
//   0x01 2x  0x02 3x  0x04 4x  0x08 5x  0x10 6x  0x20 7x  0x40 control 0x, 1x  0x80 control 1x with low
//   nibble 9, A, D
alignas(16) constexpr std::uint8_t kByLow[16] = {
    0x40 | 0x02 | 0x08 | 0x10 | 0x20,                // 0: NUL | 0 P ` p
    0x40 | 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20,  // 1: ! 1 A Q a q
    0x40 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20,         // 2: 2 B R b r
    0x40 | 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20,  // 3: # 3 C S c s
    0x40 | 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20,  // 4: $ 4 D T d t
    0x40 | 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20,  // 5: % 5 E U e u
    0x40 | 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20,  // 6: & 6 F V f v
    0x40 | 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20,  // 7: ' 7 G W g w
    0x40 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20,         // 8: 8 H X h x
    0x80 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20,         // 9: HT | 9 I Y i y
    0x80 | 0x01 | 0x04 | 0x08 | 0x10 | 0x20,         // A: LF | * J Z j z
    0x40 | 0x01 | 0x04 | 0x10,                       // B: + K k
    0x40 | 0x04 | 0x10 | 0x20,                       // C: L l |
    0x80 | 0x01 | 0x04 | 0x10,                       // D: CR | - M m
    0x40 | 0x01 | 0x04 | 0x08 | 0x10 | 0x20,         // E: . N ^ n ~
    0x40 | 0x04 | 0x08 | 0x10,                       // F: O _ o
};
alignas(16) constexpr std::uint8_t kByHigh[16] = {0x40, 0xC0, 0x01, 0x02, 0x04, 0x08, 0x10, 0x20,
                                                  0,    0,    0,    0,    0,    0,    0,    0};

#if HWY_TARGET == HWY_AVX3_DL
alignas(64) constexpr std::uint8_t kIndices[64] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
#endif

constexpr std::size_t kLanes = hn::MaxLanes(Bytes());
constexpr std::size_t kParts = kBlock / kLanes;
using Vector = hn::Vec<Bytes>;
using Mask = hn::Mask<Bytes>;

// What breaks the rules among some bytes: a class with one of kControlBits, or a lane of `pairing`.
struct Wrong {
  Vector classes;
  Mask pairing;
};

struct Block {
  std::uint64_t token = 0;
  std::uint64_t line_feed = 0;
  Wrong wrong[kParts];
  std::uint64_t first_pairing = 0;  // of the first block, in place of wrong[].pairing
};

HWY_INLINE std::uint64_t bits_of(Mask mask) {
  std::uint8_t part[8] = {};
  hn::StoreMaskBits(Bytes(), mask, part);
  std::uint64_t word = 0;
  std::memcpy(&word, part, kLanes / 8);
  return word;
}

HWY_INLINE Vector classes_of(Vector v) {
  const Bytes d;
  const auto low = hn::LoadDup128(d, kByLow);
  const auto high = hn::LoadDup128(d, kByHigh);
  // 0x8F keeps the top bit of bytes from 0x80 on, for which the look-up then gives zero.
  return hn::And(hn::TableLookupBytesOr0(low, hn::And(v, hn::Set(d, 0x8F))),
                 hn::TableLookupBytes(high, hn::ShiftRight<4>(v)));
}

// Classifies p[0, 64). With kFirst p[-1] must not be loaded, and is taken for no CR.
template <bool kFirst>
HWY_INLINE void classify(const unsigned char* p, Block& block) {
  const Bytes d;
  std::uint64_t cr = 0;
  block.token = block.line_feed = 0;
  for (std::size_t i = 0; i < kParts; ++i) {
    const auto v = hn::LoadU(d, p + i * kLanes);
    const auto is_lf = hn::Eq(v, hn::Set(d, '\n'));
    const auto classes = classes_of(v);
    block.line_feed |= bits_of(is_lf) << (i * kLanes % 64);
    block.token |= bits_of(hn::Ne(hn::And(classes, hn::Set(d, kTokenBits)), hn::Zero(d)))
                   << (i * kLanes % 64);
    block.wrong[i].classes = classes;
    block.wrong[i].pairing = hn::Eq(v, hn::Set(d, 0x7F));
    if constexpr (kFirst) {
      cr |= bits_of(hn::Eq(v, hn::Set(d, '\r'))) << (i * kLanes % 64);
    } else {
      const auto after_cr = hn::Eq(hn::LoadU(d, p + i * kLanes - 1), hn::Set(d, '\r'));
      block.wrong[i].pairing = hn::Or(block.wrong[i].pairing, hn::Xor(is_lf, after_cr));
    }
  }
  block.first_pairing = kFirst ? block.line_feed ^ (cr << 1) : 0;
}

// Where the wrong bytes of one block are.
HWY_INLINE std::uint64_t bits_of(const Block& block) {
  const Bytes d;
  std::uint64_t bits = block.first_pairing;
  for (std::size_t i = 0; i < kParts; ++i) {
    const auto control = hn::Ne(hn::And(block.wrong[i].classes, hn::Set(d, kControlBits)), hn::Zero(d));
    bits |= bits_of(hn::Or(control, block.wrong[i].pairing)) << (i * kLanes % 64);
  }
  return bits;
}

// Gathers what is wrong in block after block.
class Gathered {
 public:
  HWY_INLINE Gathered() : classes_(hn::Zero(Bytes())), pairing_(hn::MaskFromVec(hn::Zero(Bytes()))) {}

  HWY_INLINE void add(const Block& block) {
    first_pairing_ |= block.first_pairing;
    for (std::size_t i = 0; i < kParts; ++i) {
      classes_ = hn::Or(classes_, block.wrong[i].classes);
      pairing_ = hn::Or(pairing_, block.wrong[i].pairing);
    }
  }
  [[nodiscard]] HWY_INLINE bool none() const {
    const Bytes d;
    const auto control = hn::Ne(hn::And(classes_, hn::Set(d, kControlBits)), hn::Zero(d));
    return first_pairing_ == 0 && hn::AllFalse(d, hn::Or(control, pairing_));
  }

 private:
  Vector classes_;
  Mask pairing_;
  std::uint64_t first_pairing_ = 0;
};

// Writes `at` + the index of each bit; what is written beyond the last, up to 16 marks, is to be ignored.
HWY_INLINE void write_marks_one_by_one(std::uint64_t bits, std::size_t at, std::uint16_t* marks) {
  while (bits != 0) {
    for (std::size_t i = 0; i < 8; ++i) {
      *marks++ = static_cast<std::uint16_t>(at + hwy::Num0BitsBelowLS1Bit_Nonzero64(bits | (1ULL << 63)));
      bits &= bits - 1;
      asm volatile("" : "+r"(bits));  // or Clang makes vectors of this, at several times the cost
    }
  }
}

#if HWY_TARGET == HWY_AVX3_DL
HWY_NOINLINE void write_many_marks(std::uint64_t bits, std::size_t at, std::uint16_t* marks) {
  write_marks_one_by_one(bits, at, marks);
}

HWY_INLINE std::size_t write_marks(std::uint64_t bits, std::size_t at, std::uint16_t* marks) {
  const __m512i indices = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kIndices));
  const __m256i first = _mm256_cvtepu8_epi16(_mm512_castsi512_si128(indices));
  const __m256i base = _mm256_set1_epi16(static_cast<short>(at));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(marks), _mm256_add_epi16(first, base));
  const std::size_t count = hwy::PopCount(bits);
  if (HWY_UNLIKELY(count > 16)) write_many_marks(bits, at, marks);
  return count;
}
#else
HWY_INLINE std::size_t write_marks(std::uint64_t bits, std::size_t at, std::uint16_t* marks) {
  write_marks_one_by_one(bits, at, marks);
  return hwy::PopCount(bits);
}
#endif

// What goes from block to block, and the marks.
class Lines {
 public:
  HWY_INLINE Lines(std::size_t at, std::uint16_t* marks) : marks_(marks), line_feeds_(at > 0 ? 2 : 0) {}

  // Takes the lowest `valid` bits of a block at `at`. True where an empty line ends in it.
  HWY_INLINE bool take(std::uint64_t token, std::uint64_t line_feed, std::uint64_t valid, std::size_t at) {
    const std::uint64_t starts = (line_feed << 1) | carry_;
    const std::uint64_t sum = token + starts;
    carry_ = (line_feed >> 63) | (sum < token ? 1 : 0);
    const std::uint64_t name_ends = sum & ~token;
    const std::uint64_t empty = line_feed & ((line_feed << 2) | line_feeds_);
    line_feeds_ = line_feed >> 62;
    std::uint64_t marks = (name_ends | line_feed) & valid;
    if (empty != 0) {
      through_ = empty ^ (empty - 1);  // up to and with the lowest
      marks &= through_;
    }
    count_ += write_marks(marks, at, marks_ + count_);
    return empty != 0;
  }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::uint64_t through() const { return through_; }

 private:
  std::uint16_t* marks_;
  std::size_t count_ = 0;
  std::uint64_t carry_ = 1;   // bit 0 of the next block begins a line, or goes on with a name
  std::uint64_t line_feeds_;  // the last two bits of the block before
  std::uint64_t through_ = ~std::uint64_t{0};
};

FieldScan scan_fields(const unsigned char* p, std::size_t at, std::size_t n, std::uint16_t* marks,
                      std::size_t marks_max) {
  Lines lines(at, marks);
  Gathered gathered;
  Block block;
  const auto ended = [&] {
    return FieldScan{lines.count(), true, gathered.none() && (bits_of(block) & lines.through()) == 0};
  };
  if (at == 0 && n >= kBlock) {
    classify<true>(p, block);
    if (lines.take(block.token, block.line_feed, ~std::uint64_t{0}, 0)) return ended();
    gathered.add(block);
    at = kBlock;
  }
  for (; n - at >= kBlock; at += kBlock) {
    if (lines.count() + kFieldMarksSpare > marks_max) return {lines.count(), false, gathered.none()};
    classify<false>(p + at, block);
    if (lines.take(block.token, block.line_feed, ~std::uint64_t{0}, at)) return ended();
    gathered.add(block);
  }
  const std::size_t rest = n - at;
  if (rest == 0 || lines.count() + kFieldMarksSpare > marks_max)
    return {lines.count(), false, gathered.none()};
  const std::uint64_t valid = (std::uint64_t{1} << rest) - 1;
  std::size_t shift = 0;
  if (n > kBlock) {  // the last 64 bytes, with some that were looked at before
    shift = kBlock - rest;
    classify<false>(p + n - kBlock, block);
  } else {
    unsigned char copy[kBlock];
    std::memset(copy, ' ', kBlock);
    std::memcpy(copy, p + at, rest);
    classify<true>(copy, block);
  }
  const std::uint64_t wrong = bits_of(block) >> shift;
  const bool end = lines.take(block.token >> shift, (block.line_feed >> shift) & valid, valid, at);
  return {lines.count(), end, gathered.none() && (wrong & valid & (end ? lines.through() : valid)) == 0};
}

}  // namespace backtalk::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace backtalk::simd {
ScanFields scan_fields_for(std::int64_t target) {
  switch (target) {
#if HWY_ARCH_X86
    case HWY_SSSE3: return HWY_CHOOSE_SSSE3(scan_fields);
    case HWY_SSE4: return HWY_CHOOSE_SSE4(scan_fields);
    case HWY_AVX2: return HWY_CHOOSE_AVX2(scan_fields);
    case HWY_AVX3: return HWY_CHOOSE_AVX3(scan_fields);
    case HWY_AVX3_DL: return HWY_CHOOSE_AVX3_DL(scan_fields);
#elif HWY_ARCH_ARM
    case HWY_NEON: return HWY_CHOOSE_NEON(scan_fields);
#endif
    default: return nullptr;
  }
}
}  // namespace backtalk::simd
#endif
