// SPDX-License-Identifier: Apache-2.0 OR MIT
// Preconditions: each misuse ends the program if preconditions are checked.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "backtalk/detail/expect.hpp"
#include "backtalk/detail/held_text.hpp"
#include "backtalk/detail/http/message_reader.hpp"
#include "backtalk/detail/line_reader.hpp"
#include "backtalk/detail/ring_queue.hpp"
#include "backtalk/http.hpp"
#include "backtalk/imap.hpp"
#include "backtalk/smtp.hpp"

namespace backtalk {
namespace {

#ifndef BACKTALK_CHECK_PRECONDITIONS

TEST(Preconditions, AreNotEvaluatedWhereTheyAreNotChecked) {
  int looks = 0;
  BACKTALK_EXPECT(++looks > 1);
  EXPECT_EQ(looks, 0);
}

#else

constexpr const char* kBroken = "broken precondition of backtalk";

TEST(Preconditions, AreEvaluatedOnce) {
  int looks = 0;
  BACKTALK_EXPECT(++looks == 1);
  EXPECT_EQ(looks, 1);
  EXPECT_DEATH(BACKTALK_EXPECT(looks > 1), "preconditions_test.cpp:[0-9]+: .*: looks > 1");
}

TEST(Preconditions, DataAndChunksBeginBetweenCommands) {
  smtp::CommandParser parser;
  parser.feed("DATA\r\nhal");
  ASSERT_NE(parser.next(), nullptr);
  ASSERT_EQ(parser.next(), nullptr);  // "hal" is an unfinished command
  EXPECT_DEATH(parser.expect_data(), kBroken);
  EXPECT_DEATH(parser.expect_chunk(3), kBroken);
  smtp::CommandParser twice;
  twice.expect_data();
  EXPECT_DEATH(twice.expect_data(), kBroken);
}

TEST(Preconditions, OnlyAnAnnouncedLiteralIsRefused) {
  imap::CommandParser parser;
  EXPECT_DEATH(parser.refuse_literal(), kBroken);
  parser.feed("a LOGIN {3}\r\n");
  ASSERT_NE(parser.next(), nullptr);
  parser.refuse_literal();
  EXPECT_DEATH(parser.refuse_literal(), kBroken);
}

TEST(Preconditions, ATunnelBeginsBetweenRequests) {
  http::RequestParser parser;
  parser.feed("CONNECT a:1 HTTP/1.1\r\n\r\n");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_DEATH(parser.begin_tunnel(), kBroken);
  ASSERT_NE(parser.next(), nullptr);
  parser.begin_tunnel();
}

TEST(Preconditions, TheFramingIsSaidAfterAHead) {
  http::detail::MessageReader reader(http::detail::HeadReader::Section::response_head, {}, {});
  EXPECT_DEATH(reader.begin_body(http::Framing::none, 0), kBroken);
  EXPECT_DEATH(reader.begin_message(), kBroken);
  EXPECT_DEATH(reader.begin_tunnel(true), kBroken);
}

TEST(Preconditions, AnErrorHasNoValue) {
  const Result<int> wrong = Error{ErrorCode::wrong_shape, 7};
  EXPECT_DEATH((void)*wrong, kBroken);
  EXPECT_EQ(wrong.partial(), 0);
  EXPECT_DEATH((void)Result<int>{Error{}}, kBroken);  // without an error there must be a value
}

TEST(Preconditions, OnlyWhatIsThereIsSkipped) {
  detail::LineReader reader(100);
  Error error;
  reader.feed("ab\r\nc", error);
  EXPECT_DEATH(reader.skip(6), kBroken);
  reader.skip(2);
  EXPECT_DEATH(reader.skip(4), kBroken);
  detail::Line line;
  ASSERT_TRUE(reader.next(line));
  ASSERT_FALSE(reader.next(line));
  reader.feed("d\r\n", error);
  EXPECT_DEATH(reader.skip(1), kBroken);  // in a line
}

TEST(Preconditions, ALineIsBegunWithSkippedOctetsOnly) {
  detail::LineReader reader(100);
  Error error;
  reader.feed("+O", error);
  EXPECT_DEATH(reader.begin_line("+O"), kBroken);
  reader.skip(2);
  EXPECT_DEATH(reader.begin_line("+\n"), kBroken);
  reader.begin_line("+O");
  EXPECT_DEATH(reader.begin_line("+O"), kBroken);
}

TEST(Preconditions, AnEmptyQueueHasNoFront) {
  detail::RingQueue<int> queue;
  EXPECT_DEATH((void)queue.front(), kBroken);
  EXPECT_DEATH(queue.pop(), kBroken);
  queue.push(1);
  EXPECT_EQ(queue.front(), 1);
}

TEST(Preconditions, HeldTextHasRoom) {
  detail::HeldText text(1000);
  EXPECT_DEATH(text.append("a"), kBroken);
  (void)text.make_room(3);
  text.append("abc");
  EXPECT_EQ(text.at(1, 2), "bc");
  EXPECT_DEATH((void)text.at(1, 3), kBroken);
  EXPECT_DEATH((void)text.at(4, 0), kBroken);
  EXPECT_DEATH(text.shorten(4), kBroken);
  EXPECT_DEATH(text.append(std::string(1000, 'x')), kBroken);
}

#endif

}  // namespace
}  // namespace backtalk
