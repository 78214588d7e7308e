// SPDX-License-Identifier: Apache-2.0 OR MIT
// The transfer codings that a request may have before chunked: each of them, and no word that is
// almost one.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "backtalk/http/request_parser.hpp"

namespace backtalk::http {
namespace {

constexpr std::string_view kBefore = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ";

Error error_with(std::string_view codings, Framing& framing) {
  const std::string stream = std::string(kBefore) + std::string(codings) + "\r\n\r\n0\r\n\r\n";
  RequestParser parser;
  parser.feed(stream);
  while (const RequestEvent* const event = parser.next()) {
    if (event->kind == RequestEvent::Kind::head) framing = event->head.framing;
  }
  return parser.error();
}

TEST(HttpCodings, OfARequestAreThoseOfTheRfcLetterByLetter) {
  for (const std::string name :
       {"gzip", "x-gzip", "deflate", "compress", "x-compress", "GZip", "X-COMPRESS"}) {
    Framing framing = Framing::none;
    EXPECT_EQ(error_with(name + ", chunked", framing), Error{}) << name;
    EXPECT_EQ(framing, Framing::chunked) << name;
    EXPECT_EQ(error_with("deflate," + name + " ,chunked", framing), Error{}) << name;
    const Error unknown{ErrorCode::unknown_coding, kBefore.size()};
    for (std::size_t at = 0; at < name.size(); ++at) {
      std::string almost = name;
      almost[at] = '~';
      EXPECT_EQ(error_with(almost + ", chunked", framing), unknown) << almost;
      EXPECT_EQ(error_with(name.substr(0, at) + ", chunked", framing), unknown) << name << at;
    }
    EXPECT_EQ(error_with(name + "x, chunked", framing), unknown) << name;
    EXPECT_EQ(error_with(name + ";q=1, chunked", framing), unknown) << name;
  }
}

}  // namespace
}  // namespace backtalk::http
