// SPDX-License-Identifier: Apache-2.0 OR MIT
// The one rule of every parser's loop: what was fed is read before more is fed. Breaking it is an
// error, in every build, and loses nothing before it.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "every_parser.hpp"

namespace backtalk {
namespace {

// Two messages of a stream, each of which is one event.
template <class Kind>
struct Two;
template <>
struct Two<SmtpReplies> {
  static constexpr std::string_view kFirst = "220 a\r\n", kSecond = "250-b\r\n250 c\r\n";
};
template <>
struct Two<SmtpCommands> {
  static constexpr std::string_view kFirst = "NOOP\r\n", kSecond = "RSET\r\n";
};
template <>
struct Two<Pop3Responses> {
  static constexpr std::string_view kFirst = "+OK a\r\n", kSecond = "-ERR b\r\n";
};
template <>
struct Two<Pop3Commands> {
  static constexpr std::string_view kFirst = "NOOP\r\n", kSecond = "STAT\r\n";
};
template <>
struct Two<ImapResponses> {
  static constexpr std::string_view kFirst = "* 1 EXISTS\r\n", kSecond = "* 2 EXISTS\r\n";
};
template <>
struct Two<ImapCommands> {
  static constexpr std::string_view kFirst = "a NOOP\r\n", kSecond = "b NOOP\r\n";
};
template <>
struct Two<HttpResponses> {
  static constexpr std::string_view kFirst = "HTTP/1.1 102 A\r\n\r\n", kSecond = "HTTP/1.1 103 B\r\n\r\n";
};
template <>
struct Two<HttpRequests> {
  static constexpr std::string_view kFirst = "GET / HTTP/1.1\r\n\r\n", kSecond = "GET /b HTTP/1.1\r\n\r\n";
};

template <class Kind>
typename Kind::Parser waiting() {
  typename Kind::Parser parser;
  if constexpr (std::is_same_v<Kind, Pop3Responses>) parser.expect_otherwise(pop3::Expect::single_line);
  return parser;
}

template <class Kind>
class Feeding : public testing::Test {};

using Kinds = testing::Types<SmtpReplies, SmtpCommands, Pop3Responses, Pop3Commands, HttpResponses,
                             HttpRequests, ImapResponses, ImapCommands>;
TYPED_TEST_SUITE(Feeding, Kinds);

// The loop of a newcomer: one message for each read of the socket.
TYPED_TEST(Feeding, BeforeAMessageWasReadIsAnErrorAtItsFirstByte) {
  using Sample = Two<TypeParam>;
  auto parser = waiting<TypeParam>();
  const std::string two = std::string(Sample::kFirst) + std::string(Sample::kSecond);
  parser.feed(two);
  ASSERT_NE(parser.next(), nullptr);
  parser.feed(Sample::kSecond);
  const Error early{ErrorCode::fed_too_early, Sample::kFirst.size()};
  EXPECT_EQ(parser.error(), early);
  EXPECT_EQ(parser.next(), nullptr);
  for (int i = 0; i < 3; ++i) {
    parser.feed(Sample::kFirst);
    EXPECT_EQ(parser.next(), nullptr);
  }
  for (const char& byte : Sample::kFirst) {
    parser.feed({&byte, 1});
    EXPECT_EQ(parser.next(), nullptr);
  }
  EXPECT_EQ(parser.error(), early);
  // A request is to be followed by its end, and an interim response by another.
  if (!parser.in_message()) {
    EXPECT_EQ(parser.message_offset(), Sample::kFirst.size());
  }
  parser.reset();
  if constexpr (std::is_same_v<TypeParam, Pop3Responses>) parser.expect_otherwise(pop3::Expect::single_line);
  parser.feed(two);
  EXPECT_NE(parser.next(), nullptr);
  EXPECT_FALSE(parser.error());
}

TYPED_TEST(Feeding, TwiceIsAnErrorAtTheFirstByte) {
  auto parser = waiting<TypeParam>();
  parser.feed(Two<TypeParam>::kFirst);
  parser.feed(Two<TypeParam>::kSecond);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::fed_too_early, 0}));
  EXPECT_EQ(parser.next(), nullptr);
}

// Wherever a message is cut, its first part was read, and the second is not.
TYPED_TEST(Feeding, InsideAMessageIsAnErrorAtTheFirstUnreadByte) {
  const std::string_view first = Two<TypeParam>::kFirst;
  for (std::size_t cut = 1; cut < first.size(); ++cut) {
    auto parser = waiting<TypeParam>();
    parser.feed(first.substr(0, cut));
    ASSERT_EQ(parser.next(), nullptr);
    ASSERT_FALSE(parser.error()) << cut;
    parser.feed(first.substr(cut));
    parser.feed(Two<TypeParam>::kSecond);
    EXPECT_EQ(parser.error(), (Error{ErrorCode::fed_too_early, cut}));
    EXPECT_EQ(parser.next(), nullptr);
    EXPECT_EQ(parser.error(), (Error{ErrorCode::fed_too_early, cut}));
  }
}

