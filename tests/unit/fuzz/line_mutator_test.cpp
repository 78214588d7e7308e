// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is left of a long input before it is changed.
#include "mutators/line_mutator.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace backtalk::fuzz {
namespace {

constexpr std::uint64_t kSeeds = 2000;
constexpr std::string_view kLine = "250-a line of a reply that goes on\r\n";

std::string lines(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += kLine;
  return all;
}

TEST(Excerpt, AShortInputStaysWhole) {
  const std::string input = lines(7);
  ASSERT_LE(input.size(), 256U);
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SplitMix64 random(seed);
    ASSERT_EQ(excerpt(input, "smtp", random), input);
  }
}

TEST(Excerpt, ALongInputKeepsWholeLines) {
  const std::string input = lines(500);
  std::set<std::size_t> begins;
  std::uint64_t whole = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SplitMix64 random(seed);
    const std::string_view left = excerpt(input, "smtp", random);
    const auto begin = static_cast<std::size_t>(left.data() - input.data());
    ASSERT_EQ(begin % kLine.size(), 0U);
    ASSERT_EQ(left.size() % kLine.size(), 0U);
    ASSERT_FALSE(left.empty());
    ASSERT_LE(begin + left.size(), input.size());
    begins.insert(begin);
    if (left.size() == input.size()) {
      ++whole;
    } else {
      ASSERT_LE(left.size(), 256 + kLine.size());
    }
  }
  EXPECT_GT(whole, kSeeds / 16);
  EXPECT_LT(whole, kSeeds / 4);
  EXPECT_TRUE(begins.contains(0));
  EXPECT_GT(begins.size(), 100U);
}

TEST(Excerpt, WithoutLineEndsAnInputIsCut) {
  const std::string input(5000, 'a');
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SplitMix64 random(seed);
    const std::string_view left = excerpt(input, "imap", random);
    ASSERT_TRUE(left.size() == input.size() || left.size() <= 256);
    ASSERT_EQ(left.data(), input.data());
  }
}

TEST(Excerpt, OfHttpMostlyTheBeginningIsKept) {
  std::string input = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 100; ++i) input += "Name: value\r\n";
  std::uint64_t elsewhere = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SplitMix64 random(seed);
    if (excerpt(input, "http", random).data() != input.data()) ++elsewhere;
  }
  EXPECT_GT(elsewhere, 0U);
  EXPECT_LT(elsewhere, kSeeds / 8);
}

std::string concat(std::string_view a, std::string_view b, std::string_view c) {
  return std::string(a).append(b).append(c);
}

TEST(LineMutator, ShortensInPlace) {
  const LineMutator mutator("smtp");
  const std::string input = lines(500);
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    std::string data = input;
    const std::size_t size = mutator.shorten(data.data(), data.size(), seed);
    ASSERT_LE(size, input.size());
    ASSERT_NE(input.find(data.substr(0, size)), std::string::npos);
  }
}

TEST(LineMutator, AnExcerptIsReadUnderTheSettingsOfTheWhole) {
  constexpr std::string_view kSettings = "limits=small variant=3";
  const LineMutator mutator("imap");
  for (const std::string& stream : {lines(500), std::string(5000, 'a') + '\n'}) {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
      std::string data = concat(stream, "#! ", kSettings);
      const std::size_t size = data.size();
      data.resize(mutator.shorten(data.data(), data.size(), seed));
      ASSERT_LE(data.size(), size);
      // Where an excerpt stops within a line it says so.
      const bool within_line = data.size() < size && stream.find('\n') > 4096;
      const std::string trailer = concat("#! ", within_line ? "unended=1 " : "", kSettings);
      ASSERT_TRUE(data.ends_with("\n" + trailer)) << seed;
      ASSERT_EQ(data.find("#!"), data.size() - trailer.size());
    }
  }
}

TEST(LineMutator, ACrossoverUsesTheSettingsOfTheSecond) {
  constexpr std::string_view kTrailer = "#! limits=small\n";
  const LineMutator mutator("smtp");
  for (const std::string& stream : {lines(500), lines(1), std::string()}) {
    const std::string second = stream + std::string(kTrailer);
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
      std::string out(1 << 15, '#');
      out.resize(mutator.cross(kLine, second, out.data(), out.size(), seed));
      ASSERT_TRUE(out.starts_with(kLine));
      ASSERT_TRUE(out.ends_with(kTrailer));
    }
  }
  // Where there is no room, what does not fit is left out, and nothing is written behind it.
  std::string out(100, '#');
  ASSERT_LE(mutator.cross(kLine, lines(3) + std::string(kTrailer), out.data(), 50, 1), 50U);
  ASSERT_EQ(out.substr(50), std::string(50, '#'));
}

}  // namespace
}  // namespace backtalk::fuzz
