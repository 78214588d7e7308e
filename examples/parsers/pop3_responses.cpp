// A client reads a POP3 server's responses. Only the commands determine the form of the answers.
#include <iostream>

#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/listing.hpp"
#include "backtalk/pop3/response_parser.hpp"

namespace pop3 = backtalk::pop3;
using pop3::Expect;

int main() {
  pop3::ResponseParser parser;  // the greeting is expected already
  // Sent in one go: CAPA, LIST, RETR 1, DELE 9.
  for (const Expect what : {Expect::listing, Expect::listing, Expect::multi_line, Expect::single_line}) {
    if (!parser.expect(what)) return 1;
  }
  pop3::Capabilities can;
  for (const std::string_view bytes :
       {"+OK ready\r\n+OK\r\nTOP\r\nSASL PLAIN\r\n.\r\n+OK 2 messages\r\n1 120\r\n2 99", "000000000\r\n.\r\n",
        "+OK 120 octets\r\nSubject: hi\r\n\r\n..dots\r\n.\r\n-ERR no such message\r\n"}) {
    parser.feed(bytes);
    while (const pop3::Event* event = parser.next()) {
      switch (event->kind) {
        case pop3::Event::Kind::status: std::cout << "status: " << event->status.text << '\n'; break;
        case pop3::Event::Kind::line:
          if (const auto scan = pop3::read_scan_listing(event->data)) {
            std::cout << "  message " << scan->message << " has " << scan->octets << " octets\n";
          } else {
            pop3::add_capability(event->data, can);
          }
          break;
        case pop3::Event::Kind::octets: std::cout << "  " << event->data.size() << " octets of body\n"; break;
        case pop3::Event::Kind::end: std::cout << "  end\n"; break;
      }
    }
  }
  std::cout << "TOP " << can.top << ", SASL " << can.sasl_mechanisms << '\n';
}
