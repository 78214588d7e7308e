// What a server does with an SMTP client's commands: it says when a message or a chunk follows.
#include <iostream>

#include "backtalk/smtp/command_parser.hpp"

namespace smtp = backtalk::smtp;
using Kind = smtp::Input::Kind;

int main() {
  smtp::CommandParser parser;
  parser.feed(
      "MAIL FROM:<a@example.org>\r\nDATA\r\nSubject: hi\r\n\r\n..dots\r\n.\r\n"
      "BDAT 5 LAST\r\nhello"
      "FROB it\r\n");
  while (const smtp::Input* input = parser.next()) {
    switch (input->kind) {
      case Kind::command:
        std::cout << input->command.name << " [" << input->command.arguments << "]\n";
        // Nobody but the server knows that it will answer 354.
        if (input->command.verb == smtp::Verb::data) parser.expect_data();
        if (input->command.verb == smtp::Verb::bdat) {
          if (const auto chunk = smtp::read_chunk(input->command)) parser.expect_chunk(chunk->octets);
        }
        break;
      case Kind::octets: std::cout << "  " << input->octets.size() << " octets\n"; break;
      case Kind::end_of_data: std::cout << "  end\n"; break;
    }
  }
}
