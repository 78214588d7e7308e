// SPDX-License-Identifier: Apache-2.0 OR MIT
// A Content-Length is the same number whatever way it takes: as one of a few digits or of many, in
// a plain head or in one with an unusual line, whole or cut.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "every_target.hpp"
#include "http_messages.hpp"

namespace backtalk {
namespace {

TEST(HttpContentLength, IsReadTheSameOnEveryWay) {
  under_every_target([] {
    for (const char digit : {'0', '1', '9'}) {
      for (std::size_t digits = 1; digits <= 20; ++digits) {
        const std::string number = "1" + std::string(digits - 1, digit);
        const bool fits = digits < 20 || number <= "18446744073709551615";
        const std::uint64_t length = fits ? std::stoull(number) : 0;
        for (const std::string& odd :
             {std::string(), std::string("Odd:line\r\n"), std::string("A: \t b \r\n")}) {
          for (const bool before : {false, true}) {
            const std::string field = "Content-Length: " + number + "\r\n";
            std::string head = "HTTP/1.1 200 OK\r\nServer: something of this name\r\n";
            head += before ? odd + field : field + odd;
            head += "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n";
            for (const std::size_t piece : {head.size(), std::size_t{1}, std::size_t{16}, std::size_t{70}}) {
              http::ResponseParser parser;
              const auto found = parse_in_pieces(parser, head, [piece](std::size_t) { return piece; });
              if (!fits) {
                EXPECT_EQ(found.error.code, ErrorCode::content_length_overflow) << head;
                continue;
              }
              ASSERT_EQ(found.messages.size(), 1U) << head << " in pieces of " << piece;
              EXPECT_EQ(found.messages[0].content_length, length) << head << " in pieces of " << piece;
            }
          }
        }
      }
    }
  });
}

}  // namespace
}  // namespace backtalk
