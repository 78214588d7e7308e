// SPDX-License-Identifier: Apache-2.0 OR MIT
#define BACKTALK_IMPLEMENTATION
#include "backtalk_smtp.hpp"
#include "show.hpp"

namespace smtp = backtalk::smtp;

namespace {

void server(std::string_view stream, std::size_t octets) {
  smtp::ReplyParser parser;
  read(parser, stream, octets, [](const smtp::Reply& reply) {
    std::cout << reply.offset << ": " << reply.code;
    if (reply.enhanced) std::cout << " (" << to_string(*reply.enhanced) << ')';
    for (const std::string_view line : reply.lines) std::cout << " [" << line << ']';
    const smtp::Capabilities can = read_capabilities(reply);
    std::cout << ' ' << can.size_octets_max << can.pipelining << can.chunking << can.auth_mechanisms << '\n';
  });
}

void client(std::string_view stream, std::size_t octets) {
  smtp::CommandParser parser;
  read(parser, stream, octets, [&](const smtp::Input& input) {
    const smtp::Command& command = input.command;
    std::cout << static_cast<int>(input.kind) << ' ' << command.offset << ": " << command.name << " ["
              << command.arguments << "] [" << input.octets << "]\n";
    if (input.kind != smtp::Input::Kind::command) return;
    if (command.verb == smtp::Verb::data) parser.expect_data();
    if (const auto chunk = read_chunk(command); command.verb == smtp::Verb::bdat && chunk) {
      parser.expect_chunk(chunk->octets);
    }
    if (const auto path = read_path(command)) std::cout << "path " << path->path << '\n';
  });
}

}  // namespace

int main(int argc, char** argv) {
  return read_files(argc, argv, server, client);
}
