// SPDX-License-Identifier: Apache-2.0 OR MIT
// What servers send against the rules, as far as it frames the stream: what is tolerated, what is
// ignored, what is dropped and what must not be.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "every_target.hpp"
#include "http_messages.hpp"

namespace backtalk {
namespace {

using http::Framing;
using http::Method;
using http::ResponseParser;

reference::HttpMessages read(std::string_view stream, Tolerances tolerances = {},
                             Method method = Method::other) {
  ResponseParser parser({}, tolerances);
  (void)parser.expect(method);
  return parse_whole(parser, stream);
}

constexpr std::string_view kNext = "HTTP/1.1 201 Next\r\nContent-Length: 0\r\n\r\n";

// RFC 9112 6.3(1) and (2): no body "regardless of the header fields". Neither is a field an error
// there, nor does any of its octets belong to the response; cut anywhere.
TEST(HttpTolerated, FramingFieldsAreNotJudgedWhereNoBodyFollows) {
  constexpr std::array<std::string_view, 8> fields{
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\nA: b\r\n",
      "Content-Length: -1\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Content-Length: 99999999999999999999\r\n",
      "Transfer-Encoding:\r\n",
      "Transfer-Encoding: chunked, chunked\r\nTransfer-Encoding: \"x\"\r\n",
      "Content-Length: five\r\nLong: 0123456789012345678901234567890123456789012345678901234567890\r\n"};
  struct Case {
    std::string_view line;
    Method method;
  };
  constexpr std::array cases{
      Case{"HTTP/1.1 204 x\r\n", Method::other}, Case{"HTTP/1.1 304 x\r\n", Method::other},
      Case{"HTTP/1.1 103 x\r\n", Method::other}, Case{"HTTP/1.1 200 x\r\n", Method::head},
      Case{"HTTP/1.0 404 x\r\n", Method::head}};
  under_every_target([&] {
    for (const Case& one : cases) {
      for (const std::string_view field : fields) {
        const std::string stream = std::string(one.line) + std::string(field) + "\r\n" + std::string(kNext);
        for (std::size_t cut = 1; cut < stream.size(); ++cut) {
          ResponseParser parser;
          (void)parser.expect(one.method);
          const auto found = parse_in_pieces(
              parser, stream, [&](std::size_t left) { return left == stream.size() ? cut : left; });
          ASSERT_FALSE(found.error) << stream << " cut at " << cut;
          ASSERT_EQ(found.messages.size(), 2U) << stream;
          EXPECT_EQ(found.messages[0].framing, Framing::none);
          EXPECT_EQ(found.messages[0].content_length, 0U);
          EXPECT_EQ(found.messages[1].status, 201U);
        }
      }
    }
  });
}

TEST(HttpTolerated, FramingFieldsAreJudgedWhereABodyFollows) {
  EXPECT_EQ(read("HTTP/1.1 200 x\r\nContent-Length: -1\r\n\r\n").error,
            (Error{ErrorCode::bad_content_length, 32}));
  EXPECT_EQ(read("HTTP/1.1 403 x\r\nContent-Length: -1\r\n\r\n", {}, Method::connect).error,
            (Error{ErrorCode::bad_content_length, 32}))
      << "only 2xx opens a tunnel";
  ResponseParser parser;
  (void)parser.expect(Method::head);
  const auto second = parse_whole(parser,
                                  "HTTP/1.1 200 x\r\nContent-Length: -1\r\n\r\n"
                                  "HTTP/1.1 200 x\r\nContent-Length: -1\r\n\r\n");
  EXPECT_EQ(second.messages.size(), 1U) << "only the first answers HEAD";
  EXPECT_EQ(second.error, (Error{ErrorCode::bad_content_length, 70}));
}

// RFC 9112 6.3(1): only 1xx, 204 and 304 have no body. RFC 9110 15: other classes are like 5xx.
TEST(HttpTolerated, AStatusOfNoClassHasABody) {
  for (const std::string status : {"000", "099", "199", "600", "999"}) {
    const auto found = read("HTTP/1.1 " + status + " x\r\nContent-Length: 2\r\n\r\nhi" + std::string(kNext),
                            tolerate::any_status);
    const bool interim = status == "199";
    if (interim) {
      EXPECT_EQ(found.error.code, ErrorCode::excess_bytes);
      continue;
    }
    ASSERT_EQ(found.messages.size(), 2U) << status;
    EXPECT_EQ(found.messages[0].body, "hi") << status;
  }
}

// RFC 9112 6.3(4): with codings that do not end in chunked, the body of a response ends with the
// connection, whatever they are.
TEST(HttpTolerated, CodingsOfAResponseThatDoNotEndInChunkedGoOnUntilClose) {
  for (const std::string_view codings :
       {"identity", "x-unheard-of", "chunked, deflate", "chunked,identity", "gzip,",
        "chunked\r\nTransfer-Encoding: br", "xchunked", "gzip;q=1", "foo ; q=1", "foo;", "chunked, foo;q=1",
        "foo;q=\"a, chunked\"", "foo;q=\"\\\", chunked\"", "foo;q=1;r=\"chunked\"", "chunkedx;q=1"}) {
    const auto found =
        read("HTTP/1.1 200 x\r\nTransfer-Encoding: " + std::string(codings) + "\r\n\r\n5\r\nhello");
    ASSERT_EQ(found.messages.size(), 1U) << codings;
    EXPECT_EQ(found.messages[0].framing, Framing::close) << codings;
    EXPECT_EQ(found.messages[0].body, "5\r\nhello") << codings;
  }
  for (const std::string_view codings :
       {"x-unheard-of, chunked", ",chunked", "chunked, ,", "identity,Chunked", "foo;q=1, chunked",
        "foo;q=\"a, b\", chunked", "foo;q=\"\\\"\", chunked", "foo;q=\"\\\\\",chunked"}) {
    const auto found =
        read("HTTP/1.1 200 x\r\nTransfer-Encoding: " + std::string(codings) + "\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
    ASSERT_EQ(found.messages.size(), 1U) << codings;
    EXPECT_EQ(found.messages[0].body, "hi") << codings;
  }
  for (const std::string_view codings :
       {"", ",", "chunked;a=b", "\"chunked\"", "chunked chunked", "a/b", "chunked;", "Chunked ;q=1",
        "gzip, chunked;q=1", ";q=1", "a/b;q=1", "foo;q=\"a, chunked", "foo;q=\"\\\", chunked",
        "fo\"o;q=1, chunked", "chunked\x80"}) {
    const auto found = read("HTTP/1.1 200 x\r\nTransfer-Encoding: " + std::string(codings) + "\r\n\r\n");
    EXPECT_EQ(found.error.code, ErrorCode::unknown_coding) << codings;
  }
  EXPECT_EQ(
      read("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked, gzip, chunked\r\n\r\n", tolerate::repeated_chunked)
          .error,
      (Error{ErrorCode::repeated_chunked, 50}))
      << "only what is said twice in a row is said again";
}

// A server that takes the codings of a request for others than a proxy does is how smuggling works.
TEST(HttpTolerated, CodingsOfARequestAreReadStrictlyWhateverIsTolerated) {
  Tolerances all;
  for (const auto& known : tolerate::all()) all = all | known.set;
  for (const std::string_view codings :
       {"identity", "x-unheard-of, chunked", ",chunked", "chunked,", "chunked, chunked", "chunked, identity",
        "chunked, gzip", "gzip", "gzip;q=1, chunked", "gzip;q=\"a, chunked", "chunked;q=1"}) {
    http::RequestParser parser({}, all);
    const auto found = parse_whole(
        parser, "PUT / HTTP/1.1\r\nTransfer-Encoding: " + std::string(codings) + "\r\n\r\n0\r\n\r\n");
    EXPECT_TRUE(found.error) << codings;
    EXPECT_TRUE(found.messages.empty()) << codings;
  }
  http::RequestParser parser({}, all);
  EXPECT_EQ(parse_whole(parser, "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").error,
            (Error{ErrorCode::coding_in_http_1_0, 16}));
}

TEST(HttpTolerated, TheConnectionClosesAfterACodingThatIsDoubtful) {
  const auto keeps = [](std::string_view stream, Tolerances tolerances) {
    ResponseParser parser({}, tolerances);
    parser.feed(stream);
    const auto* event = parser.next();
    EXPECT_NE(event, nullptr) << stream;
    return event == nullptr || event->head.keeps_connection();
  };
  EXPECT_FALSE(keeps("HTTP/1.0 200 x\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
                     tolerate::coding_in_http_1_0));
  EXPECT_FALSE(keeps("HTTP/1.1 200 x\r\nContent-Length: 2\r\nTransfer-Encoding: identity\r\n\r\n",
                     tolerate::identity_coding));
  EXPECT_FALSE(keeps("HTTP/1.0 304 x\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n", {}));
  EXPECT_TRUE(
      keeps("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", tolerate::repeated_chunked));
  EXPECT_TRUE(keeps("HTTP/1.3 204 x\r\n\r\n", {})) << "as in HTTP/1.1";
}

// A line is dropped only if no reader can take it for a field that frames the body, or for the
// beginning of another response.
TEST(HttpTolerated, ALineThatMayFrameIsNeverDropped) {
  for (const std::string_view line : {"Content-Length 10",
                                      "\"Transfer-Encoding: chunked\"",
                                      "Content Length: 5",
                                      "X Content-Length: 5",
                                      "content_length 5",
                                      "Transfer Encoding: chunked",
                                      "Content\xe2\x80\x90Length: 5",
                                      "<Transfer-Encoding>",
                                      ": Content-Length: 5",
                                      "(CoNtEnT-lEnGtH): 0",
                                      "contencontent-length 5",
                                      "HTTP/1.1 304 x",
                                      "HTTP/1.1",
                                      "HTTP/1.1 2000",
                                      "HTTP/2 200",
                                      "http/1.1 304 x",
                                      "hTTp/1.1 404",
                                      "ICY 404 x",
                                      "Icy\t404",
                                      "ICY"}) {
    const auto found =
        read("HTTP/1.1 200 x\r\nA: b\r\n" + std::string(line) + "\r\nContent-Length: 2\r\n\r\nhi",
             tolerate::junk_field_lines);
    const auto strict = read("HTTP/1.1 200 x\r\nA: b\r\n" + std::string(line) + "\r\n\r\n");
    EXPECT_TRUE(found.error) << line;
    const bool spaced = strict.error.code == ErrorCode::space_before_colon;
    if (!spaced) {
      EXPECT_EQ(found.error, strict.error) << line;
    }
  }
  EXPECT_EQ(
      read("HTTP/1.1 200 x\r\n Content-Length: 5\r\nContent-Length: 2\r\n\r\nhi", tolerate::obs_fold).error,
      (Error{ErrorCode::obs_fold, 16}))
      << "white space before the first field hides none either";
  EXPECT_EQ(read("HTTP/1.1 200 x\r\nabc\r\n content-length: 5\r\n\r\n",
                 tolerate::obs_fold | tolerate::junk_field_lines)
                .error,
            (Error{ErrorCode::obs_fold, 21}));
}

TEST(HttpTolerated, DroppedLinesAreCountedAndTheirOffsetIsSaid) {
  const std::string_view stream =
      "HTTP/1.1 200 x\r\nA: b\r\npreload\r\nPHP Warning: x\r\n: y\r\n\xe2\x80\x90: z\r\nHTTP/1.1 200 OK\r\n"
      "Content-Length: 2\r\n\r\nhiHTTP/1.1 204 x\r\n\r\n";
  ResponseParser parser({}, tolerate::web_servers);
  parser.feed(stream);
  const auto* event = parser.next();
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->head.fields.size(), 2U);
  EXPECT_EQ(parser.dropped_lines().count, 5U);
  EXPECT_EQ(parser.dropped_lines().first, 22U);
  EXPECT_EQ(parser.next()->octets, "hi");
  EXPECT_EQ(parser.next()->kind, http::ResponseEvent::Kind::end);
  EXPECT_EQ(parser.next()->head.status, 204);
  EXPECT_EQ(parser.dropped_lines().count, 0U) << "of this head alone";
}

// A status line among the fields repeats that of the head, or begins the next response because the
// head before it was broken off. Then whoever kept the connection would take each answer for that
// to another request.
TEST(HttpTolerated, TheConnectionClosesAfterADroppedStatusLine) {
  constexpr Tolerances kAll = tolerate::web_servers | tolerate::obs_fold;
  const auto keeps = [&](std::string_view line, std::size_t cut) {
    const std::string stream = "HTTP/1.1 200 OK\r\nX: 1\r\n" + std::string(line) +
                               "\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    ResponseParser parser({}, kAll);
    std::vector<bool> found;
    for (const std::string_view piece :
         {std::string_view(stream).substr(0, cut), std::string_view(stream).substr(cut)}) {
      parser.feed(piece);
      while (const auto* event = parser.next()) {
        if (event->kind == http::ResponseEvent::Kind::head) found.push_back(event->head.keeps_connection());
      }
    }
    EXPECT_FALSE(parser.error()) << line;
    EXPECT_EQ(found.size(), 2U) << line;
    if (found.size() == 2) {
      EXPECT_TRUE(found[1]) << "of the head before it alone: " << line;
    }
    return !found.empty() && found[0];
  };
  for (std::size_t cut = 0; cut < 60; ++cut) {
    for (const std::string_view line :
         {"HTTP/1.1 200 OK", "HTTP/1.0 200", "http/1.1 200 OK", "HTTP/1.1\t200", "ICY 200 OK", "icy 200",
          "X-FoHTTP/1.1 200 OK", "Warning hTTp/1.1 404 Not Found", "junk\r\n HTTP/1.1 200 OK"}) {
      EXPECT_FALSE(keeps(line, cut)) << line;
    }
    for (const std::string_view line :
         {"junk", "PHP Warning: x", "<a href=http://x>", "ICYX 200", "X: HTTP/1.1 200 OK", "HTTP"})
      EXPECT_TRUE(keeps(line, cut)) << line;
  }
  for (const std::string_view line : {" HTTP/1.1 404 x", "\tICY 404"}) {
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\n" + std::string(line) + "\r\n\r\n", kAll).error,
              (Error{ErrorCode::obs_fold, 17}))
        << line;
  }
}

// Behind a last chunk without its empty line, the next response is not taken for junk.
TEST(HttpTolerated, TrailersAreNoPlaceForJunk) {
  const auto found = read("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + std::string(kNext),
                          tolerate::web_servers);
  EXPECT_EQ(found.error, (Error{ErrorCode::bad_field_name, 53}));
}

// RFC 9112 2.2, RFC 9110 5.5: a recipient replaces them by SP. That makes no framing field
// readable.
TEST(HttpTolerated, ABareCarriageReturnOrANulBecomesASpace) {
  constexpr Tolerances both = tolerate::bare_cr | tolerate::control_bytes;
  const auto value = [&](std::string_view sent, Tolerances tolerances) {
    const auto found = read("HTTP/1.1 204 x\r\nA: " + std::string(sent) + "\r\n\r\n", tolerances);
    return found.messages.empty() ? std::string(word(found.error.code))
                                  : found.messages[0].fields.at(0).second;
  };
  EXPECT_EQ(value("a\rb", both), "a b");
  EXPECT_EQ(value("\r\ra\r", both), "a");
  EXPECT_EQ(value(std::string_view("\0a\0\0b\0", 6), both), "a  b");
  EXPECT_EQ(value("\x1b[2J\x7f", both), "\x1b[2J\x7f") << "other control bytes may remain";
  EXPECT_EQ(value("a\rb\r\n c\rd", both | tolerate::obs_fold), "a b   c d");
  EXPECT_EQ(value("a\rb", tolerate::control_bytes), "bare-cr");
  const auto reason = read(std::string_view("HTTP/1.1 204 a\0b\r\n\r\n", 20), both);
  EXPECT_EQ(reason.messages.at(0).reason, "a b");
  for (const auto& [line, expected] : {std::pair{"204 a\rb\r\r", "a b  "}, std::pair{"204 \rb", " b"},
                                       std::pair{"204 \r", " "}, std::pair{"204 a\r b", "a  b"}}) {
    const std::string stream = "HTTP/1.1 " + std::string(line) + "\r\n\r\n";
    for (std::size_t cut = 1; cut <= stream.size(); ++cut) {
      ResponseParser parser({}, tolerate::bare_cr);
      const auto found = parse_in_pieces(
          parser, stream, [&](std::size_t left) { return left == stream.size() ? cut : left; });
      ASSERT_EQ(found.messages.size(), 1U) << line << " cut at " << cut;
      EXPECT_EQ(found.messages[0].reason, expected) << "cut at " << cut;
    }
  }
  EXPECT_EQ(read("HTTP/1.1 204 a\rb\r\n\r\n").error, (Error{ErrorCode::bare_cr, 14}));
  EXPECT_EQ(read("HTTP/1.1 204\rb\r\n\r\n", both | tolerate::missing_reason).error,
            (Error{ErrorCode::bare_cr, 12}))
      << "not before the reason";
  for (const std::string_view field :
       {std::string_view("Content-Length: 2\r"), std::string_view("Content-Length: 2\0", 18),
        std::string_view("Content-Length: \r2"), std::string_view("Transfer-Encoding: chunked\r"),
        std::string_view("Transfer-Encoding: gzip\0, chunked", 33),
        std::string_view("Transfer-Encoding: foo;q=\r, chunked")}) {
    const auto found = read("HTTP/1.1 200 x\r\n" + std::string(field) + "\r\n\r\n", both);
    EXPECT_TRUE(found.error.code == ErrorCode::bad_content_length ||
                found.error.code == ErrorCode::unknown_coding)
        << testing::PrintToString(field);
  }
}

TEST(HttpTolerated, EmptyLinesAreNoMessages) {
  constexpr Tolerances both = tolerate::empty_lines | tolerate::bare_lf;
  const auto found = read("\r\n\n\r\nHTTP/1.1 204 x\r\n\r\n\n\r\nHTTP/1.1 204 y\r\n\r\n\r\n", both);
  ASSERT_EQ(found.messages.size(), 2U);
  EXPECT_EQ(found.messages[0].offset, 5U);
  EXPECT_EQ(found.messages[0].head_octets, 18U);
  EXPECT_EQ(found.messages[1].offset, 26U);
  EXPECT_FALSE(found.error);
  EXPECT_FALSE(found.in_message);
  EXPECT_EQ(found.message_offset, 46U);
  EXPECT_TRUE(read("\r", tolerate::empty_lines).in_message);
  EXPECT_EQ(read("\r\n\rH", tolerate::empty_lines).error, (Error{ErrorCode::bare_cr, 2}));
}

// However many, however cut, and whatever the limit of a head is.
TEST(HttpTolerated, EmptyLinesCountForNoLimit) {
  constexpr http::Limits kSmall{.head_octets_max = 18, .line_octets_max = 16};
  std::string empty;
  for (int i = 0; i < 70'000; ++i) empty += i % 3 == 0 ? "\n" : "\r\n";
  constexpr Tolerances kBoth = tolerate::empty_lines | tolerate::bare_lf;
  const std::string stream = empty + "HTTP/1.1 204 x\r\n\r\n" + empty + "HTTP/1.1 204 y\r\n\r\n" + empty;
  const std::string requests = empty + "GET / HTTP/1.1\r\n\r\n" + empty;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{17},
                                  std::size_t{64}, std::size_t{1001}, stream.size()}) {
    const auto pieces = [&](std::size_t left) { return std::min(left, piece); };
    ResponseParser parser(kSmall, kBoth);
    const auto found = parse_in_pieces(parser, stream, pieces);
    EXPECT_FALSE(found.error) << word(found.error.code) << " at " << found.error.offset;
    ASSERT_EQ(found.messages.size(), 2U) << piece;
    EXPECT_EQ(found.messages[0].offset, empty.size());
    EXPECT_EQ(found.messages[1].offset, 2 * empty.size() + 18);
    EXPECT_FALSE(found.in_message);
    EXPECT_EQ(found.message_offset, stream.size());
    http::RequestParser server(kSmall, kBoth);
    EXPECT_EQ(parse_in_pieces(server, requests, pieces).messages.size(), 1U) << piece;
    // A head keeps its limit, and what follows no message is no excess of one.
    EXPECT_EQ(
        parse_in_pieces(parser = ResponseParser(kSmall, kBoth), empty + "HTTP/1.1 204 xy\r\n\r\n", pieces)
            .error,
        (Error{ErrorCode::line_too_long, empty.size() + 16}));
    EXPECT_EQ(parse_in_pieces(parser = ResponseParser(kSmall, kBoth), empty + "hello", pieces).error,
              (Error{ErrorCode::bad_version, empty.size()}));
    EXPECT_EQ(parse_in_pieces(parser = ResponseParser(kSmall, kBoth), stream + "hello", pieces).error,
              (Error{ErrorCode::excess_bytes, stream.size()}));
  }
}

