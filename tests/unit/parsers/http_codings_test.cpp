// SPDX-License-Identifier: Apache-2.0 OR MIT
// Transfer codings: each that a request may have before chunked, and no word that is almost one;
// and what "identity" is where it is tolerated.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"

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

// What a response is framed by if "identity" is tolerated. Alone it is no coding at all, so that a
// Content-Length may stand beside it; beside another coding it is passed over.
TEST(HttpCodings, IdentityIsNoneWhereverItStands) {
  struct Row {
    std::string_view codings;
    bool none;
    Framing framing;
  };
  for (const auto& [codings, none, framing] : {Row{"identity", true, Framing::close},
                                               {"IDENTITY", true, Framing::close},
                                               {"identity, identity", true, Framing::close},
                                               {", identity", true, Framing::close},
                                               {",,\tidentity ,", true, Framing::close},
                                               {"identity, chunked", false, Framing::chunked},
                                               {"chunked, identity", false, Framing::chunked},
                                               {"identity, identity,chunked", false, Framing::chunked},
                                               {", identity, chunked,", false, Framing::chunked},
                                               {"identity, gzip", false, Framing::close},
                                               {"gzip, identity", false, Framing::close},
                                               {"identity, gzip, chunked", false, Framing::chunked},
                                               {"identit", false, Framing::close},
                                               {"identityx", false, Framing::close},
                                               {"identity;q=1", false, Framing::close}}) {
    for (const bool with_length : {false, true}) {
      const std::string before =
          std::string("HTTP/1.1 200 OK\r\n") + (with_length ? "Content-Length: 1\r\n" : "");
      const std::string stream = before + "Transfer-Encoding: " + std::string(codings) + "\r\n\r\n";
      ResponseParser parser({}, tolerate::identity_coding);
      parser.feed(stream);
      const ResponseEvent* const event = parser.next();
      if (with_length && !none) {
        EXPECT_EQ(event, nullptr) << codings;
        EXPECT_EQ(parser.error(), (Error{ErrorCode::length_with_coding, before.size()})) << codings;
        continue;
      }
      ASSERT_NE(event, nullptr) << codings;
      EXPECT_EQ(event->head.framing, with_length ? Framing::content_length : framing) << codings;
    }
  }
}

}  // namespace
}  // namespace backtalk::http
