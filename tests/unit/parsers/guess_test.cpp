// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/guess.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

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

TEST(GuessProtocol, NamesWhatItIs) {
  for (const auto& [guess, name] :
       {std::pair<Guess, std::string_view>{Guess::http_response, "an HTTP/1.x response"},
        {Guess::http_request, "an HTTP/1.x request"},
        {Guess::http2, "HTTP/2"},
        {Guess::tls, "TLS"},
        {Guess::ssh, "SSH"},
        {Guess::proxy, "the PROXY protocol"},
        {Guess::smtp, "an SMTP server"},
        {Guess::ftp, "an FTP server"},
        {Guess::smtp_or_ftp, "an SMTP or FTP server"},
        {Guess::pop3, "a POP3 server"},
        {Guess::imap, "an IMAP server"},
        {Guess::icy, "a SHOUTcast server"},
        {Guess::rtsp, "an RTSP server"},
        {Guess::sip, "a SIP server"},
        {Guess::mysql, "a MySQL server"},
        {Guess::redis, "a Redis server"},
        {Guess::vnc, "a VNC server"}}) {
    EXPECT_EQ(name_of(guess), name);
  }
}

std::string made_of(std::initializer_list<unsigned> octets) {
  std::string made;
  for (const unsigned octet : octets) made += static_cast<char>(octet);
  return made;
}

TEST(GuessProtocol, APrefixCountsWholeAndLetterByLetter) {
  for (const auto& [prefix, guess] : {Row{"HTTP/1.", Guess::http_response},
                                      {"PRI * HTTP/2.0\r\n", Guess::http2},
                                      {"SSH-", Guess::ssh},
                                      {"PROXY TCP", Guess::proxy},
                                      {"PROXY UNKNOWN", Guess::proxy},
                                      {"\r\n\r\n\0\r\nQUIT\n"sv, Guess::proxy},
                                      {"+OK", Guess::pop3},
                                      {"* OK", Guess::imap},
                                      {"* PREAUTH", Guess::imap},
                                      {"* BYE", Guess::imap},
                                      {"ICY ", Guess::icy},
                                      {"RTSP/", Guess::rtsp},
                                      {"SIP/", Guess::sip},
                                      {"-ERR unknown command", Guess::redis},
                                      {"-NOAUTH ", Guess::redis},
                                      {"-DENIED Redis", Guess::redis},
                                      {"RFB 003.", Guess::vnc}}) {
    EXPECT_EQ(guess_protocol(prefix), guess) << prefix;
    EXPECT_EQ(guess_protocol(std::string(prefix) + "\xff"), guess) << prefix;
    for (std::size_t at = 0; at < prefix.size(); ++at) {
      EXPECT_EQ(guess_protocol(prefix.substr(0, at)), Guess::unknown) << prefix << at;
      std::string other(prefix);
      other[at] = '\x01';
      EXPECT_EQ(guess_protocol(other), Guess::unknown) << prefix << at;
    }
  }
}

// Each limit of a record of TLS, at it and beyond it.
TEST(GuessProtocol, OfTlsByItsRecord) {
  struct Record {
    unsigned type, major, minor, length;
    bool good;
  };
  for (const auto& [type, major, minor, length, good] : {Record{20, 3, 0, 1, true},
                                                         {23, 3, 4, 18432, true},
                                                         {22, 3, 1, 512, true},
                                                         {19, 3, 1, 1, false},
                                                         {24, 3, 1, 1, false},
                                                         {22, 2, 1, 1, false},
                                                         {22, 4, 1, 1, false},
                                                         {22, 3, 5, 1, false},
                                                         {22, 3, 1, 0, false},
                                                         {22, 3, 1, 18433, false},
                                                         {22, 3, 1, 65535, false},
                                                         {22, 3, 1, 255, true},
                                                         {22, 3, 1, 256, true}}) {
    const std::string record = made_of({type, major, minor, length / 256, length % 256});
    EXPECT_EQ(guess_protocol(record), good ? Guess::tls : Guess::unknown) << type << ' ' << length;
    EXPECT_EQ(guess_protocol(record.substr(0, 4)), Guess::unknown) << type << ' ' << length;
  }
}

TEST(GuessProtocol, OfHttp2ByItsFrame) {
  constexpr unsigned kSettings = 4;
  constexpr unsigned kGoAway = 7;
  struct Frame {
    unsigned length, type, flags;
    bool good;
  };
  for (const auto& [length, type, flags, good] : {Frame{0, kSettings, 0, true},
                                                  {0, kSettings, 1, true},
                                                  {0, kSettings, 2, false},
                                                  {6, kSettings, 0, true},
                                                  {5, kSettings, 0, false},
                                                  {7, kSettings, 0, false},
                                                  {16380, kSettings, 0, true},
                                                  {16386, kSettings, 0, false},
                                                  {65538, kSettings, 0, false},
                                                  {7, kGoAway, 0, false},
                                                  {8, kGoAway, 0, true},
                                                  {9, kGoAway, 0, true},
                                                  {8, kGoAway, 1, false},
                                                  {16384, kGoAway, 0, true},
                                                  {16385, kGoAway, 0, false},
                                                  {65544, kGoAway, 0, false},
                                                  {6, 3, 0, false},
                                                  {6, 5, 0, false},
                                                  {12, 6, 0, false},
                                                  {8, 8, 0, false},
                                                  {0, 0, 0, false}}) {
    const std::string frame =
        made_of({length / 65536, length / 256 % 256, length % 256, type, flags, 0, 0, 0, 0});
    EXPECT_EQ(guess_protocol(frame), good ? Guess::http2 : Guess::unknown) << length << ' ' << type;
    EXPECT_EQ(guess_protocol(frame.substr(0, 8)), Guess::unknown) << length << ' ' << type;
    for (std::size_t at = 5; at < 9; ++at) {  // of another stream
      std::string other = frame;
      other[at] = '\x01';
      EXPECT_EQ(guess_protocol(other), Guess::unknown) << length << ' ' << type << ' ' << at;
    }
  }
}