// What the set promises: none of it moves the end of a message or lets a line in.
TEST(HttpTolerated, WebServersHasNoSwitchThatCanMoveAFrame) {
  for (const Tolerances unsafe :
       {tolerate::bare_lf, tolerate::bare_cr, tolerate::control_bytes, tolerate::obs_fold,
        tolerate::equal_content_lengths, tolerate::space_before_colon, tolerate::length_with_coding,
        tolerate::chunk_size_space, tolerate::identity_coding, tolerate::empty_line_before_chunk}) {
    EXPECT_FALSE(tolerate::web_servers.has(unsafe)) << unsafe.bits();
  }
  const std::string stream =
      "\r\nHTTP/1.1  200\r\njunk\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nhi\r\n0\r\n"
      "\r\n\r\nHTTP/1.1 099 x\r\nContent-Length: 2\r\n\r\nhiHTTP/1.0\t200 x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nICY 200 OK\r\n\r\nmusic";
  const auto found = read(stream, tolerate::web_servers);
  EXPECT_FALSE(found.error) << word(found.error.code) << found.error.offset;
  ASSERT_EQ(found.messages.size(), 4U);
  EXPECT_EQ(found.messages[0].body, "hi");
  EXPECT_EQ(found.messages[1].body, "hi");
  EXPECT_EQ(found.messages[2].body, "x");
  EXPECT_EQ(found.messages[3].body, "music");
}

