// A client reads an HTTP server's responses: heads, bodies whose end the parser finds, trailers.
#include <iostream>

#include "backtalk/http/response_parser.hpp"

namespace http = backtalk::http;
using Kind = http::ResponseEvent::Kind;

int main() {
  http::ResponseParser parser;
  if (!parser.expect(http::Method::head)) return 1;  // HEAD, then GET, then GET
  for (const std::string_view bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Enco",
        "ding: chunked\r\n\r\n5\r\nhello\r\n0\r\nDigest: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    parser.feed(bytes);
    while (const http::ResponseEvent* event = parser.next()) {
      switch (event->kind) {
        case Kind::head:
          std::cout << event->head.status << ' ' << event->head.reason
                    << ", body: " << word(event->head.framing) << '\n';
          for (const http::Field& field : event->head.fields) {
            std::cout << "  " << field.name << " = " << field.value << '\n';
          }
          break;
        case Kind::octets: std::cout << "  octets: " << event->octets << '\n'; break;
        case Kind::end: std::cout << "  end, trailers: " << event->trailers.size() << '\n'; break;
        case Kind::opaque: break;  // after 101, or 2xx to CONNECT
      }
    }
  }
  parser.finish();  // the connection was closed: a body without a length ends here
  if (const backtalk::Error error = parser.error()) {
    std::cout << "byte " << error.offset << ": " << sentence(error.code) << '\n';
  }
}
