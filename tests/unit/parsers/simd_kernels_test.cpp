// SPDX-License-Identifier: Apache-2.0 OR MIT
// Every SIMD target against the scalar kernels, which are the reference.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "every_target.hpp"
#include "simd/kernels.hpp"
#include "simd/tables.hpp"

namespace backtalk::simd {
namespace {

constexpr std::size_t kLengthMax = 300;
constexpr std::array<unsigned char, 8> kAlphabet{'\r', '\n', '.', '\0', '\t', 'a', 0x7F, 0x80};

using Random = std::mt19937;

Kernels kernels_of(std::string_view target) {
  const std::string_view before = active();
  use(target);
  const Kernels found = active_kernels();
  use(before);
  return found;
}

LineRules rules_of(unsigned bits) {
  return {.bare_lf_ends_line = (bits & 1U) != 0,
          .bare_cr_is_text = (bits & 2U) != 0,
          .control_is_text = (bits & 4U) != 0};
}

// `plain` of 16 bytes in 16 are text, so that both crowded and sparse blocks come up; and CR LF
// mostly in pairs.
void fill(std::span<unsigned char> bytes, unsigned plain, Random& random) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = random() % 16 < plain ? 'a' : kAlphabet[random() % kAlphabet.size()];
    if (i > 0 && bytes[i - 1] == '\r' && random() % 4 != 0) bytes[i] = '\n';
  }
}

struct Lines {
  std::vector<std::size_t> ends;
  std::size_t scanned = 0;
  bool violation = false;

  friend bool operator==(const Lines&, const Lines&) = default;
};

// A kernel may stop early if its index is full; call it again, as LineReader does.
Lines all_lines(const Kernels& kernels, std::span<const unsigned char> bytes, bool after_cr, LineRules rules,
                std::size_t index_size) {
  Lines found;
  std::vector<std::uint32_t> index(index_size);
  while (found.scanned < bytes.size() && !found.violation) {
    const LineScan scan = kernels.scan_lines(bytes.data() + found.scanned, bytes.size() - found.scanned,
                                             after_cr, rules, index.data(), index.size());
    for (std::size_t i = 0; i < scan.ends; ++i) found.ends.push_back(found.scanned + index[i]);
    found.scanned += scan.scanned;
    found.violation = scan.violation;
    if (scan.scanned == 0) break;
    after_cr = bytes[found.scanned - 1] == '\r';
  }
  return found;
}

// Calls check(bytes, after_cr, rules) with random bytes of every length up to 300, at the end of a
// buffer of exactly that size, so that AddressSanitizer sees a read past it.
template <class Check>
void with_random_bytes(Check check) {
  Random random(7);
  for (std::size_t length = 0; length <= kLengthMax; ++length) {
    for (const unsigned plain : {0U, 8U, 15U, 16U}) {
      const auto buffer = std::make_unique<unsigned char[]>(length);
      const std::span<unsigned char> bytes(buffer.get(), length);
      fill(bytes, plain, random);
      for (unsigned bits = 0; bits < 16; ++bits) {
        check(std::span<const unsigned char>(bytes), (bits & 8U) != 0, rules_of(bits));
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(SimdKernels, ScanLinesGivesWhatScalarGives) {
  const Kernels scalar = kernels_of("scalar");
  for (const std::string_view target : targets()) {
    const Kernels kernels = kernels_of(target);
    with_random_bytes([&](std::span<const unsigned char> bytes, bool after_cr, LineRules rules) {
      for (const std::size_t index_size : {std::size_t{64}, std::size_t{100}, kLengthMax + 64}) {
        ASSERT_EQ(all_lines(kernels, bytes, after_cr, rules, index_size),
                  all_lines(scalar, bytes, after_cr, rules, 1000))
            << target << ", length " << bytes.size() << ", index of " << index_size;
      }
    });
  }
}

TEST(SimdKernels, ScanBodyGivesWhatScalarGives) {
  const Kernels scalar = kernels_of("scalar");
  for (const std::string_view target : targets()) {
    const Kernels kernels = kernels_of(target);
    with_random_bytes([&](std::span<const unsigned char> bytes, bool after_cr, LineRules rules) {
      for (const bool at_line_start : {false, true}) {
        ASSERT_EQ(kernels.scan_body(bytes.data(), bytes.size(), after_cr, at_line_start, rules),
                  scalar.scan_body(bytes.data(), bytes.size(), after_cr, at_line_start, rules))
            << target << ", length " << bytes.size();
      }
    });
  }
}

TEST(SimdKernels, ATargetThatIsNotBuiltHasNone) {
  EXPECT_EQ(scan_lines_for(0), nullptr);
  EXPECT_EQ(scan_body_for(0), nullptr);
  EXPECT_EQ(scan_fields_for(0), nullptr);
  EXPECT_EQ(copy_piece_for(0), nullptr);
}

// From every offset, so that the byte that matters stands at every place of a vector and of a
// block.
TEST(SimdKernels, StartAnywhere) {
  Random random(11);
  std::array<unsigned char, 320> buffer{};
  fill(buffer, 13, random);
  const Kernels scalar = kernels_of("scalar");
  for (const std::string_view target : targets()) {
    const Kernels kernels = kernels_of(target);
    for (std::size_t offset = 0; offset < 128; ++offset) {
      const std::span<const unsigned char> bytes = std::span<const unsigned char>(buffer).subspan(offset);
      for (unsigned bits = 0; bits < 16; ++bits) {
        const bool after_cr = (bits & 8U) != 0;
        const LineRules rules = rules_of(bits);
        ASSERT_EQ(all_lines(kernels, bytes, after_cr, rules, 64),
                  all_lines(scalar, bytes, after_cr, rules, 1000))
            << target << ", offset " << offset;
        ASSERT_EQ(kernels.scan_body(bytes.data(), bytes.size(), after_cr, true, rules),
                  scalar.scan_body(bytes.data(), bytes.size(), after_cr, true, rules))
            << target << ", offset " << offset;
      }
    }
  }
}

// The scalar kernel itself, by hand.
TEST(SimdKernels, ScalarFindsLineEndsAndTheFirstViolation) {
  const Kernels scalar = kernels_of("scalar");
  const std::string_view text = "a\r\nb\r\nc\rd\r\n";
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::array<std::uint32_t, 64> ends{};
  const LineScan scan = scalar.scan_lines(bytes, text.size(), false, {}, ends.data(), ends.size());
  EXPECT_EQ(scan.ends, 2U);
  EXPECT_EQ(ends[0], 2U);
  EXPECT_EQ(ends[1], 5U);
  EXPECT_TRUE(scan.violation);
  EXPECT_EQ(scan.scanned, 8U);  // the byte after the bare CR
}

}  // namespace
}  // namespace backtalk::simd
