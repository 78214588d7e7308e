// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/guess.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace backtalk {
namespace {

using namespace std::string_view_literals;

struct Row {
  std::string_view beginning;
  Guess guess;
};

constexpr Row kRows[] = {
    {"HTTP/1.1 200 OK\r\n", Guess::http_response},
    {"GET / HTTP/1.1\r\n", Guess::http_request},
    {"OPTIONS * HTTP/1.1\r\n", Guess::http_request},
    {"POST /a-target-that-is-cut", Guess::http_request},
    {"\x15\x03\x01\x00\x02\x02\x46"sv, Guess::tls},            // an alert
    {"\x16\x03\x01\x02\x00\x01"sv, Guess::tls},                // a handshake
    {"\x00\x00\x12\x04\x00\x00\x00\x00\x00"sv, Guess::http2},  // SETTINGS
    {"\x00\x00\x00\x04\x01\x00\x00\x00\x00"sv, Guess::http2},  // its acknowledgement
    {"\x00\x00\x08\x07\x00\x00\x00\x00\x00"sv, Guess::http2},  // GOAWAY
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Guess::http2},
    {"SSH-2.0-OpenSSH_9.2\r\n", Guess::ssh},
    {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\n", Guess::proxy},
    {"PROXY UNKNOWN\r\n", Guess::proxy},
    {"\r\n\r\n\0\r\nQUIT\n\x21\x11"sv, Guess::proxy},
    {"220 mx.example.org ESMTP Postfix\r\n", Guess::smtp},
    {"220-lmtp ready\r\n", Guess::smtp},
    {"554 no service\r\n", Guess::smtp},
    {"220 ProFTPD ready\r\n", Guess::ftp},
    {"530 Not logged in\r\n", Guess::ftp},
    {"220 welcome\r\n", Guess::smtp_or_ftp},
    {"+OK POP3 ready\r\n", Guess::pop3},
    {"* OK [CAPABILITY IMAP4rev1] ready\r\n", Guess::imap},
    {"* BYE overloaded\r\n", Guess::imap},
    {"ICY 200 OK\r\n", Guess::icy},
    {"RTSP/1.0 200 OK\r\n", Guess::rtsp},
    {"SIP/2.0 200 OK\r\n", Guess::sip},
    {"J\0\0\0\n8.0.36\0"sv, Guess::mysql},
    {"-ERR unknown command `GET`\r\n", Guess::redis},
    {"RFB 003.008\n", Guess::vnc},
};

TEST(GuessProtocol, KnowsAStreamByItsBeginning) {
  for (const Row& row : kRows) {
    EXPECT_EQ(guess_protocol(row.beginning), row.guess) << testing::PrintToString(row.beginning);
    EXPECT_FALSE(name_of(row.guess).empty());
  }
}

TEST(GuessProtocol, SaysNothingRatherThanSomethingWrong) {
  for (const std::string_view beginning :
       {""sv, "\x15"sv, "\x16\x03\x01"sv, "\x16\x03\x09\x00\x05x"sv, "\x17\x03\x03\xff\xff"sv,
        "\x00\x00\x13\x04\x00\x00\x00\x00\x00"sv, "\x00\x00\x12\x04\x00\x00\x00\x00\x01"sv, "<html>"sv,
        "ICY"sv, "GET"sv, "GET  HTTP/1.1"sv, "HELLO you there\r\n"sv, "get / HTTP/1.1\r\n"sv, "2200 x"sv,
        "250 Ok\r\n"sv, "PROXY of nothing\r\n"sv, "* LIST"sv, "-ERR"sv}) {
    EXPECT_EQ(guess_protocol(beginning), Guess::unknown) << testing::PrintToString(beginning);
  }
  EXPECT_EQ(name_of(Guess::unknown), "");
}

// Only the first octets count, so that a guess costs the same for any stream.
TEST(GuessProtocol, LooksAtTheBeginningAlone) {
  EXPECT_EQ(guess_protocol("220 " + std::string(kGuessOctets, 'x') + " ESMTP"), Guess::smtp_or_ftp);
}

}  // namespace
}  // namespace backtalk
