// What a server does with an HTTP client's requests; and what a tolerance changes.
#include <iostream>

#include "backtalk/http/request_parser.hpp"

namespace http = backtalk::http;

namespace {

void read(std::string_view bytes, backtalk::Tolerances tolerances) {
  http::RequestParser parser{http::Limits{.fields_max = 2}, tolerances};
  parser.feed(bytes);
  while (const http::RequestEvent* event = parser.next()) {
    if (event->kind == http::RequestEvent::Kind::head) {
      std::cout << event->head.method << ' ' << event->head.target << ", " << event->head.fields.size()
                << " fields\n";
    } else if (event->kind == http::RequestEvent::Kind::octets) {
      std::cout << "  body: " << event->octets << '\n';
    }
  }
  if (parser.error())
    std::cout << "byte " << parser.error().offset << ": " << word(parser.error().code) << '\n';
}

}  // namespace

int main() {
  read("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\nHost: x\r\n\r\n", {});
  read("GET / HTTP/1.1\r\nHost : x\r\n\r\n", {});
  read("GET / HTTP/1.1\r\nHost : x\r\n\r\n", backtalk::tolerate::space_before_colon);
  read("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", {});
}
