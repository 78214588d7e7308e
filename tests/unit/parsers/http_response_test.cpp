// SPDX-License-Identifier: Apache-2.0 OR MIT
// http::ResponseParser as a library: framing by method, lifetime of views, close, tunnels, sticky
// errors.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "every_target.hpp"
#include "http_messages.hpp"

namespace backtalk {
namespace {

using http::Framing;
using http::Method;
using http::ResponseEvent;
using http::ResponseParser;
using Kind = ResponseEvent::Kind;

constexpr std::string_view kOk =
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: example\r\nX-Long: "
    "0123456789012345678901234567890\r\n\r\nok";

bool lies_in(std::string_view view, std::string_view window) {
  return view.data() >= window.data() && view.data() + view.size() <= window.data() + window.size();
}

TEST(HttpResponse, AHeadThatLiesWholeInWhatWasFedIsNotCopied) {
  under_every_target([] {
    ResponseParser parser;
    parser.feed(kOk);
    const ResponseEvent* event = parser.next();
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->kind, Kind::head);
    EXPECT_TRUE(lies_in(event->head.reason, kOk));
    ASSERT_EQ(event->head.fields.size(), 3U);
    for (const http::Field& field : event->head.fields) {
      EXPECT_TRUE(lies_in(field.name, kOk));
      EXPECT_TRUE(lies_in(field.value, kOk));
    }
    event = parser.next();
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->kind, Kind::octets);
    EXPECT_EQ(event->octets.data(), kOk.data() + kOk.size() - 2);
  });
}

TEST(HttpResponse, GivesHeadOctetsAndEndInOrderForPipelinedResponses) {
  std::string stream;
  for (int i = 0; i < 3; ++i) stream += kOk;
  ResponseParser parser;
  parser.feed(stream);
  for (std::uint64_t i = 0; i < 3; ++i) {
    const ResponseEvent* event = parser.next();
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->kind, Kind::head);
    EXPECT_EQ(event->head.offset, i * kOk.size());
    EXPECT_EQ(event->head.octets, kOk.size() - 2);
    EXPECT_EQ(event->head.framing, Framing::content_length);
    EXPECT_EQ(event->head.content_length, 2U);
    EXPECT_TRUE(parser.in_message());
    EXPECT_EQ(parser.message_offset(), i * kOk.size());
    EXPECT_EQ(parser.next()->octets, "ok");
    EXPECT_EQ(parser.next()->kind, Kind::end);
    EXPECT_FALSE(parser.in_message());
  }
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_FALSE(parser.error());
}

TEST(HttpResponse, AnswersToHeadHaveNoBodyAndTheOthersDo) {
  constexpr std::string_view head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  const std::string stream = std::string(head) + std::string(head) + "ok" + std::string(head);
  ResponseParser parser;
  ASSERT_TRUE(parser.expect(Method::head));
  ASSERT_TRUE(parser.expect(Method::other));
  ASSERT_TRUE(parser.expect(Method::head));
  EXPECT_EQ(parser.expected(), 3U);
  const auto found = parse_whole(parser, stream);
  ASSERT_EQ(found.messages.size(), 3U);
  EXPECT_EQ(found.messages[0].body, "");
  EXPECT_EQ(found.messages[1].body, "ok");
  EXPECT_EQ(found.messages[2].body, "");
  EXPECT_EQ(found.messages[2].framing, Framing::none);
  EXPECT_FALSE(found.in_message);
  EXPECT_EQ(parser.expected(), 0U);
}

TEST(HttpResponse, TheQueueOfExpectationsKeepsItsOrderHoweverItGrows) {
  http::Limits limits;
  limits.expectations_max = 100;
  ResponseParser parser(limits);
  std::string stream;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(parser.expect(i % 3 == 0 ? Method::head : Method::other));
    stream += "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
    if (i % 3 != 0) stream += 'x';
    if (i == 40) {  // read some, so that the ring does not begin at its start when it grows
      const auto some = parse_in_pieces(parser, stream, [](std::size_t) { return std::size_t{7}; });
      ASSERT_FALSE(some.error);
      stream.clear();
    }
  }
  const auto found = parse_whole(parser, stream);
  ASSERT_EQ(found.messages.size(), 59U);
  for (std::size_t i = 0; i < found.messages.size(); ++i) {
    EXPECT_EQ(found.messages[i].body, (i + 41) % 3 == 0 ? "" : "x") << i;
  }
}

