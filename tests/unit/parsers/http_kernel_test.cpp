// SPDX-License-Identifier: Apache-2.0 OR MIT
// The kernel that indexes field lines: every target finds what the scalar kernel finds, in random
// and in invalid heads.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "every_target.hpp"
#include "simd/kernels.hpp"
#include "simd/tables.hpp"

namespace backtalk {
namespace {

struct Indexed {
  std::vector<std::uint16_t> marks;
  bool ended = false;
  bool clean = false;

  friend bool operator==(const Indexed&, const Indexed&) = default;
};

// From a buffer of exact size, so that an address sanitizer sees a read beyond it.
Indexed index_with(const simd::Kernels& kernels, const std::string& text, std::size_t at) {
  const auto copy = std::make_unique<unsigned char[]>(text.size());
  std::ranges::copy(text, copy.get());
  std::vector<std::uint16_t> marks(2 * text.size() + 2 * simd::kFieldMarksSpare);
  const simd::FieldScan found = kernels.scan_fields(copy.get(), at, text.size(), marks.data(), marks.size());
  marks.resize(found.clean ? found.marks : 0);
  return {marks, found.clean && found.ended, found.clean};
}

std::string random_lines(std::mt19937& random) {
  std::string text = "HTTP/1.1 200 OK\r\n";
  for (std::size_t lines = random() % 12; lines > 0; --lines) {
    text += std::string(1 + random() % 70, 'n') + ":" + std::string(random() % 3, ' ') +
            std::string(random() % 90, 'v') + "\r\n";
  }
  if (random() % 4 != 0) text += "\r\n";
  if (random() % 2 != 0) text += std::string(random() % 100, '\x01');  // a body: not read
  if (random() % 3 == 0) text.resize(1 + random() % text.size());
  if (random() % 3 == 0) text[random() % text.size()] = static_cast<char>(random() % 256);
  return text;
}

TEST(HttpKernel, EveryTargetGivesWhatScalarGives) {
  under_every_target([] {
    std::mt19937 random(64);
    for (int round = 0; round < 20000; ++round) {
      const std::string text = random_lines(random);
      const std::size_t line = text.find('\n');
      const std::size_t at = random() % 2 == 0 || line == std::string::npos ? 0 : line + 1;
      ASSERT_EQ(index_with(simd::active_kernels(), text, at), index_with(simd::kScalarKernels, text, at))
          << testing::PrintToString(text) << " from " << at;
    }
  });
}

TEST(HttpKernel, EveryByteIsATokenCharacterOrNotForEveryTarget) {
  under_every_target([] {
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::string text = "HTTP/1.1 200 OK\r\nname" + std::string(1, static_cast<char>(byte)) +
                         "more: " + std::string(80, 'v') + "\r\n\r\n";
      ASSERT_EQ(index_with(simd::active_kernels(), text, 0), index_with(simd::kScalarKernels, text, 0))
          << byte;
    }
  });
}

TEST(HttpKernel, ScalarMarksTheEndOfEachNameAndEachLineFeed) {
  const Indexed found = index_with(simd::kScalarKernels, "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 0);
  EXPECT_EQ(found, (Indexed{{4, 16, 18, 22, 23, 24}, true, true}));
  EXPECT_FALSE(index_with(simd::kScalarKernels, "A: b\rc\r\n", 0).clean);
  EXPECT_FALSE(index_with(simd::kScalarKernels, "A: b\n", 0).clean);
  EXPECT_FALSE(index_with(simd::kScalarKernels, "A: \x7f", 0).clean);
}

// From a buffer of exact size, to one of exact size.
simd::PieceScan copy_with(const simd::Kernels& kernels, const std::string& text, bool after_cr) {
  const auto from = std::make_unique<unsigned char[]>(text.size());
  const auto to = std::make_unique<unsigned char[]>(simd::kPieceMax);
  std::ranges::copy(text, from.get());
  const simd::PieceScan found = kernels.copy_piece(from.get(), text.size(), after_cr, to.get());
  EXPECT_TRUE(std::equal(text.begin(), text.end(), reinterpret_cast<const char*>(to.get())));
  return found;
}

void expect_same_piece(const std::string& text, bool after_cr) {
  const simd::PieceScan scalar = copy_with(simd::kScalarKernels, text, after_cr);
  const simd::PieceScan found = copy_with(simd::active_kernels(), text, after_cr);
  ASSERT_EQ(found.clean(), scalar.clean()) << testing::PrintToString(text) << " " << after_cr;
  if (!scalar.clean()) return;
  ASSERT_EQ(found.token, scalar.token) << testing::PrintToString(text);
  ASSERT_EQ(found.line_feed, scalar.line_feed) << testing::PrintToString(text);
}

TEST(HttpKernel, EveryTargetSaysOfAPieceWhatScalarSays) {
  under_every_target([] {
    std::mt19937 random(63);
    for (int round = 0; round < 20000; ++round) {
      const std::string text = random_lines(random);
      const std::size_t at = random() % text.size();
      const bool after_cr = at > 0 ? text[at - 1] == '\r' : random() % 2 == 0;
      expect_same_piece(text.substr(at, 1 + random() % (simd::kPieceMax - 1)), after_cr);
    }
    for (unsigned byte = 0; byte < 256; ++byte) {
      for (std::size_t octets = 1; octets < simd::kPieceMax; ++octets) {
        std::string text(octets, 'a');
        text[byte % octets] = static_cast<char>(byte);
        expect_same_piece(text, false);
      }
    }
  });
}

TEST(HttpKernel, ScalarSaysWhatThePieceIs) {
  const simd::PieceScan found = copy_with(simd::kScalarKernels, "\nA: b\r\nc", true);
  EXPECT_TRUE(found.clean());
  EXPECT_EQ(found.token, 0b1001'0010U);
  EXPECT_EQ(found.line_feed, 0b0100'0001U);
  EXPECT_TRUE(copy_with(simd::kScalarKernels, "a\r", false).clean());
  EXPECT_FALSE(copy_with(simd::kScalarKernels, "a\rb", false).clean());
  EXPECT_FALSE(copy_with(simd::kScalarKernels, "a\n", false).clean());
  EXPECT_FALSE(copy_with(simd::kScalarKernels, "a", true).clean());
  EXPECT_FALSE(copy_with(simd::kScalarKernels, "a\x7f", false).clean());
}

}  // namespace
}  // namespace backtalk
