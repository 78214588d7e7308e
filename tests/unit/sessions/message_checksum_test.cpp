// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/message_checksum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "session/wire_message.hpp"

namespace backtalk::session {
namespace {

using Finding = MessageChecksum::Finding;

std::string checked(std::string_view body) {
  return "X-Backtalk-Checksum: " + std::string(ChecksumValue(crc32_of(body)).text()) + "\r\n";
}

MessageChecksum read(std::string_view message, std::size_t piece = 10'000,
                     MessageChecksum::Field where = MessageChecksum::Field::in_header) {
  MessageChecksum sum;
  sum.begin(where);
  for (; !message.empty(); message.remove_prefix(std::min(piece, message.size())))
    sum.feed(message.substr(0, piece));
  return sum;
}

TEST(Crc32, IsThatOfGzipAndPng) {
  EXPECT_EQ(crc32_of(""), 0U);
  EXPECT_EQ(crc32_of("123456789"), 0xCBF43926U) << "the check value of the standard";
  EXPECT_EQ(crc32_of("The quick brown fox jumps over the lazy dog"), 0x414FA339U);
}

TEST(Crc32, IsTheSameHoweverItIsCut) {
  const std::string text = "0123456789abcdefghijklmnopqrstuvwxyz\r\n";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    Crc32 sum;
    sum.add(std::string_view(text).substr(0, first));
    sum.add(std::string_view(text).substr(first));
    EXPECT_EQ(sum.value(), crc32_of(text)) << first;
    EXPECT_EQ(
        crc32_joined(crc32_of(text.substr(0, first)), crc32_of(text.substr(first)), text.size() - first),
        crc32_of(text))
        << first;
  }
}

TEST(Crc32, OfWhatRepeats) {
  std::string text;
  for (std::uint64_t times = 0; times < 20; ++times, text += "abcde")
    EXPECT_EQ(crc32_repeated(crc32_of("abcde"), 5, times), crc32_of(text)) << times;
}

TEST(MessageChecksum, IsOfTheBodyAloneHoweverItIsCut) {
  const std::string body = "Hello,\r\n.\r\n..\r\nWorld\r\n";
  const std::string message = "Received: by x\r\n\tfor y\r\n" + checked(body) + "Subject: z\r\n\r\n" + body;
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 10'000U}) {
    EXPECT_EQ(read(message, piece).finding(), Finding::right) << piece;
    EXPECT_EQ(read(message, piece).octets(), message.size());
  }
  EXPECT_EQ(read("Other: field\r\n" + message).finding(), Finding::right) << "servers add fields";
  EXPECT_EQ(read(checked("x\n") + "\nx\n").finding(), Finding::right) << "LF alone";
}

TEST(MessageChecksum, EachOctetOfTheBodyCounts) {
  const std::string body = "Hello,\r\nWorld\r\n";
  const std::string message = checked(body) + "\r\n" + body;
  for (std::size_t at = message.size() - body.size(); at < message.size(); ++at) {
    std::string other = message;
    other[at] = static_cast<char>(other[at] ^ 1);
    EXPECT_EQ(read(other).finding(), Finding::wrong) << at;
  }
  EXPECT_EQ(read(message + "x").finding(), Finding::wrong);
  EXPECT_EQ(read(message.substr(0, message.size() - 1)).finding(), Finding::wrong);
}

TEST(MessageChecksum, IsNotElsewhereAndNothingElse) {
  for (const std::string& message :
       {std::string(), std::string("Subject: x\r\n\r\n") + checked("y") + "y", "X" + checked("y") + "\r\ny",
        " " + checked("y") + "\r\ny", std::string("X-Backtalk-Checksum: crc32=1234567\r\n\r\ny"),
        std::string("X-Backtalk-Checksum: crc32=123456789\r\n\r\ny"),
        std::string("X-Backtalk-Checksum: crc32=1234567g\r\n\r\ny"),
        std::string("X-Backtalk-Checksum: md5=12345678\r\n\r\ny")})
    EXPECT_EQ(read(message).finding(), Finding::unknown) << message;
}

TEST(MessageChecksum, OfContentOfHttpMustComeFirst) {
  constexpr auto kFirst = MessageChecksum::Field::first;
  EXPECT_EQ(read(checked("body") + "\r\nbody", 3, kFirst).finding(), Finding::right);
  EXPECT_EQ(read(checked("body") + "Name: x\n\nbody", 3, kFirst).finding(), Finding::right);
  EXPECT_EQ(read(checked("body") + "\r\nbode", 3, kFirst).finding(), Finding::wrong);
  EXPECT_EQ(read("Name: x\n" + checked("body") + "\nbody", 3, kFirst).finding(), Finding::unknown);
  MessageChecksum sum;
  sum.begin_body(crc32_of("ab"));
  sum.feed("a");
  EXPECT_EQ(sum.finding(), Finding::wrong);
  sum.feed("b");
  EXPECT_EQ(sum.finding(), Finding::right);
}

std::string octets_of(const WireMessage& message, WireMessage::Form form) {
  std::string text(message.octets(form), '?');
  EXPECT_EQ(message.copy(form, 0, text), text.size());
  return text;
}

TEST(MessageChecksum, IsPutIntoMessagesThatAreSent) {
  WireMessage small = make_wire_message("Subject: x\n\n.a\n.\nb");
  small.add_checksum();
  EXPECT_EQ(octets_of(small, WireMessage::Form::chunk),
            checked(".a\r\n.\r\nb\r\n") + "Subject: x\r\n\r\n.a\r\n.\r\nb\r\n");
  EXPECT_EQ(octets_of(small, WireMessage::Form::stuffed),
            checked(".a\r\n.\r\nb\r\n") + "Subject: x\r\n\r\n..a\r\n..\r\nb\r\n.\r\n");
  // Its body repeats a block.
  WireMessage large = generate_message(1'000'000, "a@example.org", "b@example.org");
  large.add_checksum();
  EXPECT_EQ(large.octets(WireMessage::Form::chunk), 1'000'000 + kChecksumLineOctets);
  EXPECT_EQ(read(octets_of(large, WireMessage::Form::chunk)).finding(), Finding::right);
}

}  // namespace
}  // namespace backtalk::session