TEST(HttpTolerated, BytesBehindAResponseAreNotCalledABrokenStartLine) {
  const std::string ok = "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nhi";
  EXPECT_EQ(read(ok + "there").error, (Error{ErrorCode::excess_bytes, 39}));
  EXPECT_EQ(read(ok + std::string(1, '\0')).error, (Error{ErrorCode::excess_bytes, 39}));
  EXPECT_EQ(read(ok + "Hi").error, (Error{ErrorCode::excess_bytes, 40})) << "an H may begin a response";
  EXPECT_EQ(read(ok + "HTTP/2 200").error, (Error{ErrorCode::bad_version, 44})) << "that is a start line";
  EXPECT_EQ(read(ok + "HTTP/1.1 20x").error, (Error{ErrorCode::bad_status_code, 50}));
  EXPECT_EQ(read("there").error, (Error{ErrorCode::bad_version, 0})) << "nothing stands before it";
}

// RFC 9112 7.1: chunk-size = 1*HEXDIG
TEST(HttpTolerated, LeadingZerosOfAChunkSizeCountForTheLineAlone) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "the lines are longer than tiny limits allow";
  const std::string head = "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto zeros = [&](std::size_t count) { return head + std::string(count, '0'); };
  EXPECT_EQ(read(zeros(1000) + "2\r\nhi\r\n" + std::string(1000, '0') + "\r\n\r\n").messages.at(0).body,
            "hi");
  http::Limits limits;
  limits.line_octets_max = 64;
  ResponseParser parser(limits);
  EXPECT_EQ(parse_whole(parser, zeros(65)).error, (Error{ErrorCode::line_too_long, 46 + 64}));
  EXPECT_EQ(read(zeros(30) + "10000000000000000").error,
            (Error{ErrorCode::chunk_size_overflow, 46 + 30 + 16}));
}

// What precedes the first response of a stream says how bytes that are none are refused; of the
// stream before it nothing is left.
TEST(HttpTolerated, EmptyLinesOfAnotherStreamAreForgotten) {
  const std::string empty_lines(200, '\n');
  for (const bool before : {false, true}) {
    http::ResponseParser parser({}, tolerate::empty_lines | tolerate::bare_lf);
    if (before) {
      parser.feed(empty_lines);
      EXPECT_EQ(parser.next(), nullptr);
      EXPECT_EQ(parser.error(), Error{});
      parser.reset();
    }
    parser.feed("HTTP/1.1 204 No\r\n\r\njunk");
    ASSERT_NE(parser.next(), nullptr);
    ASSERT_NE(parser.next(), nullptr);
    EXPECT_EQ(parser.next(), nullptr);
    EXPECT_EQ(parser.error(), (Error{ErrorCode::excess_bytes, 19})) << before;
    parser.reset();
    parser.feed("\njunk");
    EXPECT_EQ(parser.next(), nullptr);
    EXPECT_EQ(parser.error(), (Error{ErrorCode::bad_version, 1})) << before;
  }
}

}  // namespace
}  // namespace backtalk
