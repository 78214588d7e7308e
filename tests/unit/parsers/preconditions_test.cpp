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
#include "backtalk/pop3.hpp"
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

// Feeds a third message before the second one was read; then in the right order.
template <class Parser>
void expect_death_by_early_feed(Parser& parser, std::string_view two, std::string_view third) {
  parser.feed(two);
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_DEATH(parser.feed(third), kBroken);
  while (parser.next() != nullptr) continue;
  ASSERT_FALSE(parser.error());
  parser.feed(third);
  EXPECT_NE(parser.next(), nullptr);
}

TEST(Preconditions, WhatWasFedIsReadBeforeMoreIsFed) {
  smtp::ReplyParser replies;
  expect_death_by_early_feed(replies, "220 a\r\n250 b\r\n", "250 c\r\n");
  smtp::CommandParser smtp_commands;
  expect_death_by_early_feed(smtp_commands, "NOOP\r\nRSET\r\n", "QUIT\r\n");
  pop3::ResponseParser responses;
  ASSERT_TRUE(responses.expect(pop3::Expect::single_line) && responses.expect(pop3::Expect::single_line));
  expect_death_by_early_feed(responses, "+OK a\r\n+OK b\r\n", "+OK c\r\n");
  pop3::CommandParser pop3_commands;
  expect_death_by_early_feed(pop3_commands, "NOOP\r\nSTAT\r\n", "QUIT\r\n");
  imap::ResponseParser imap_responses;
  expect_death_by_early_feed(imap_responses, "* 1 EXISTS\r\n* 2 EXISTS\r\n", "* 3 EXISTS\r\n");
  imap::CommandParser imap_commands;
  expect_death_by_early_feed(imap_commands, "a NOOP\r\nb NOOP\r\n", "c NOOP\r\n");
  http::ResponseParser http_responses;
  expect_death_by_early_feed(http_responses, "HTTP/1.1 204 A\r\n\r\nHTTP/1.1 204 B\r\n\r\n",
                             "HTTP/1.1 204 C\r\n\r\n");
  http::RequestParser http_requests;
  expect_death_by_early_feed(http_requests, "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
                             "GET / HTTP/1.1\r\n\r\n");
}

// All bytes were read, but the tokens before the literal are not kept yet.
TEST(Preconditions, AStretchOfALiteralIsFollowedByNull) {
  const std::string octets(100, 'x');
  imap::Limits limits;
  limits.literal_gather_octets_max = 10;
  imap::ResponseParser parser{limits};
  parser.feed("* 1 FETCH (BODY[] {200}\r\n");
  ASSERT_EQ(parser.next(), nullptr);
  const std::string more = " UID 7)\r\n";
  parser.feed(octets);
  ASSERT_NE(parser.next(), nullptr);
  ASSERT_EQ(parser.next(), nullptr);
  parser.feed(octets);
  ASSERT_NE(parser.next(), nullptr);
  ASSERT_EQ(parser.next(), nullptr);
  parser.feed(more);
  ASSERT_NE(parser.next(), nullptr);

  const std::string begun = "* 2 FETCH (BODY[] {200}\r\n" + octets;
  parser.feed(begun);
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_DEATH(parser.feed(octets), kBroken);
}

TEST(Preconditions, AfterAnErrorFeedingIsAllowedAndChangesNothing) {
  smtp::ReplyParser parser;
  parser.feed("oops\r\n220 a\r\n");
  ASSERT_EQ(parser.next(), nullptr);
  parser.feed("250 b\r\n");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::bad_code, 0}));
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

TEST(Preconditions, AnEmptyRowOfTokensHasNoFirst) {
  imap::ResponseParser parser;
  parser.feed("* SEARCH\r\n");
  const imap::Response* response = parser.next();
  ASSERT_NE(response, nullptr);
  ASSERT_TRUE(response->arguments().empty());
  EXPECT_DEATH((void)response->arguments().front(), kBroken);
  EXPECT_DEATH((void)response->arguments().rest(), kBroken);
}

TEST(Preconditions, AnErrorHasNoValue) {
  const Result<int> wrong = Error{ErrorCode::wrong_shape, 7};
  EXPECT_DEATH((void)*wrong, kBroken);
  EXPECT_EQ(wrong.partial(), 0);
  EXPECT_DEATH((void)Result<int>{Error{}}, kBroken);  // without an error there must be a value
}

TEST(Preconditions, OnlyWhatIsThereIsSkipped) {
  detail::LineReader reader(100);
  reader.feed("ab\r\nc");
  EXPECT_DEATH(reader.skip(6), kBroken);
  reader.skip(2);
  EXPECT_DEATH(reader.skip(4), kBroken);
  detail::Line line;
  ASSERT_TRUE(reader.next(line));
  ASSERT_FALSE(reader.next(line));
  reader.feed("d\r\n");
  EXPECT_DEATH(reader.skip(1), kBroken);  // in a line
}

TEST(Preconditions, ALineIsBegunWithSkippedOctetsOnly) {
  detail::LineReader reader(100);
  reader.feed("+O");
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
