// SPDX-License-Identifier: Apache-2.0 OR MIT
#define BACKTALK_IMPLEMENTATION
#include "backtalk_http.hpp"
#include "show.hpp"

namespace http = backtalk::http;

namespace {

template <class Event>
void show(const Event& event) {
  const http::Head& head = event.head;
  std::cout << static_cast<int>(event.kind) << ' ' << head.offset << ": " << head.octets << ' '
            << word(head.framing) << ' ' << head.content_length << ' ' << head.keeps_connection() << " ["
            << event.octets << ']';
  if (event.kind == Event::Kind::head) {
    for (const http::Field& field : head.fields) std::cout << ' ' << field.name << '=' << field.value;
  }
  for (const http::Field& field : event.trailers) std::cout << ' ' << field.name << '=' << field.value;
  std::cout << '\n';
}

void server(std::string_view stream, std::size_t octets) {
  http::ResponseParser parser;
  (void)parser.expect(http::Method::head);
  read(parser, stream, octets, [](const http::ResponseEvent& event) {
    if (event.kind == http::ResponseEvent::Kind::head) {
      std::cout << event.head.status << ' ' << event.head.reason << '\n';
    }
    show(event);
  });
}

void client(std::string_view stream, std::size_t octets) {
  http::RequestParser parser;
  read(parser, stream, octets, [](const http::RequestEvent& event) {
    if (event.kind == http::RequestEvent::Kind::head) {
      std::cout << event.head.method << ' ' << event.head.target << '\n';
    }
    show(event);
  });
}

}  // namespace

int main(int argc, char** argv) {
  return read_files(argc, argv, server, client);
}
