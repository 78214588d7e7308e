// SPDX-License-Identifier: Apache-2.0 OR MIT
// Work grows with the input alone, however it is cut. Counted in bytes examined or copied, never in
// time.
#include <gtest/gtest.h>

#include <string>

#include "backtalk/detail/dot_stuffing.hpp"
#include "backtalk/detail/line_reader.hpp"
#include "backtalk/smtp/command_parser.hpp"
#include "backtalk/smtp/reply_parser.hpp"
#include "work.hpp"

namespace backtalk {
namespace {

constexpr std::size_t kMegabyte = 1'000'000;
[[maybe_unused]] constexpr std::uint64_t kPerByteMax = 8;  // unused if work is not counted

class LinearWork : public testing::Test {
 protected:
  void SetUp() override {
#ifndef BACKTALK_COUNT_WORK
    GTEST_SKIP() << "this build does not count work (BACKTALK_COUNT_WORK)";
#endif
  }

  // Feeds `stream` a byte at a time to `take(byte)` and holds the work to a small constant for
  // each.
  template <class Take>
  static void expect_linear(std::string_view stream, Take take) {
#ifdef BACKTALK_COUNT_WORK
    const std::uint64_t before = work::bytes_examined;
    for (const char& byte : stream) take(std::string_view(&byte, 1));
    const std::uint64_t examined = work::bytes_examined - before;
    EXPECT_GE(examined, stream.size());
    EXPECT_LE(examined, kPerByteMax * stream.size());
#else
    static_cast<void>(stream);
    static_cast<void>(take);
#endif
  }
};

std::string repeated(std::string_view text, std::size_t octets) {
  std::string all;
  all.reserve(octets + text.size());
  while (all.size() < octets) all += text;
  return all;
}

TEST_F(LinearWork, ShortReplies) {
  smtp::ReplyParser parser;
  std::size_t replies = 0;
  const std::string stream = repeated("250 2.1.5 Ok\r\n", kMegabyte);
  expect_linear(stream, [&](std::string_view byte) {
    parser.feed(byte);
    while (parser.next() != nullptr) ++replies;
  });
  EXPECT_EQ(replies, stream.size() / 14);
}

TEST_F(LinearWork, OneHugeReplyHeldOverFeeds) {
  smtp::ReplyParser parser(
      {.line_octets_max = 512, .reply_lines_max = kMegabyte, .reply_octets_max = 2 * kMegabyte});
  std::size_t lines = 0;
  const std::string stream = repeated("250-abc\r\n", kMegabyte) + "250 end\r\n";
  expect_linear(stream, [&](std::string_view byte) {
    parser.feed(byte);
    while (const smtp::Reply* reply = parser.next()) lines = reply->lines.size();
  });
  EXPECT_EQ(lines, stream.size() / 9);
  EXPECT_FALSE(parser.error());
}

TEST_F(LinearWork, OneLongLine) {
  detail::LineReader reader(2 * kMegabyte);
  Error error;
  std::size_t octets = 0;
  expect_linear(std::string(kMegabyte, 'x') + "\r\n", [&](std::string_view byte) {
    reader.feed(byte, error);
    detail::Line line;
    while (reader.next(line)) octets = line.octets;
  });
  EXPECT_EQ(octets, kMegabyte + 2);
}

TEST_F(LinearWork, CommandsAndData) {
  smtp::CommandParser parser;
  std::size_t messages = 0;
  const std::string stream = repeated("DATA\r\n..a\r\nb\r\n.\r\n", kMegabyte);
  expect_linear(stream, [&](std::string_view byte) {
    parser.feed(byte);
    while (const smtp::Input* input = parser.next()) {
      if (input->kind == smtp::Input::Kind::command) parser.expect_data();
      if (input->kind == smtp::Input::Kind::end_of_data) ++messages;
    }
  });
  EXPECT_EQ(messages, stream.size() / 17);
}

TEST_F(LinearWork, ABodyOfDots) {
  detail::DotUnstuffer unstuffer;
  expect_linear(repeated("..\r\n", kMegabyte), [&](std::string_view byte) {
    std::string_view octets;
    while (unstuffer.next(byte, octets) == detail::DotUnstuffer::Status::octets) {
    }
  });
  EXPECT_FALSE(unstuffer.error());
}

// Whole lines that lie in one window are not copied: about one look a byte.
TEST_F(LinearWork, OneWindowIsLookedAtOnce) {
#ifdef BACKTALK_COUNT_WORK
  const std::string stream = repeated("250 2.1.5 Ok\r\n", kMegabyte);
  smtp::ReplyParser parser;
  const std::uint64_t before = work::bytes_examined;
  parser.feed(stream);
  std::size_t replies = 0;
  while (parser.next() != nullptr) ++replies;
  EXPECT_EQ(replies, stream.size() / 14);
  EXPECT_LE(work::bytes_examined - before, stream.size() + stream.size() / 8);
#endif
}

}  // namespace
}  // namespace backtalk
