// SPDX-License-Identifier: Apache-2.0 OR MIT
// http::RequestParser as a library.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "http_messages.hpp"

namespace backtalk {
namespace {

using http::Framing;
using http::RequestEvent;
using http::RequestParser;
using Kind = RequestEvent::Kind;

TEST(HttpRequest, PipelinedRequestsWithAndWithoutBodies) {
  RequestParser parser;
  const auto found = parse_whole(
      parser,
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
      "GET /b?c=d HTTP/1.1\r\nHost: x\r\n\r\n"
      "PUT /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nfg\r\n0\r\nT: u\r\n\r\n");
  ASSERT_FALSE(found.error);
  ASSERT_EQ(found.messages.size(), 3U);
  EXPECT_EQ(found.messages[0].method, "POST");
  EXPECT_EQ(found.messages[0].body, "abc");
  EXPECT_EQ(found.messages[1].target, "/b?c=d");
  EXPECT_EQ(found.messages[1].framing, Framing::none);
  EXPECT_EQ(found.messages[2].body, "fg");
  EXPECT_EQ(found.messages[2].trailers, (reference::HttpFields{{"T", "u"}}));
}

// RFC 9112 6.3 rule 4: the hostile twin of the chunked request.
TEST(HttpRequest, ARequestWhoseLastCodingIsNotChunkedIsRefusedAtTheField) {
  RequestParser parser;
  parser.feed("PUT / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::chunked_missing, 16}));
}

TEST(HttpRequest, AfterAnAcceptedConnectEverythingIsOpaque) {
  RequestParser parser;
  parser.feed("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n\x16\x03\x01");
  EXPECT_EQ(parser.next()->head.target, "a:1");
  EXPECT_EQ(parser.next()->kind, Kind::end);
  parser.begin_tunnel();
  const RequestEvent* event = parser.next();
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->kind, Kind::opaque);
  EXPECT_EQ(event->octets, "\x16\x03\x01");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_FALSE(parser.in_message());
}

TEST(HttpRequest, WithoutTheCallTheSameBytesAreABadRequest) {
  RequestParser parser;
  parser.feed("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n\x16\x03\x01");
  EXPECT_NE(parser.next(), nullptr);
  EXPECT_NE(parser.next(), nullptr);
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::control_byte, 35}));
}

// One empty line is skipped (RFC 9112 2.2); a second one is an error at the beginning of the
// message.
TEST(HttpRequest, TheOffsetOfAMessageThatDoesNotBeginDoesNotDependOnTheCuts) {
  const std::string_view stream = "\r\n\r\nGET / HTTP/1.1\r\n\r\n";
  for (std::size_t octets = 1; octets <= stream.size(); ++octets) {
    RequestParser parser;
    for (std::size_t at = 0; at < stream.size() && !parser.error(); at += octets) {
      parser.feed(stream.substr(at, octets));
      EXPECT_EQ(parser.next(), nullptr);
    }
    EXPECT_EQ(parser.error().offset, 2U);
    EXPECT_EQ(parser.message_offset(), 2U) << octets;
  }
}

TEST(HttpRequest, TheOffsetOfAMessageIsThatOfItsRequestLine) {
  RequestParser parser;
  parser.feed("\r\nGET / HT");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_TRUE(parser.in_message());
  EXPECT_EQ(parser.message_offset(), 2U);
}

}  // namespace
}  // namespace backtalk