TEST(GuessProtocol, OfMysqlByItsGreeting) {
  const std::string greeting = made_of({0x4A, 0, 0, 0, 10, '8'});
  EXPECT_EQ(guess_protocol(greeting), Guess::mysql);
  EXPECT_EQ(guess_protocol(greeting.substr(0, 5)), Guess::unknown);
  for (const auto& [at, octet] : {std::pair<std::size_t, char>{1, '\x01'},
                                  {2, '\x01'},
                                  {3, '\x01'},
                                  {4, '\x09'},
                                  {4, '\x0b'},
                                  {5, '/'},
                                  {5, ':'}}) {
    std::string other = greeting;
    other[at] = octet;
    EXPECT_EQ(guess_protocol(other), Guess::unknown) << at << octet;
  }
}

TEST(GuessProtocol, OfARequestByItsLineAsFarAsItIsThere) {
  for (const auto& [line, good] : {std::pair<std::string_view, bool>{"A / HTTP/1.0\r\n", true},
                                   {"AZ x HTTP/1.1", true},
                                   {"GET / HTTP/1.", true},
                                   {"GET / HTTP/1", false},
                                   {"GET / HTTP/2.0\r\n", false},
                                   {"GET /", true},
                                   {"GET /x", true},
                                   {"GET http", true},
                                   {"GET http://a", true},
                                   {"GET htt", false},
                                   {"GET ", false},
                                   {"GET x", false},
                                   {"GET /\r\n", false},
                                   {"GET /\n", false},
                                   {"GET / ", false},
                                   {" / HTTP/1.1", false},
                                   {"G3T / HTTP/1.1", false},
                                   {"[ / HTTP/1.1", false},
                                   {"@ / HTTP/1.1", false},
                                   {"GET\t/ HTTP/1.1", false},
                                   {"GET", false},
                                   {"GET \r / HTTP/1.1", false}}) {
    EXPECT_EQ(guess_protocol(line), good ? Guess::http_request : Guess::unknown) << line;
  }
}

TEST(GuessProtocol, OfAGreetingByItsCodeAndItsWords) {
  for (const auto& [line, guess] : {Row{"220 ", Guess::smtp_or_ftp},
                                    {"220-", Guess::smtp_or_ftp},
                                    {"220", Guess::unknown},
                                    {"220\t", Guess::unknown},
                                    {"220.", Guess::unknown},
                                    {"220 SMTP", Guess::smtp},
                                    {"220 xlMtP", Guess::smtp},
                                    {"220 smt", Guess::smtp_or_ftp},
                                    {"220 smtq", Guess::smtp_or_ftp},
                                    {"220 ftp", Guess::ftp},
                                    {"220 FTPx", Guess::ftp},
                                    {"220 ft", Guess::smtp_or_ftp},
                                    {"220 ftp and smtp", Guess::smtp},
                                    {"120 wait", Guess::ftp},
                                    {"120 smtp", Guess::smtp},
                                    {"421 busy", Guess::smtp_or_ftp},
                                    {"421 ftp", Guess::ftp},
                                    {"421 lmtp", Guess::smtp},
                                    {"530 x", Guess::ftp},
                                    {"554 ftp", Guess::smtp},
                                    {"554 ", Guess::smtp},
                                    {"219 smtp", Guess::unknown},
                                    {"221 smtp", Guess::unknown},
                                    {"119 ftp", Guess::unknown},
                                    {"420 x", Guess::unknown},
                                    {"531 x", Guess::unknown},
                                    {"553 x", Guess::unknown}}) {
    EXPECT_EQ(guess_protocol(line), guess) << line;
  }
}

// Only the first octets count, so that a guess costs the same for any stream.
TEST(GuessProtocol, LooksAtTheBeginningAlone) {
  EXPECT_EQ(guess_protocol("220 " + std::string(kGuessOctets, 'x') + " ESMTP"), Guess::smtp_or_ftp);
  for (std::size_t octets = kGuessOctets - 1; octets <= kGuessOctets + 1; ++octets) {
    const std::string greeting = "220 " + std::string(octets - 8, 'x') + "SMTP";
    EXPECT_EQ(guess_protocol(greeting), octets <= kGuessOctets ? Guess::smtp : Guess::smtp_or_ftp);
  }
}

}  // namespace
}  // namespace backtalk