// Whoever reads one message at a time, where each comes alone, does no harm.
TYPED_TEST(Feeding, AfterTheLastByteWasReadNeedsNoNull) {
  using Sample = Two<TypeParam>;
  auto parser = waiting<TypeParam>();
  int messages = 0;
  for (const std::string_view piece : {Sample::kFirst, Sample::kSecond, Sample::kFirst}) {
    if (std::is_same_v<TypeParam, HttpRequests> && messages++ > 0) {
      ASSERT_NE(parser.next(), nullptr);  // the end of a request has no bytes, but is an event
    }
    parser.feed(piece);
    ASSERT_NE(parser.next(), nullptr);
    ASSERT_FALSE(parser.error());
  }
}

// What `next` gives takes the place of what it gave before, as the documents say.
TYPED_TEST(Feeding, AnEventTakesThePlaceOfTheOneBefore) {
  auto parser = waiting<TypeParam>();
  const std::string two = std::string(Two<TypeParam>::kFirst) + std::string(Two<TypeParam>::kSecond);
  parser.feed(two);
  const auto* const first = parser.next();
  const auto* const second = parser.next();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first, second);
}

TYPED_TEST(Feeding, NothingIsNeverTooEarly) {
  using Sample = Two<TypeParam>;
  auto parser = waiting<TypeParam>();
  const std::string two = std::string(Sample::kFirst) + std::string(Sample::kSecond);
  parser.feed({});
  parser.feed({});
  parser.feed(two);
  parser.feed({});
  ASSERT_NE(parser.next(), nullptr);
  parser.feed({});
  if constexpr (std::is_same_v<TypeParam, HttpRequests>) {
    ASSERT_NE(parser.next(), nullptr);
    parser.feed({});
  }
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_FALSE(parser.error());
  parser.feed(two);
  if constexpr (!std::is_same_v<TypeParam, HttpRequests>) {
    EXPECT_NE(parser.next(), nullptr);
  }
  EXPECT_FALSE(parser.error());
}

TYPED_TEST(Feeding, TooEarlyAfterAnErrorLeavesTheError) {
  typename TypeParam::Parser parser;
  std::string ignored;
  feed_copy<TypeParam>(parser, TypeParam::kBroken, ignored);
  const Error error = parser.error();
  ASSERT_TRUE(error);
  parser.feed(TypeParam::kStream);
  parser.feed(TypeParam::kStream);
  EXPECT_EQ(parser.error(), error);
}

// A body's stretches are events like others.
TEST(FeedingBodies, UnreadOctetsAreNotLost) {
  smtp::CommandParser commands;
  commands.feed("DATA\r\n");
  ASSERT_NE(commands.next(), nullptr);
  commands.expect_data();
  commands.feed("a\r\n..b\r\n.\r\n");
  ASSERT_NE(commands.next(), nullptr);
  commands.feed("QUIT\r\n");
  EXPECT_EQ(commands.error(), (Error{ErrorCode::fed_too_early, 9}));
  EXPECT_EQ(commands.next(), nullptr);

  smtp::CommandParser chunks;
  chunks.expect_chunk(3);
  chunks.feed("abcQUIT\r\n");
  ASSERT_NE(chunks.next(), nullptr);
  chunks.feed("RSET\r\n");
  EXPECT_EQ(chunks.error(), (Error{ErrorCode::fed_too_early, 3}));
  EXPECT_EQ(chunks.next(), nullptr);

  pop3::ResponseParser responses;
  ASSERT_TRUE(responses.expect(pop3::Expect::multi_line));
  responses.feed("+OK\r\n+OK\r\nab\r\n.\r\n");
  for (int i = 0; i < 3; ++i) ASSERT_NE(responses.next(), nullptr);
  responses.feed("+OK\r\n");
  EXPECT_EQ(responses.error(), (Error{ErrorCode::fed_too_early, 14}));
  EXPECT_EQ(responses.next(), nullptr);

  http::ResponseParser http_responses;
  http_responses.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  ASSERT_NE(http_responses.next(), nullptr);
  ASSERT_NE(http_responses.next(), nullptr);
  http_responses.feed("HTTP/1.1 204 A\r\n\r\n");
  EXPECT_EQ(http_responses.error(), (Error{ErrorCode::fed_too_early, 53}));
  EXPECT_EQ(http_responses.next(), nullptr);
}

// An octet that a fast path would take.
TEST(FeedingBodies, NoTrailersAreReadAfterAnError) {
  http::ResponseParser parser;
  parser.feed("HTTP/1.1 200 A\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b");
  ASSERT_NE(parser.next(), nullptr);
  ASSERT_EQ(parser.next(), nullptr);
  parser.feed("c");
  ASSERT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.offset(), 54U);
  parser.feed("d");
  parser.feed("e");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::fed_too_early, 54}));
  EXPECT_EQ(parser.offset(), 54U);
}