TEST(HttpResponse, TwoHundredToConnectMakesATunnelAndAnErrorStatusDoesNot) {
  ResponseParser parser;
  ASSERT_TRUE(parser.expect(Method::connect));
  const auto open =
      parse_whole(parser, "HTTP/1.1 200 Go\r\nContent-Length: 9\r\nTransfer-Encoding: gzip\r\n\r\n");
  EXPECT_FALSE(open.error) << "a client must ignore both (RFC 9110 9.3.6)";
  EXPECT_EQ(open.messages.at(0).content_length, 0U);
  parser.reset();
  ASSERT_TRUE(parser.expect(Method::connect));
  const auto tunnel = parse_whole(parser, "HTTP/1.1 200 Go\r\nContent-Length: 9\r\n\r\n\x16\x03");
  ASSERT_EQ(tunnel.messages.size(), 1U);
  EXPECT_TRUE(tunnel.messages[0].ended);
  EXPECT_EQ(tunnel.opaque, "\x16\x03");
  parser.reset();
  ASSERT_TRUE(parser.expect(Method::connect));
  const auto refused = parse_whole(parser, "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_EQ(refused.messages.at(0).body, "no");
  EXPECT_EQ(refused.opaque, "");
}

// The message reader leaves the framing to its owner, and does not continue without it.
TEST(HttpMessageReader, WaitsUntilItIsSaidWhatFollowsAHead) {
  http::detail::MessageReader reader(http::detail::HeadReader::Section::response_head, {}, {});
  reader.feed("HTTP/1.1 200 OK\r\n\r\nbody");
  ASSERT_EQ(reader.next(), http::detail::MessageReader::Step::head);
  EXPECT_EQ(reader.next(), http::detail::MessageReader::Step::more);
  reader.begin_body(http::Framing::content_length, 4);
  ASSERT_EQ(reader.next(), http::detail::MessageReader::Step::octets);
  EXPECT_EQ(reader.octets(), "body");
}

// chunk-ext-val = token / quoted-string; quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text )
TEST(HttpChunks, AQuotedExtensionHoldsNoControlByteNotEvenEscaped) {
  for (const std::string_view extension : {"a=\"\x01\"", "a=\"\\\x01\"", "a=\"\\\r\n\""}) {
    http::ResponseParser parser;
    const std::string stream = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                               std::string(extension) + "\r\nx\r\n0\r\n\r\n";
    static_cast<void>(parse_whole(parser, stream));
    EXPECT_TRUE(parser.error()) << extension;
    EXPECT_EQ(parser.error().offset, stream.find_first_of("\x01\r", stream.find("1;")));
  }
}

TEST(HttpResponse, MethodNamesRegardCase) {
  EXPECT_EQ(http::method_of("HEAD"), Method::head);
  EXPECT_EQ(http::method_of("CONNECT"), Method::connect);
  EXPECT_EQ(http::method_of("head"), Method::other);
  EXPECT_EQ(http::method_of("GET"), Method::other);
}

TEST(HttpResponse, ABodyUntilCloseEndsWithFinishAndNotBefore) {
  ResponseParser parser;
  parser.feed("HTTP/1.0 200 OK\r\n\r\nall");
  EXPECT_EQ(parser.next()->head.framing, Framing::close);
  EXPECT_EQ(parser.next()->octets, "all");
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_TRUE(parser.in_message());
  parser.finish();
  const ResponseEvent* event = parser.next();
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->kind, Kind::end);
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_FALSE(parser.in_message());
}

TEST(HttpResponse, FinishDoesNotEndABodyOfKnownLength) {
  ResponseParser parser;
  parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok");
  while (parser.next() != nullptr) continue;
  parser.finish();
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_TRUE(parser.in_message());
  EXPECT_FALSE(parser.error());
}

