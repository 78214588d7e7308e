// A client reads an SMTP server's replies: its capabilities, its refusals, and a violation of the
// protocol.
#include <iostream>

#include "backtalk/smtp/ehlo.hpp"
#include "backtalk/smtp/reply_parser.hpp"

namespace smtp = backtalk::smtp;

int main() {
  smtp::ReplyParser parser;
  // As sockets give it: cut anywhere, two replies at once.
  for (const std::string_view bytes :
       {"250-mx.example.org\r\n250-SIZE 10240", "000\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN\r\n",
        "250 2.1.0 Sender ok\r\n550 5.1.1 No such user\r\n", "250 fine\n"}) {
    parser.feed(bytes);
    while (const smtp::Reply* reply = parser.next()) {
      std::cout << reply->code << (reply->positive() ? " yes: " : " no: ") << reply->lines.back();
      if (reply->enhanced) std::cout << " (" << to_string(*reply->enhanced) << ")";
      std::cout << '\n';
      if (reply->offset == 0) {
        const smtp::Capabilities can = smtp::read_capabilities(*reply);
        std::cout << "  pipelining " << can.pipelining << ", messages up to " << can.size_octets_max
                  << " octets, AUTH " << can.auth_mechanisms << '\n';
      }
    }
  }
  if (const backtalk::Error error = parser.error()) {
    std::cout << "byte " << error.offset << ": " << word(error.code) << ", " << sentence(error.code) << '\n';
  }
}
