// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the golden conversations cannot show: how long views live, limits, TLS, reset.
#include "backtalk/smtp/reply_parser.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace backtalk::smtp {
namespace {

constexpr ReplyLimits kRoomy{.line_octets_max = 4096, .reply_lines_max = 1024, .reply_octets_max = 65536};

std::vector<std::string> texts(const Reply& reply) {
  return {reply.lines.begin(), reply.lines.end()};
}

// Feeds a copy that is freed when the next one is fed; null if no reply came of it.
const Reply* feed_copy(ReplyParser& parser, std::string_view bytes, std::unique_ptr<std::string>& kept) {
  auto copy = std::make_unique<std::string>(bytes);
  parser.feed(*copy);
  const Reply* reply = parser.next();
  kept = std::move(copy);
  return reply;
}

TEST(ReplyParser, CountsTheOctetsOfAReply) {
  ReplyParser parser(kRoomy);
  parser.feed("220 hi\r\n250-a\r\n250 b\r\n");
  const Reply* reply = parser.next();
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->octets, 8U);
  reply = parser.next();
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->offset, 8U);
  EXPECT_EQ(reply->octets, 14U);
  EXPECT_EQ(reply->klass(), 2U);
  EXPECT_TRUE(reply->positive());
  EXPECT_EQ(parser.next(), nullptr);
}

// Lines of a reply that began in earlier feeds are kept while the buffer that holds them grows.
TEST(ReplyParser, HoldsTheLinesOfAReplyOverFeeds) {
  ReplyParser parser(kRoomy);
  std::vector<std::string> expected;
  std::unique_ptr<std::string> kept;
  for (std::size_t i = 0; i < 200; ++i) {
    expected.push_back(std::string(i % 40, 'x') + std::to_string(i));
    ASSERT_EQ(feed_copy(parser, "250-" + expected.back() + "\r\n", kept), nullptr);
  }
  expected.emplace_back("end");
  const Reply* reply = feed_copy(parser, "250 end\r\n", kept);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(texts(*reply), expected);
}

TEST(ReplyParser, HoldsSeveralLinesOfOneFeedAndAPartOfTheNext) {
  ReplyParser parser(kRoomy);
  std::unique_ptr<std::string> kept;
  ASSERT_EQ(feed_copy(parser, "250-2.0.0 a\r\n250-2.0.0 b\r\n250-2", kept), nullptr);
  ASSERT_EQ(feed_copy(parser, ".0.0 c\r\n25", kept), nullptr);
  const Reply* reply = feed_copy(parser, "0 2.0.0 d\r\n", kept);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(texts(*reply), (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(reply->enhanced, (EnhancedCode{2, 0, 0}));
}

TEST(ReplyParser, EmptyFeedsChangeNothing) {
  ReplyParser parser(kRoomy);
  parser.feed("");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_FALSE(parser.in_message());
  parser.feed("250-a\r\n");
  EXPECT_EQ(parser.next(), nullptr);
  parser.feed("");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_TRUE(parser.in_message());
  EXPECT_EQ(parser.message_offset(), 0U);
}

struct LimitCase {
  ReplyLimits limits;
  std::string_view stream;
  Error error;
};

void PrintTo(const LimitCase& limit, std::ostream* out) {
  *out << testing::PrintToString(limit.stream) << " under " << limit.limits.line_octets_max << ", "
       << limit.limits.reply_lines_max << ", " << limit.limits.reply_octets_max;
}

class ReplyLimit : public testing::TestWithParam<LimitCase> {};

TEST_P(ReplyLimit, HoldsAtTheLimitAndNotBeyond) {
  const LimitCase& limit = GetParam();
  ReplyParser parser(limit.limits);
  parser.feed(limit.stream);
  const bool given = parser.next() != nullptr;
  EXPECT_EQ(given, !limit.error);
  EXPECT_EQ(parser.error(), limit.error);
}

INSTANTIATE_TEST_SUITE_P(
    OneUnderAtOver, ReplyLimit,
    testing::Values(LimitCase{{8, 10, 100}, "250 a\r\n", {}}, LimitCase{{8, 10, 100}, "250 ab\r\n", {}},
                    LimitCase{{8, 10, 100}, "250 abc\r\n", {ErrorCode::line_too_long, 8}},
                    LimitCase{{8, 2, 100}, "250 a\r\n", {}}, LimitCase{{8, 2, 100}, "250-a\r\n250 b\r\n", {}},
                    LimitCase{{8, 2, 100}, "250-a\r\n250-b\r\n250 c\r\n", {ErrorCode::too_many_lines, 14}},
                    LimitCase{{8, 10, 15}, "250-a\r\n250 b\r\n", {}},
                    LimitCase{{8, 10, 14}, "250-a\r\n250 b\r\n", {}},
                    LimitCase{{8, 10, 13}, "250-a\r\n250 b\r\n", {ErrorCode::reply_too_long, 13}}));

// RFC 3207 5, CVE-2021-38371: a reply that came in clear text after 220 must not be taken as one
// inside TLS.
TEST(ReplyParser, RefusesRepliesInjectedBeforeTls) {
  for (const std::string_view injected : {"250-evil\r\n250 AUTH PLAIN\r\n", "2", "\r\n"}) {
    ReplyParser parser(kRoomy);
    const std::string stream = "220 Go ahead\r\n" + std::string(injected);
    parser.feed(stream);
    ASSERT_NE(parser.next(), nullptr);
    EXPECT_FALSE(parser.begin_tls());
    EXPECT_EQ(parser.error(), (Error{ErrorCode::starttls_injection, 14})) << injected;
    EXPECT_EQ(parser.next(), nullptr);
  }
}

TEST(ReplyParser, RefusesTlsInsideAReply) {
  ReplyParser parser(kRoomy);
  parser.feed("220 Go ahead\r\n2");
  ASSERT_NE(parser.next(), nullptr);
  ASSERT_EQ(parser.next(), nullptr);
  EXPECT_FALSE(parser.begin_tls());
  EXPECT_EQ(parser.error(), (Error{ErrorCode::starttls_injection, 14}));
}

TEST(ReplyParser, BeginsTlsWhereNothingFollows) {
  ReplyParser parser(kRoomy);
  parser.feed("220 Go ahead\r\n");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_TRUE(parser.begin_tls());
  EXPECT_FALSE(parser.error());
}

TEST(ReplyParser, ResetStartsANewStream) {
  ReplyParser parser(kRoomy);
  for (const std::string_view before : {"250-a\r\n25", "250-a\r\n251 b\r\n", "250 a\r", "x"}) {
    parser.feed(before);
    while (parser.next() != nullptr) {
    }
    parser.reset();
    EXPECT_FALSE(parser.error());
    EXPECT_FALSE(parser.in_message());
    EXPECT_EQ(parser.message_offset(), 0U);
    parser.feed("550 no\r\n");
    const Reply* reply = parser.next();
    ASSERT_NE(reply, nullptr) << before;
    EXPECT_EQ(reply->offset, 0U);
    EXPECT_EQ(reply->code, 550U);
    EXPECT_EQ(texts(*reply), (std::vector<std::string>{"no"}));
    parser.reset();
  }
}

// An invalid first byte is only refused when its line is complete: the same bytes give the same
// events, however they are cut.
TEST(ReplyParser, JudgesALineWhenItIsWhole) {
  ReplyParser parser(kRoomy);
  parser.feed("HTTP/1.1 400");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_FALSE(parser.error());
  EXPECT_TRUE(parser.in_message());
  parser.feed("\r\n");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::bad_code, 0}));
}

}  // namespace
}  // namespace backtalk::smtp
