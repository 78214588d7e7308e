// SPDX-License-Identifier: Apache-2.0 OR MIT
// POP3: listings of 10,000 lines, a message of 100 KB, short statuses, and commands.
#include <array>
#include <random>
#include <string_view>

#include "input.hpp"

namespace backtalk::bench {
namespace {

constexpr std::size_t kLines = 10000;

// Message sizes as in real mailboxes: from a few hundred octets to some megabytes.
std::string list() {
  std::mt19937 random(7);
  std::lognormal_distribution<double> octets(8.5, 1.5);
  std::string listing = "+OK 10000 messages\r\n";
  for (std::size_t i = 1; i <= kLines; ++i) {
    const auto size = static_cast<unsigned long>(octets(random)) + 300;
    listing += std::to_string(i) + ' ' + std::to_string(size) + "\r\n";
  }
  return listing + ".\r\n";
}

std::string uidl() {
  std::mt19937_64 random(7);
  std::string listing = "+OK\r\n";
  for (std::size_t i = 1; i <= kLines; ++i) {
    std::string id = std::to_string(random());
    id.resize(20, '0');
    listing += std::to_string(i) + " GmailId" + id.substr(0, 16) + "\r\n";
  }
  return listing + ".\r\n";
}

// Lines of up to 76 octets, one in a hundred of which begins with a stuffed dot.
std::string message() {
  std::mt19937 random(7);
  std::string body = "+OK 100000 octets\r\n";
  for (int line = 0; body.size() < 100'000; ++line) {
    if (line % 100 == 50) body += "..";
    body.append(20 + random() % 57, static_cast<char>('a' + random() % 26));
    body += "\r\n";
  }
  return body + ".\r\n";
}

std::string statuses() {
  std::string stream;
  for (int i = 0; i < 100; ++i) stream += "+OK 10 16286\r\n";
  return stream;
}

std::vector<std::string> different_statuses() {
  constexpr std::array<std::string_view, 7> kTexts{"+OK message deleted",
                                                   "+OK",
                                                   "+OK 320 octets",
                                                   "-ERR no such message, only 2 messages in maildrop",
                                                   "-ERR [IN-USE] Do you have another POP session running?",
                                                   "+OK Pass required for ",
                                                   "-ERR [SYS/TEMP] try again later, please"};
  std::mt19937 random(22);
  std::vector<std::string> all;
  for (int i = 0; i < 1024; ++i) {
    std::string status(kTexts[random() % kTexts.size()]);
    if (random() % 2 == 0) status += " " + std::to_string(random() % 1000000);
    all.push_back(status + "\r\n");
  }
  return all;
}

std::string commands() {
  std::string stream;
  for (int i = 1; i <= 25; ++i) {
    const std::string n = std::to_string(i);
    stream += "LIST " + n + "\r\nRETR " + n + "\r\nTOP " + n + " 10\r\nDELE " + n + "\r\n";
  }
  return stream;
}

}  // namespace

std::vector<Input> pop3_inputs() {
  const std::vector<std::size_t> cuts{kWhole, kHalf, 1448, 64, 16, 1};
  return {
      {.protocol = "pop3",
       .name = "list",
       .what = "the response to LIST, 10,000 lines, numbers decoded",
       .unit = "line",
       .units = kLines,
       .streams = {list()},
       .pieces = cuts,
       .subject = "pop3-listing"},
      {.protocol = "pop3",
       .name = "uidl",
       .what = "the response to UIDL, 10,000 lines",
       .unit = "line",
       .units = kLines,
       .streams = {uidl()},
       .pieces = cuts},
      {.protocol = "pop3",
       .name = "retr",
       .what = "the response to RETR, 100 KB, 1 % of its lines dot-stuffed",
       .unit = "body",
       .streams = {message()},
       .pieces = {kWhole, 16384, 1448, 64, 16, 1},
       .subject = "pop3-body"},
      {.protocol = "pop3",
       .name = "status",
       .what = "100 pipelined responses of one line, numbers decoded",
       .unit = "reply",
       .units = 100,
       .streams = {statuses()},
       .pieces = cuts},
      {.protocol = "pop3",
       .name = "different",
       .what = "1,024 different responses of one line in turn",
       .unit = "reply",
       .streams = different_statuses(),
       .pieces = {kWhole, kHalf},
       .subject = "pop3-status"},
      {.protocol = "pop3",
       .name = "commands",
       .what = "100 pipelined commands, as a server reads them",
       .unit = "command",
       .units = 100,
       .streams = {commands()},
       .pieces = {kWhole, kHalf, 64, 16, 1},
       .side = Side::client,
       .subject = "pop3-command"},
  };
}

}  // namespace backtalk::bench
