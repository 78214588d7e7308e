// SPDX-License-Identifier: Apache-2.0 OR MIT
// SMTP: replies as servers give them, and commands with a message of 100 KB.
#include <array>
#include <random>
#include <string_view>

#include "input.hpp"

namespace backtalk::bench {
namespace {

constexpr std::string_view kEhlo =
    "250-mail.example.org\r\n"
    "250-PIPELINING\r\n"
    "250-SIZE 10240000\r\n"
    "250-VRFY\r\n"
    "250-ETRN\r\n"
    "250-STARTTLS\r\n"
    "250-AUTH PLAIN LOGIN CRAM-MD5\r\n"
    "250-ENHANCEDSTATUSCODES\r\n"
    "250-8BITMIME\r\n"
    "250-DSN\r\n"
    "250-SMTPUTF8\r\n"
    "250-BINARYMIME\r\n"
    "250 CHUNKING\r\n";

std::string repeated(std::string_view reply, int times) {
  std::string stream;
  for (int i = 0; i < times; ++i) stream.append(reply);
  return stream;
}

std::vector<std::string> different_replies() {
  constexpr std::array<std::string_view, 12> kReplies{
      "250 2.1.5 Ok",
      "250 2.0.0 Ok: queued as ",
      "354 End data with <CR><LF>.<CR><LF>",
      "550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in local recipient table",
      "451 4.7.1 Greylisting in action, please come back in 5 minutes",
      "250 2.1.0 Sender ok",
      "421 4.4.2 mx.example.org Error: timeout exceeded",
      "235 2.7.0 Authentication successful",
      "250 OK id=1r5abc-0001Xy-2Z",
      "221 2.0.0 Bye",
      "452 4.2.2 Mailbox full",
      "503 5.5.1 Error: need RCPT command"};
  std::mt19937 random(21);
  std::vector<std::string> all;
  for (int i = 0; i < 1024; ++i) {
    const std::string_view first = kReplies[random() % kReplies.size()];
    std::string reply;
    for (std::size_t more = random() % 8 == 0 ? 1 + random() % 3 : 0; more > 0; --more) {
      reply.append(first.substr(0, 3)) += '-';
      reply.append(first.substr(4)).append("\r\n");
    }
    reply += first;
    if (random() % 2 == 0) reply.append(1 + random() % 24, static_cast<char>('A' + random() % 26));
    all.push_back(reply + "\r\n");
  }
  return all;
}

// Twenty transactions as far as DATA, as a pipelining client sends them (RFC 2920).
std::string envelopes() {
  std::string stream;
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    stream += "MAIL FROM:<sender" + n + "@example.com> SIZE=2048 BODY=8BITMIME\r\n";
    stream += "RCPT TO:<first.recipient" + n + "@example.org>\r\n";
    stream += "RCPT TO:<second.recipient" + n + "@example.org> NOTIFY=SUCCESS,FAILURE\r\n";
    stream += "NOOP\r\n";
    stream += "RSET\r\n";
  }
  return stream;
}

// Lines of up to 76 octets, one in a hundred of which begins with a stuffed dot.
std::string message_data() {
  std::mt19937 random(8);
  std::string stream = "DATA\r\n";
  for (int line = 0; stream.size() < 102400; ++line) {
    if (line % 100 == 50) stream += "..";
    stream.append(20 + random() % 57, static_cast<char>('a' + random() % 26));
    stream += "\r\n";
  }
  return stream + ".\r\n";
}

}  // namespace

std::vector<Input> smtp_inputs() {
  const std::vector<std::size_t> cuts{kWhole, kHalf, 64, 16, 1};
  return {
      {.protocol = "smtp",
       .name = "ehlo",
       .what = "the reply to EHLO, 13 lines, keywords decoded",
       .unit = "reply",
       .streams = {std::string(kEhlo)},
       .pieces = cuts},
      {.protocol = "smtp",
       .name = "ok",
       .what = "100 times 250 2.1.5 Ok",
       .unit = "reply",
       .units = 100,
       .streams = {repeated("250 2.1.5 Ok\r\n", 100)},
       .pieces = cuts},
      {.protocol = "smtp",
       .name = "different",
       .what = "1,024 different replies in turn",
       .unit = "reply",
       .streams = different_replies(),
       .pieces = cuts,
       .subject = "smtp-reply"},
      {.protocol = "smtp",
       .name = "commands",
       .what = "100 pipelined commands, as a server reads them",
       .unit = "command",
       .units = 100,
       .streams = {envelopes()},
       .pieces = cuts,
       .side = Side::client,
       .subject = "smtp-command"},
      {.protocol = "smtp",
       .name = "data",
       .what = "a message of 100 KB after DATA, 1 % of its lines dot-stuffed, as a server reads it",
       .unit = "body",
       .streams = {message_data()},
       .pieces = {kWhole, 16384, 1448},
       .side = Side::client,
       .subject = "smtp-data"},
  };
}

}  // namespace backtalk::bench