// Feeds a copy that is gone when the next is fed, so that an address sanitizer sees what was not
// kept.
template <class Parser>
class FromCopies {
 public:
  explicit FromCopies(Parser& parser) : parser_(parser) {}
  void feed(std::string_view bytes) {
    auto copy = std::make_unique<std::string>(bytes);
    parser_.feed(*copy);
    last_ = std::move(copy);
  }

 private:
  Parser& parser_;
  std::unique_ptr<std::string> last_;
};

// All bytes were read, but the response goes on: the tokens before the literal must outlive them.
TEST(FeedingLiterals, AStretchThatUsesUpTheBytesNeedsNoNull) {
  imap::Limits limits;
  limits.literal_gather_octets_max = 10;
  imap::ResponseParser parser{limits};
  FromCopies bytes{parser};
  for (int i = 0; i < 2; ++i) {
    bytes.feed("* 1234 FETCH (X-SOME-NAME \"some text\" BODY[1.2.TEXT] {30}\r\n0123456789");
    for (int piece = 0; piece < 3; ++piece) {
      const imap::Response* stretch = parser.next();
      ASSERT_NE(stretch, nullptr);
      EXPECT_EQ(stretch->literal, "0123456789");
      EXPECT_EQ(stretch->number(), 1234U);
      bytes.feed(piece < 2 ? "0123456789" : " UID 7)\r\n");
    }
    const imap::Response* whole = parser.next();
    ASSERT_NE(whole, nullptr);
    ASSERT_TRUE(whole->is_data("FETCH"));
    std::string texts;
    for (const imap::Token& token : whole->data) texts.append(token.text) += '|';
    EXPECT_EQ(texts, "1234|FETCH||X-SOME-NAME|some text|BODY|1.2.TEXT||UID|7|");
  }
}

TEST(FeedingLiterals, ALiteralThatIsWaitedForNeedsNoNull) {
  imap::CommandParser parser;
  FromCopies bytes{parser};
  bytes.feed("tag-one LOGIN a-rather-long-name {5}\r\n");
  const imap::Input* wanted = parser.next();
  ASSERT_NE(wanted, nullptr);
  ASSERT_EQ(wanted->kind, imap::Input::Kind::literal_wanted);
  EXPECT_EQ(wanted->tag, "tag-one");
  bytes.feed("hello\r\n");
  const imap::Input* command = parser.next();
  ASSERT_NE(command, nullptr);
  EXPECT_EQ(command->tag, "tag-one");
  EXPECT_EQ(command->name, "LOGIN");
  EXPECT_EQ(command->arguments.front().text, "a-rather-long-name");
  EXPECT_EQ(command->arguments.rest().front().text, "hello");
}

TEST(FeedingLiterals, TheUnreadRestOfAStretchIsNotLost) {
  imap::Limits limits;
  limits.literal_gather_octets_max = 10;
  imap::ResponseParser parser{limits};
  parser.feed("* 1 FETCH (BODY[] {20}\r\n01234567890123456789)\r\n");
  ASSERT_NE(parser.next(), nullptr);
  parser.feed("* 3 EXISTS\r\n");
  EXPECT_EQ(parser.error(), (Error{ErrorCode::fed_too_early, 44}));
  EXPECT_EQ(parser.next(), nullptr);
}

template <class Parser, class Bytes>
concept Feeds = requires(Parser& parser, Bytes&& bytes) { parser.feed(std::forward<Bytes>(bytes)); };

struct Derived : std::string {};

// What is fed is borrowed, so that what would be gone at once cannot be fed.
TYPED_TEST(Feeding, ATemporaryCannotBeFed) {
  using Parser = typename TypeParam::Parser;
  static_assert(!Feeds<Parser, std::string>);
  static_assert(!Feeds<Parser, const std::string>);
  static_assert(!Feeds<Parser, std::pmr::string>);
  static_assert(!Feeds<Parser, Derived>);
  static_assert(!Feeds<Parser, std::vector<char>>);
  static_assert(!Feeds<Parser, std::array<char, 5>>);
  static_assert(Feeds<Parser, std::string&>);
  static_assert(Feeds<Parser, const std::string&>);
  static_assert(Feeds<Parser, std::pmr::string&>);
  static_assert(Feeds<Parser, Derived&>);
  static_assert(Feeds<Parser, std::string_view>);
  static_assert(Feeds<Parser, const std::string_view&>);
  static_assert(Feeds<Parser, const char(&)[5]>);
  static_assert(Feeds<Parser, const char*>);
}

}  // namespace
}  // namespace backtalk