TEST(HttpResponse, AnErrorIsStickyUntilResetAndEventsBeforeItAreGiven) {
  ResponseParser parser;
  parser.feed("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 2x0 OK\r\n\r\n");
  EXPECT_EQ(parser.next()->head.status, 204);
  EXPECT_EQ(parser.next()->kind, Kind::end);
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::bad_status_code, 37}));
  parser.feed(kOk);
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.error(), (Error{ErrorCode::bad_status_code, 37}));
  parser.reset();
  EXPECT_FALSE(parser.error());
  parser.feed(kOk);
  ASSERT_NE(parser.next(), nullptr);
}

TEST(HttpResponse, SaysWhetherTheConnectionPersists) {
  const auto keeps = [](std::string_view stream) {
    ResponseParser parser;
    parser.feed(stream);
    return parser.next()->head.keeps_connection();
  };
  EXPECT_TRUE(keeps("HTTP/1.1 204 x\r\n\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1 204 x\r\nconnection: Upgrade , CLOSE\r\n\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.1 204 x\r\nConnection: closed\r\n\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0 204 x\r\n\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.0 204 x\r\nConnection: Keep-Alive\r\n\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 x\r\n\r\n")) << "the end of the body is the end of the connection";
  EXPECT_TRUE(keeps("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

// The LF that ends the line is the byte after the code.
TEST(HttpResponse, AReasonMayBeMissingBeforeABareLineFeed) {
  ResponseParser parser({}, tolerate::missing_reason | tolerate::bare_lf);
  const auto found = parse_whole(parser, "HTTP/1.1 204\nA: b\n\n");
  ASSERT_EQ(found.messages.size(), 1U);
  EXPECT_EQ(found.messages[0].status, 204);
  EXPECT_EQ(found.messages[0].reason, "");
  EXPECT_EQ(found.messages[0].fields.size(), 1U);
}

TEST(HttpResponse, WhiteSpaceAroundCodingsIsNotPartOfThem) {
  ResponseParser parser;
  const auto found =
      parse_whole(parser, "HTTP/1.1 200 x\r\nTransfer-Encoding: gzip \t , \t chunked\r\n\r\n0\r\n\r\n");
  ASSERT_EQ(found.messages.size(), 1U);
  EXPECT_EQ(found.messages[0].framing, http::Framing::chunked);
  EXPECT_TRUE(found.messages[0].ended);
}

TEST(HttpChunkReader, AnErrorStaysUntilTheNextBody) {
  http::detail::ChunkReader reader(100);
  reader.begin(7);
  std::string_view rest = "x";
  std::string_view octets;
  EXPECT_EQ(reader.next(rest, octets), http::detail::ChunkReader::Status::error);
  rest = "0\r\n";
  EXPECT_EQ(reader.next(rest, octets), http::detail::ChunkReader::Status::error);
  EXPECT_EQ(reader.error(), (Error{ErrorCode::bad_chunk_size, 7}));
  reader.begin(0);
  EXPECT_EQ(reader.next(rest, octets), http::detail::ChunkReader::Status::trailers);
}

// RFC 9112 6.1: after a message with both, the connection must be closed.
TEST(HttpResponse, AConnectionDoesNotPersistAfterALengthBesideACoding) {
  ResponseParser parser({}, tolerate::length_with_coding);
  parser.feed("HTTP/1.1 200 x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
  const ResponseEvent* event = parser.next();
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->head.framing, http::Framing::chunked);
  EXPECT_FALSE(event->head.keeps_connection());
}

TEST(HttpResponse, FieldsAreFoundWithoutRegardToCase) {
  ResponseParser parser;
  parser.feed(kOk);
  const ResponseEvent* event = parser.next();
  EXPECT_EQ(http::find_field(event->head.fields, "SERVER"), "example");
  EXPECT_EQ(http::find_field(event->head.fields, "Serve"), std::nullopt);
  EXPECT_FALSE(http::field_lists(event->head.fields, "server", "exam"));
}

// The white space around a value is none of it, whichever two octets it begins or ends with, and
// however the head is read: in one piece with much before it, or little by little.
TEST(HttpResponse, AValueBeginsAndEndsWithAnyTwoOctets) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  http::Limits long_heads;
  long_heads.head_octets_max = 1000;
  long_heads.line_octets_max = 1000;
  const std::string before =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: " + std::string(600, 'x') + "\r\n";
  for (unsigned first = 0; first < 256; ++first) {
    const char a = static_cast<char>(first);
    if ((first < ' ' && a != '\t') || a == '\x7F') continue;
    for (const char b : {' ', '\t', '!', 'x', '\xFF'}) {
      for (const bool at_end : {false, true}) {
        const std::string value = at_end ? std::string("x") + b + a : std::string{a, b, 'x'};
        std::string_view expected = value;
        while (!expected.empty() && is_blank(expected.front())) expected.remove_prefix(1);
        while (!expected.empty() && is_blank(expected.back())) expected.remove_suffix(1);
        const std::string head = before + "X: " + value + "\r\nY: z\r\n\r\n";
        for (const std::size_t piece : {head.size(), head.size() - 5}) {
          http::ResponseParser parser(long_heads);
          ASSERT_TRUE(parser.expect(http::Method::other));
          const http::ResponseEvent* event = nullptr;
          parser.feed(std::string_view(head).substr(0, piece));
          event = parser.next();
          if (event == nullptr) {
            parser.feed(std::string_view(head).substr(piece));
            event = parser.next();
          }
          ASSERT_NE(event, nullptr) << first;
          ASSERT_EQ(event->head.fields.size(), 4U);
          EXPECT_EQ(event->head.fields[2].value, expected) << first << ' ' << static_cast<int>(b);
        }
      }
    }
  }
}

TEST(HttpResponse, MovesWithAHeadHalfRead) {
  ResponseParser parser;
  parser.feed(kOk.substr(0, 60));
  ASSERT_EQ(parser.next(), nullptr);
  ResponseParser moved = std::move(parser);
  moved.feed(kOk.substr(60));
  const ResponseEvent* event = moved.next();
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(http::find_field(event->head.fields, "server"), "example");
}

// Where no body follows, what would frame it may be wrong as often as it likes; and what is right
// behind it counts for nothing either, however the head goes on and is cut.
TEST(HttpResponse, FramingThatNobodyNeedsIsOverlooked) {
  under_every_target([] {
    for (const std::string_view start : {"HTTP/1.1 304 x\r\n", "HTTP/1.1 204 x\r\n", "HTTP/1.1 103 x\r\n"}) {
      for (const std::string_view wrong :
           {"Content-Length: x\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Transfer-Encoding: (\r\n"}) {
        for (const std::size_t lines : {0U, 1U, 20U, 60U}) {
          std::string others;
          for (std::size_t i = 0; i < lines; ++i) others += "X-Other: of some octets, as most are\r\n";
          std::string head(start);
          head.append(wrong).append(others).append("Content-Length: 5\r\n");
          head.append(others).append(wrong).append("\r\n");
          const auto fields = static_cast<std::size_t>(std::ranges::count(head, '\n')) - 2;
          // Also with the beginning octet by octet, so that the scan has not been tried yet.
          const std::size_t begun = start.size() + wrong.size() + 1;
          for (const std::size_t slowly : {std::size_t{0}, begun}) {
            for (const std::size_t piece :
                 {head.size(), std::size_t{1}, std::size_t{100}, std::size_t{700}}) {
              SCOPED_TRACE(head + " in pieces of " + std::to_string(piece));
              ResponseParser parser({.head_octets_max = 8192, .line_octets_max = 256, .fields_max = 200});
              std::size_t found = 0;
              std::string bytes;
              for (std::size_t at = 0; at < head.size() && found == 0; at += bytes.size()) {
                bytes = head.substr(at, at < slowly ? 1 : piece);
                parser.feed(bytes);
                if (const ResponseEvent* const event = parser.next()) {
                  found = event->head.fields.size();
                  ASSERT_EQ(event->head.content_length, 0U);
                }
              }
              ASSERT_EQ(parser.error(), Error{});
              ASSERT_EQ(found, fields);
            }
          }
        }
      }
    }
  });
}

}  // namespace
}  // namespace backtalk
