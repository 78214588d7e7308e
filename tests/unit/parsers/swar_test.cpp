// SPDX-License-Identifier: Apache-2.0 OR MIT
// Each function on every byte in every place, among neighbours that could mislead it.
#include "swar.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <string>

namespace backtalk::swar {
namespace {

constexpr std::array<unsigned char, 6> kNeighbours{0x00, 0x1F, 0x20, 0x7F, 0x80, 0xFF};

std::uint64_t word_of(unsigned char byte, unsigned place, unsigned char others) {
  const std::uint64_t hole = ~(std::uint64_t{0xFF} << (8 * place));
  return (all(others) & hole) | std::uint64_t{byte} << (8 * place);
}

// The place of the first mark, 8 if there is none.
int first(std::uint64_t marks) {
  return std::countr_zero(marks & kTops) / 8;
}

template <class Marks, class Deserves>
void expect_first_mark(Marks marks, Deserves deserves) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (unsigned place = 0; place < 8; ++place) {
      for (const unsigned char others : kNeighbours) {
        const std::uint64_t word = word_of(static_cast<unsigned char>(byte), place, others);
        int expected = 8;
        for (int i = 7; i >= 0; --i) {
          if (deserves(static_cast<unsigned char>(word >> (8 * i)))) expected = i;
        }
        ASSERT_EQ(first(marks(word)), expected) << std::hex << word;
      }
    }
  }
}

TEST(Swar, FirstByteBelowALimit) {
  for (const unsigned char limit : std::array<unsigned char, 5>{0x01, 0x20, 0x21, 0x7F, 0x80}) {
    expect_first_mark([limit](std::uint64_t word) { return below(word, limit); },
                      [limit](unsigned char byte) { return byte < limit; });
  }
}

TEST(Swar, FirstByteThatIsOne) {
  for (const unsigned char one : std::array<unsigned char, 5>{0x00, 0x22, 0x7F, 0x80, 0xFF}) {
    expect_first_mark([one](std::uint64_t word) { return equal(word, one); },
                      [one](unsigned char byte) { return byte == one; });
  }
}

TEST(Swar, FirstByteThatIsNoDigit) {
  expect_first_mark([](std::uint64_t word) { return above_nine(digit_values(word)); },
                    [](unsigned char byte) { return byte < '0' || byte > '9'; });
}

TEST(Swar, EightDigitsAreOneNumber) {
  for (const unsigned number : {0U, 1U, 12345678U, 99999999U, 10000000U, 90909090U, 9090909U}) {
    std::string text = std::to_string(number);
    text.insert(0, 8 - text.size(), '0');
    EXPECT_EQ(join_digits(digit_values(load(text.data()))), number);
  }
  for (std::uint64_t place = 0, power = 10000000; place < 8; ++place, power /= 10) {
    for (std::uint64_t digit = 0; digit < 10; ++digit) {
      EXPECT_EQ(join_digits(digit << (8 * place)), digit * power);
    }
  }
}

}  // namespace
}  // namespace backtalk::swar
