#include <iostream>

#include "backtalk/smtp.hpp"

int main() {
  backtalk::smtp::ReplyParser parser;
  for (std::string_view bytes :
       {"250-mx.exam", "ple.org\r\n250 SIZE 1000\r\n550 5.1.1 Unknown\r\n250 ok\n"}) {
    parser.feed(bytes);  // whatever the socket gave
    while (const auto* reply = parser.next()) std::cout << reply->code << ' ' << reply->lines.back() << '\n';
  }
  if (const auto error = parser.error()) std::cout << word(error.code) << " at byte " << error.offset << '\n';
}
