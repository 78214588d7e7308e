// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/frames.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "ranks/hello.hpp"

namespace backtalk::ranks {
namespace {

constexpr std::size_t kBodyMax = 100;

std::vector<std::string> bodies(std::string_view stream, std::size_t piece) {
  FrameReader reader(kBodyMax);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < stream.size(); i += piece) {
    reader.feed(stream.substr(i, piece));
    while (const auto frame = reader.next()) out.push_back(frame->body);
  }
  EXPECT_FALSE(reader.broken());
  return out;
}

TEST(Frames, AreTheSameHoweverTheyAreCut) {
  const std::string stream = to_octets(Kind::hello, "who") + to_octets(Kind::open) +
                             to_octets(Kind::result, std::string(kBodyMax, 'x'));
  const std::vector<std::string> all{"who", "", std::string(kBodyMax, 'x')};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) EXPECT_EQ(bodies(stream, piece), all) << piece;
}

TEST(Frames, TooMuchIsRefusedBeforeItIsHeld) {
  FrameReader reader(kBodyMax);
  reader.feed(to_octets(Kind::result, std::string(kBodyMax + 1, 'x')).substr(0, 9));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.broken());
}

TEST(Frames, ThatCameWholeAreNotKept) {
  FrameReader reader(kBodyMax);
  for (int i = 0; i < 3; ++i) {
    reader.feed(to_octets(Kind::alive, "1"));
    EXPECT_TRUE(reader.is_within_frame());
    EXPECT_TRUE(reader.next());
    EXPECT_EQ(reader.held(), 0U);
    EXPECT_FALSE(reader.is_within_frame());
  }
}

TEST(Frames, WhatIsNoFrameIsRefused) {
  for (const std::string_view other : {"GET / HTTP/1.1\r\n", "h0000000g", "?00000000"}) {
    FrameReader reader(kBodyMax);
    reader.feed(other);
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.broken()) << other;
  }
}

TEST(Hello, IsReadAsItWasWritten) {
  const auto read = read_hello(
      write_hello({.token = "t 1", .rank = 7, .host = "h", .version = "0.1.0", .problem = "no such file"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->token, "t 1");
  EXPECT_EQ(read->rank, 7U);
  EXPECT_EQ(read->host, "h");
  EXPECT_EQ(read->version, "0.1.0");
  EXPECT_EQ(read->problem, "no such file");
}

TEST(ToldText, IsFitForATerminalAndForJson) {
  EXPECT_EQ(told_text("h\xff\xfe", 255), "h\u00ff\u00fe");
  EXPECT_EQ(told_text("\x1b[2J\x7f", 255), "\\x1b[2J\\x7f");
  EXPECT_EQ(told_text("\u0085x", 255), "\\x85x");
  EXPECT_EQ(told_text("m\u00fcller", 255), "m\u00fcller");
  EXPECT_EQ(told_text("m\u00fcller", 2), "m") << "a half character";
  EXPECT_EQ(told_text(std::string(300, 'h'), 255).size(), 255U);
}

TEST(Hello, IsCutOffIfItIsTooLong) {
  const std::string long_problem(2 * kHelloOctetsMax, 'x');
  const std::string said =
      write_hello({.token = "t", .rank = 7, .host = "h", .version = "1", .problem = long_problem});
  EXPECT_EQ(said.size(), kHelloOctetsMax);
  EXPECT_TRUE(read_hello(said));
}

TEST(Hello, AnythingElseIsNone) {
  for (const std::string_view text : {"", "1\nh\n0.1.0\nt", "x\nh\n0.1.0\nt\n", "65536\nh\n0.1.0\nt\n"}) {
    EXPECT_FALSE(read_hello(text)) << text;
  }
}

}  // namespace
}  // namespace backtalk::ranks
