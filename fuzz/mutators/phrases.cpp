// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mutators/phrases.hpp"

#include <array>

namespace backtalk::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr std::array kSmtp{"220 mail.example ESMTP\r\n"sv,
                           "250-mail.example\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 SIZE 1000\r\n"sv,
                           "250-PIPELINING\r\n"sv,
                           "250 CHUNKING\r\n"sv,
                           "250 2.1.0 Ok\r\n"sv,
                           "250 2.1.5 Ok\r\n"sv,
                           "354 Go on\r\n"sv,
                           "421 4.3.2 Closing\r\n"sv,
                           "451 4.7.1 Later\r\n"sv,
                           "550 5.1.1 Nobody\r\n"sv,
                           "221 Bye\r\n"sv,
                           "EHLO client.example\r\n"sv,
                           "LHLO client.example\r\n"sv,
                           "MAIL FROM:<a@example.org> SIZE=10\r\n"sv,
                           "RCPT TO:<b@example.net>\r\n"sv,
                           "DATA\r\n"sv,
                           "BDAT 5 LAST\r\nhello"sv,
                           "RSET\r\n"sv,
                           "STARTTLS\r\n"sv,
                           "QUIT\r\n"sv};

constexpr std::array kPop3{"+OK\r\n"sv,
                           "+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n"sv,
                           "+OK ready <1.2@pop.example>\r\n"sv,
                           "-ERR no such message\r\n"sv,
                           "-ERR [IN-USE] locked\r\n"sv,
                           "+ Y2hhbGxlbmdl\r\n"sv,
                           "CAPA\r\n"sv,
                           "RETR 1\r\n"sv,
                           "LIST\r\n"sv,
                           "STLS\r\n"sv};

constexpr std::array kImap{"* OK [CAPABILITY IMAP4rev1 LITERAL+] ready\r\n"sv,
                           "* LIST (\\HasNoChildren) \"/\" INBOX\r\n"sv,
                           "* 1 FETCH (FLAGS (\\Seen) UID 4)\r\n"sv,
                           "* 2 FETCH (BODY[] {5}\r\nhello)\r\n"sv,
                           "* 3 FETCH (BODY[HEADER]<0> ~{3}\r\nabc)\r\n"sv,
                           "* SEARCH 1 2 3\r\n"sv,
                           "* BYE gone\r\n"sv,
                           "+ go on\r\n"sv,
                           "a1 OK [READ-WRITE] done\r\n"sv,
                           "a2 NO [ALERT] no\r\n"sv};

constexpr std::array kHttp{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"sv,
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"sv,
                           "HTTP/1.0 304 Not Modified\r\n\r\n"sv,
                           "HTTP/1.1 100 Continue\r\n\r\n"sv,
                           "GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv,
                           "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"sv,
                           "Content-Length: 5\r\n"sv,
                           "Transfer-Encoding: chunked\r\n"sv,
                           "Transfer-Encoding: gzip, chunked\r\n"sv,
                           "Connection: close\r\n"sv,
                           " folded\r\n"sv,
                           "0\r\n\r\n"sv,
                           "5;name=value\r\nhello\r\n"sv};

}  // namespace

std::span<const std::string_view> phrases_of(std::string_view protocol) noexcept {
  if (protocol == "smtp") return kSmtp;
  if (protocol == "pop3") return kPop3;
  if (protocol == "imap") return kImap;
  if (protocol == "http") return kHttp;
  return {};
}

}  // namespace backtalk::fuzz
