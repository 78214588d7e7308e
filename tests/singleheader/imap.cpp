// SPDX-License-Identifier: Apache-2.0 OR MIT
#define BACKTALK_IMPLEMENTATION
#include "backtalk_imap.hpp"
#include "show.hpp"

namespace imap = backtalk::imap;

namespace {

void show(std::span<const imap::Token> row) {
  for (const imap::Token& token : row) {
    std::cout << ' ' << token.offset << '+' << token.span << '=' << static_cast<int>(token.kind) << ':'
              << token.text;
  }
}

void server(std::string_view stream, std::size_t octets) {
  imap::ResponseParser parser;
  std::vector<imap::BodyPart> room;
  read(parser, stream, octets, [&](const imap::Response& response) {
    std::cout << response.offset << ": " << response.tag << ' ' << word(response.status) << " ["
              << response.text << "] [" << response.literal << "] " << word(response.error.code) << " at "
              << response.error.offset;
    show(response.code);
    show(response.data);
    imap::FetchItems items{response};
    for (imap::FetchItem item; !response.error && items.next(item);) {
      if (const auto envelope = read_envelope(*item.value))
        std::cout << " subject " << envelope->subject.raw();
      if (const auto parts = read_body_structure(*item.value, room))
        std::cout << ' ' << parts->size() << " parts";
    }
    std::cout << '\n';
  });
}

void client(std::string_view stream, std::size_t octets) {
  imap::CommandParser parser;
  read(parser, stream, octets, [](const imap::Input& input) {
    std::cout << static_cast<int>(input.kind) << ' ' << input.offset << ": " << input.tag << ' ' << input.name
              << " [" << input.text << "] [" << input.literal << "] " << word(input.error.code) << " at "
              << input.error.offset;
    show(input.arguments.row());
    std::cout << '\n';
  });
}

}  // namespace

int main(int argc, char** argv) {
  return read_files(argc, argv, server, client);
}
