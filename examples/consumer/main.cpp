// SPDX-License-Identifier: Apache-2.0 OR MIT
// Parses what a mail server says with the installed library.
#include <cstdio>
#include <string_view>

#include "backtalk/smtp.hpp"

int main() {
  // As a socket might give it: cut in the middle of a line.
  constexpr std::string_view kPieces[] = {"250-mx.example.org\r\n250-PIPE", "LINING\r\n250 8BITMIME\r\n",
                                          "550 5.1.1 No such user\r\n"};
  int replies = 0;
  backtalk::smtp::ReplyParser parser;
  for (const std::string_view piece : kPieces) {
    parser.feed(piece);
    while (const backtalk::smtp::Reply* reply = parser.next()) {
      ++replies;
      std::printf("%u", unsigned{reply->code});
      for (const std::string_view line : reply->lines) {
        std::printf(" [%.*s]", static_cast<int>(line.size()), line.data());
      }
      std::printf("\n");
    }
    if (const backtalk::Error error = parser.error()) {
      const std::string_view sentence = backtalk::sentence(error.code);
      std::fprintf(stderr, "At byte %llu: %.*s\n", static_cast<unsigned long long>(error.offset),
                   static_cast<int>(sentence.size()), sentence.data());
      return 1;
    }
  }
  const std::string_view target = backtalk::simd::active();
  std::printf("scanned with %.*s\n", static_cast<int>(target.size()), target.data());
  return replies == 2 ? 0 : 1;
}
