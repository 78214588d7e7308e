// SPDX-License-Identifier: Apache-2.0 OR MIT
#define BACKTALK_IMPLEMENTATION
#include "backtalk_pop3.hpp"
#include "show.hpp"

namespace pop3 = backtalk::pop3;

namespace {

void server(std::string_view stream, std::size_t octets) {
  pop3::ResponseParser parser;
  parser.expect_otherwise(pop3::Expect::automatic);
  read(parser, stream, octets, [](const pop3::Event& event) {
    std::cout << static_cast<int>(event.kind) << ' ' << event.status.offset << ": ";
    if (event.kind == pop3::Event::Kind::status) {
      std::cout << event.status.ok() << " [" << event.status.code << "] " << event.status.text;
    } else {
      std::cout << event.data;
    }
    std::cout << '\n';
  });
}

void client(std::string_view stream, std::size_t octets) {
  pop3::CommandParser parser;
  read(parser, stream, octets, [](const pop3::Input& input) {
    std::cout << input.offset << ": " << input.command.keyword << " [" << input.command.arguments << "] ["
              << input.response << "]\n";
    if (const auto message = read_message_number(input.command)) std::cout << "message " << *message << '\n';
  });
}

}  // namespace

int main(int argc, char** argv) {
  return read_files(argc, argv, server, client);
}
