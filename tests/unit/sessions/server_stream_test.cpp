// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is quoted of a stream when it breaks the protocol, and when it ends.
#include "session/server_stream.hpp"

#include <gtest/gtest.h>

#include <string>

#include "backtalk/smtp/reply_parser.hpp"

namespace backtalk::session {
namespace {

using Stream = ServerStream<smtp::ReplyParser>;
constexpr unsigned kAwaited = 7;

// Feeds a piece, takes the replies in it, and lets it go.
void hear(Stream& stream, std::string_view piece) {
  stream.feed(piece);
  while (stream.parser().next() != nullptr) {
  }
  stream.end_piece();
}

TEST(ServerStream, AtItsEndSaysWhatHadBegun) {
  Stream stream;
  hear(stream, "220 x\r\n250-a");
  hear(stream, "\r\n250 ");
  const ServerWords words = stream.words_at_end(kServerClosed, kAwaited);
  EXPECT_EQ(words.name, "closed");
  EXPECT_EQ(words.command, kAwaited);
  EXPECT_EQ(words.status, kNoStatus);
  EXPECT_EQ(words.text, "250-a\r\n250 ");
  EXPECT_EQ(words.offset, 7U);
  EXPECT_EQ(words.message_offset, 7U);
  EXPECT_TRUE(words.in_message);
}

TEST(ServerStream, AtItsEndBetweenMessagesHasNothingToSay) {
  Stream stream;
  hear(stream, "220 x\r\n");
  const ServerWords words = stream.words_at_end(kReset, kAwaited);
  EXPECT_EQ(words.text, "");
  EXPECT_EQ(words.offset, 7U);
  EXPECT_EQ(words.message_offset, 0U);
  EXPECT_FALSE(words.in_message);
}

TEST(ServerStream, AnErrorIsToldWithItsLineAndItsMessage) {
  Stream stream;
  hear(stream, "220 x\r\n250-a\r\n25");
  stream.feed("0-b\n250 c\r\n");
  while (stream.parser().next() != nullptr) {
  }
  const ServerWords words = stream.words_of_error(kAwaited);
  EXPECT_EQ(words.name, "protocol-bare-lf");
  EXPECT_EQ(words.command, kAwaited);
  EXPECT_EQ(words.text, "250-b\n") << "the octet in question is shown";
  EXPECT_EQ(words.offset, 19U);
  EXPECT_EQ(words.message_offset, 7U);
}

// What exceeds a limit is best told by its beginning, of which 128 octets are enough.
TEST(ServerStream, WhatIsTooLongIsToldByItsBeginning) {
  smtp::ReplyLimits limits;
  limits.line_octets_max = 500;
  limits.reply_octets_max = 1000;
  Stream stream{smtp::ReplyParser(limits)};
  const std::string text = "220 x\r\n220 " + std::string(496, 'x') + "\r\n";
  hear(stream, text.substr(0, 7));
  stream.feed(std::string_view(text).substr(7));
  while (stream.parser().next() != nullptr) {
  }
  const ServerWords words = stream.words_of_error(kAwaited);
  EXPECT_EQ(words.name, "protocol-line-too-long");
  EXPECT_EQ(words.text, text.substr(7, 128));

  limits = {};
  limits.reply_lines_max = 2;
  Stream lines{smtp::ReplyParser(limits)};
  lines.feed("250-a\r\n250-b\r\n250 c\r\n");
  EXPECT_EQ(lines.parser().next(), nullptr);
  EXPECT_EQ(lines.words_of_error(kAwaited).name, "protocol-too-many-lines");
  EXPECT_EQ(lines.words_of_error(kAwaited).text, "250-a\r\n250-b\r\n250 c\r\n");

  limits = {};
  limits.reply_octets_max = 9;
  Stream octets{smtp::ReplyParser(limits)};
  octets.feed("250-a\r\n250 b\r\n");
  EXPECT_EQ(octets.parser().next(), nullptr);
  EXPECT_EQ(octets.words_of_error(kAwaited).name, "protocol-reply-too-long");
  EXPECT_EQ(octets.words_of_error(kAwaited).text, "250-a\r\n250 b\r\n");
}

TEST(ServerStream, AQuoteHasNoLineEnd) {
  Stream stream;
  stream.feed("220 x\r\n");
  EXPECT_EQ(stream.quote(0, 7), "220 x");
  EXPECT_EQ(stream.quote(0, 6), "220 x\r") << "the whole message only";
  EXPECT_EQ(stream.quote(2, 5), "0 x");
}

TEST(ServerStream, ANewOneHasForgottenTheMessageThatWasOpen) {
  Stream stream;
  hear(stream, "220-old");
  stream.reset();
  hear(stream, "554-n");
  hear(stream, "ew");
  const ServerWords words = stream.words_at_end(kServerClosed, kAwaited);
  EXPECT_EQ(words.text, "554-new");
  EXPECT_EQ(words.offset, 0U);
}

}  // namespace
}  // namespace backtalk::session
