// SPDX-License-Identifier: Apache-2.0 OR MIT
// The HTTP parsers against the reference, over mutated messages, random limits, tolerances and
// cuts.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "every_target.hpp"
#include "http_messages.hpp"

namespace backtalk {
namespace {

using http::Method;
using Random = std::mt19937;

std::size_t pick(Random& random, std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

constexpr std::array<std::string_view, 19> kResponses{
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nDate: Wed, 21 Dec 2005 21:49:37 GMT\r\nServer: Apache/2.0.54 (Debian GNU/Linux) "
    "DAV/2 SVN/1.1.4 "
    "PHP/4.3.10-16\r\nX-Powered-By: PHP/4.3.10-16\r\nContent-Length: 3\r\nConnection: close\r\nContent-Type: "
    "text/html\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nTransfer-Encoding: chunked\r\nTrailer: "
    "Expires\r\n\r\n4\r\nWiki\r\n5;ext=1\r\npedia\r\n"
    "0\r\nExpires: never\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n",
    "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 99\r\n\r\n",
    "HTTP/1.0 404 Not Found\r\n\r\nuntil close",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x05hello",
    "HTTP/1.1 200 \r\ncontent-length:0\r\n\r\n",
    "HTTP/1.1 500 Internal Server Error\r\nX: \r\nY:y\r\nZ:\t z \t\r\ntransfer-encoding: gzip, "
    "chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n\x1f\x8b",
    "HTTP/1.1 200\r\nA : b\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nFolded: a\r\n b\r\n\tc\r\nContent-Length: 1, 1\r\n\r\nx",
    "\r\n\n\r\nHTTP/1.0 \t 200\tOK\r\n white\r\nTransfer-Encoding: "
    "chunked\r\n\r\n\r\n00000000000000000001\r\nx"
    "\r\n\r\n0\r\n\r\n\r\n",
    "HTTP/1.1 200 OK\r\n<!DOCTYPE html>\r\n and more\r\nPHP Warning: x\r\n: y\r\nHTTP/1.1 200 OK\r\nTransfer-"
    "Encoding: chunked, chunked\r\nTransfer-Encoding: identity\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    "HTTP/1.0 304 No\r\nContent-Length: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
    "ICY 200 OK\r\nicy-name:x\r\nTransfer-Encoding: identity, ,\r\nContent-Length: ,2,, 2,\r\n\r\nab",
    "HTTP/1.7 099 No\r\nTransfer-Encoding:\r\n ,chunked, x-odd\r\n\r\nuntil close",
};

constexpr std::array<std::string_view, 6> kRequests{
    "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n",
    "\r\nGET http://www.example.com/ HTTP/1.0\r\n\r\n",
    "POST /cgi-bin/process.cgi HTTP/1.1\r\nUser-Agent: Mozilla/4.0 (compatible; MSIE5.01; Windows "
    "NT)\r\nHost: "
    "www.example.com\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b",
    "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n1 ; q = \"x\\\"y\" "
    ";z\r\nb\r\n0\r\nT: u\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\nCookie: "
    "0123456789012345678901234567890123456789012345678901234567890123456789"
    "01234567890123456789012345678901234567890123456789\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\nContent-Length: 18446744073709551615\r\n\r\n",
};

constexpr std::array<std::string_view, 74> kInsertions{"\r",
                                                       "\n",
                                                       "\r\n",
                                                       "\r\n\r\n",
                                                       std::string_view("\0", 1),
                                                       "\x01",
                                                       "\x7f",
                                                       "\t",
                                                       " ",
                                                       ":",
                                                       ";",
                                                       ",",
                                                       "=",
                                                       "\"",
                                                       "\\",
                                                       "0",
                                                       "1",
                                                       "9",
                                                       "a",
                                                       "F",
                                                       "g",
                                                       "\x80",
                                                       "\xff",
                                                       "x",
                                                       "\r\n ",
                                                       "\r\n\t",
                                                       "\n ",
                                                       " :",
                                                       ": ",
                                                       "HTTP/1.1 ",
                                                       "HTTP/1.0 ",
                                                       "HTTP/2.0",
                                                       " 200",
                                                       "099",
                                                       "Content-Length: 5\r\n",
                                                       "Content-Length: 3\r\n",
                                                       "content-length:5,5\r\n",
                                                       "Content-Length: +5\r\n",
                                                       "Content-Length: 18446744073709551616\r\n",
                                                       "Content-Length: 5 5\r\n",
                                                       "Content-Length:\r\n",
                                                       "Transfer-Encoding: chunked\r\n",
                                                       "Transfer-Encoding: chunked, chunked\r\n",
                                                       "Transfer-Encoding: identity\r\n",
                                                       "transfer-encoding: gzip\r\n",
                                                       "Transfer-Encoding: chunked;x\r\n",
                                                       "Transfer-Encodinx: chunked\r\n",
                                                       ", chunked",
                                                       ", gzip",
                                                       "\r\n\r\n\r\n",
                                                       ";q=1, chunked",
                                                       "gzip;q=\"a, ",
                                                       "foo ; q=\"\\\", chunked\"",
                                                       "FFFFFFFFFFFFFFFF\r\n",
                                                       "10000000000000000\r\n",
                                                       ";a=b",
                                                       ";a=\"b\"",
                                                       "Content-Lengtx: 5\r\n",
                                                       "Content Length: 5\r\n",
                                                       "\"Transfer-Encoding: chunked\"\r\n",
                                                       "Content-Length 5\r\n",
                                                       "Name with spaces: x\r\n",
                                                       "preload\r\n",
                                                       ": x\r\n",
                                                       "HTTP/1.1 200 OK\r\n",
                                                       "HTTP/1.1 304 No\r\n",
                                                       "http/1.1 200 OK\r\n",
                                                       "Icy 200 OK\r\n",
                                                       "X-HTTP/1.1 200 OK\r\n",
                                                       "Transfer-Encoding:\r\n chunked\r\n",
                                                       "identity, ",
                                                       ",,",
                                                       "ICY ",
                                                       "00000000000000000000"};

template <std::size_t N>
std::string mutated_stream(Random& random, const std::array<std::string_view, N>& messages) {
  std::string stream;
  for (std::size_t count = 1 + pick(random, 4); count > 0; --count) stream += messages[pick(random, N)];
  for (std::size_t count = pick(random, 5); count > 0; --count) {
    const std::size_t at = pick(random, stream.size());
    switch (pick(random, 6)) {
      case 0: stream.erase(at, 1 + pick(random, 3)); break;
      case 1: stream.insert(at, kInsertions[pick(random, kInsertions.size())]); break;
      case 2: stream.replace(at, 1, kInsertions[pick(random, kInsertions.size())]); break;
      case 3: stream.resize(at + 1); break;
      default: {  // a complete line at the beginning of a line
        const std::size_t line = stream.find("\r\n", at);
        if (line != std::string::npos) stream.insert(line + 2, kInsertions[pick(random, kInsertions.size())]);
        break;
      }
    }
    if (stream.empty()) stream.push_back('H');
  }
  return stream;
}

http::Limits random_limits(Random& random) {
  http::Limits limits{.head_octets_max = 4096,
                      .line_octets_max = 1024,
                      .fields_max = 40,
                      .trailer_octets_max = 512,
                      .chunk_extension_octets_max = 128,
                      .interims_max = 3};
  if (pick(random, 2) == 0) return limits;
  switch (pick(random, 6)) {
    case 0: limits.head_octets_max = 1 + pick(random, 300); break;
    case 1: limits.line_octets_max = 1 + pick(random, 130); break;
    case 2: limits.fields_max = pick(random, 8); break;
    case 3: limits.trailer_octets_max = 1 + pick(random, 20); break;
    case 4: limits.chunk_extension_octets_max = pick(random, 20); break;
    default: limits.interims_max = pick(random, 3); break;
  }
  return limits;
}

// bare_lf, bare_cr, control_bytes and those of HTTP, each by a coin; none at all half of the time.
Tolerances random_tolerances(Random& random) {
  if (pick(random, 2) == 0) return {};
  return Tolerances{pick(random, 8) | pick(random, 128) << 16 | pick(random, 512) << 32};
}

std::string explain(std::string_view stream, const reference::HttpMessages& got,
                    const reference::HttpMessages& expected, const http::Limits& limits,
                    Tolerances tolerances) {
  return "tolerances " + std::to_string(tolerances.bits()) + ", limits " +
         std::to_string(limits.head_octets_max) + " " + std::to_string(limits.line_octets_max) + " " +
         std::to_string(limits.fields_max) + "\nstream " + testing::PrintToString(stream) + "\nparser\n" +
         describe(got) + "reference\n" + describe(expected);
}

TEST(HttpReference, AgreesWithTheResponseParserOnMutatedStreams) {
  under_every_target([] {
    Random random(9112);
    for (int round = 0; round < 8000; ++round) {
      const std::string stream = mutated_stream(random, kResponses);
      const http::Limits limits = random_limits(random);
      const Tolerances tolerances = random_tolerances(random);
      std::vector<Method> methods(pick(random, 4));
      for (Method& method : methods) method = static_cast<Method>(pick(random, 3));
      const auto expected = reference::read_http_responses(stream, limits, tolerances, methods);
      http::ResponseParser parser(limits, tolerances);
      for (const std::size_t piece_max : {std::size_t{1}, std::size_t{5}, std::size_t{200}, stream.size()}) {
        for (const Method method : methods) EXPECT_TRUE(parser.expect(method));
        const bool whole = piece_max == stream.size();
        const auto got = parse_in_pieces(
            parser, stream, [&](std::size_t left) { return whole ? left : 1 + pick(random, piece_max); });
        ASSERT_EQ(got, expected) << "round " << round << ", pieces up to " << piece_max << ", "
                                 << explain(stream, got, expected, limits, tolerances);
        parser.reset();
      }
    }
  });
}

TEST(HttpReference, AgreesWithTheRequestParserOnMutatedStreams) {
  under_every_target([] {
    Random random(9110);
    for (int round = 0; round < 8000; ++round) {
      const std::string stream = mutated_stream(random, kRequests);
      const http::Limits limits = random_limits(random);
      const Tolerances tolerances = random_tolerances(random);
      const auto expected = reference::read_http_requests(stream, limits, tolerances);
      http::RequestParser parser(limits, tolerances);
      for (const std::size_t piece_max : {std::size_t{1}, std::size_t{5}, std::size_t{200}, stream.size()}) {
        const bool whole = piece_max == stream.size();
        const auto got = parse_in_pieces(
            parser, stream, [&](std::size_t left) { return whole ? left : 1 + pick(random, piece_max); });
        ASSERT_EQ(got, expected) << "round " << round << ", pieces up to " << piece_max << ", "
                                 << explain(stream, got, expected, limits, tolerances);
        parser.reset();
      }
    }
  });
}

// Each line among plain ones, at the beginning and at the end of feeds of exact size. The words
// read around a colon and a line end must not reach beyond the feed.
TEST(HttpReference, AgreesWithTheResponseParserOnWhatALineMayBeAtAnyCut) {
  const std::string long_name(64, 'n');
  const std::array<std::string, 16> lines{"A:",
                                          "A: ",
                                          "A:x",
                                          "A: x",
                                          "A:  x",
                                          "A: x ",
                                          "A: xy\t",
                                          ":",
                                          ": x",
                                          "A",
                                          "A x: y",
                                          long_name + ": x",
                                          long_name + "+seventeen-octets: x",
                                          "Content-Length: 1x",
                                          "Content-Length: 123456789",
                                          "Transfer-Encoding: chunked, x"};
  under_every_target([&] {
    for (const std::string& line : lines) {
      const std::string before =
          "HTTP/1.1 200 OK\r\nServer: nothing in particular, but long enough to be scanned\r\n";
      const std::string stream = before + line + "\r\nB: c\r\n\r\n";
      const auto expected = reference::read_http_responses(stream, {}, {}, {});
      for (std::size_t first = before.size() - 2; first <= stream.size(); ++first) {
        http::ResponseParser parser;
        const auto got = parse_in_pieces(
            parser, stream, [&](std::size_t left) { return left == stream.size() ? first : left; });
        ASSERT_EQ(got, expected) << line << ", cut at " << first;
      }
    }
  });
}

// What the reference is itself held to, worked out by hand.
TEST(HttpReference, ReadsTheExamplesOfTheGrammar) {
  const auto found = reference::read_http_responses(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n0\r\nA: b\r\n\r\nHTTP/1.0 404 "
      "No\r\n\r\nx",
      {}, {}, {});
  ASSERT_EQ(found.messages.size(), 2U);
  EXPECT_EQ(found.messages[0].framing, http::Framing::chunked);
  EXPECT_EQ(found.messages[0].body, "Wiki");
  EXPECT_EQ(found.messages[0].trailers, (reference::HttpFields{{"A", "b"}}));
  EXPECT_EQ(found.messages[1].offset, 67U);
  EXPECT_EQ(found.messages[1].body, "x");
  EXPECT_FALSE(found.in_message);
  EXPECT_EQ(reference::read_http_requests("GET / HTTP/1.1\r\nA : b\r\n\r\n", {}, {}).error,
            (Error{ErrorCode::space_before_colon, 17}));
  EXPECT_EQ(reference::read_http_requests("GET / HTTP/1.1\nHost: a\r\n\r\n", {}, {}).error,
            (Error{ErrorCode::bare_lf, 14}));
}

}  // namespace
}  // namespace backtalk
