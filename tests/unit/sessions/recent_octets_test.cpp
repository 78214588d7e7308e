// SPDX-License-Identifier: Apache-2.0 OR MIT
// What can still be quoted of a stream, however it was cut.
#include "session/recent_octets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace backtalk::session {
namespace {

TEST(RecentOctets, QuotesTheCurrentPiece) {
  RecentOctets recent;
  recent.feed("first\r\n");
  recent.release();
  recent.feed("second\r\n");
  EXPECT_EQ(recent.quote(7, 6), "second");
  EXPECT_EQ(recent.quote(0), "") << "gone";
  EXPECT_EQ(recent.quote(100), "") << "not there yet";
  EXPECT_EQ(recent.end(), 15U);
}

// A message of `octets` octets, cut every `piece` octets and quoted at its end.
std::string quoted(std::string_view message, std::size_t piece) {
  RecentOctets recent;
  for (std::size_t at = 0;;) {
    recent.feed(message.substr(at, piece));
    at += std::min(piece, message.size() - at);
    if (at == message.size()) return std::string(recent.quote(0));
    recent.retain_from(0);
  }
}

TEST(RecentOctets, AQuoteDoesNotDependOnTheCuts) {
  for (const std::size_t octets : {1U, 2U, 511U, 512U, 513U, 2000U}) {
    std::string message;
    while (message.size() < octets) message += static_cast<char>('a' + message.size() % 23);
    for (std::size_t piece = 1; piece <= octets; ++piece) {
      ASSERT_EQ(quoted(message, piece), message.substr(0, RecentOctets::kMax)) << octets << " by " << piece;
    }
  }
}

TEST(RecentOctets, ANewMessageReplacesTheOldOne) {
  RecentOctets recent;
  recent.feed("one");
  recent.retain_from(0);
  recent.feed(" more\r\ntw");
  EXPECT_EQ(recent.quote(0, 8), "one more");
  recent.retain_from(10);
  recent.feed("o\r\n");
  EXPECT_EQ(recent.quote(10, 3), "two");
  recent.reset();
  EXPECT_EQ(recent.quote(10, 3), "");
  EXPECT_EQ(recent.end(), 0U);
}

TEST(RecentOctets, QuotesTheLineAroundAnOctet) {
  RecentOctets recent;
  recent.feed("one\r\ntwo\r\nthree");
  EXPECT_EQ(recent.quote_line(0, 10).octets, "one");
  EXPECT_EQ(recent.quote_line(6, 10).octets, "two");
  EXPECT_EQ(recent.quote_line(8, 10).octets, "two") << "the line's end belongs to it";
  EXPECT_EQ(recent.quote_line(12, 10).octets, "three");
  EXPECT_EQ(recent.quote_line(15, 10).octets, "three") << "the octet to come";
  recent.reset();
  recent.feed("bare\nnext");
  EXPECT_EQ(recent.quote_line(4, 10).octets, "bare\n") << "the octet in question is shown";
}

// Of an octet that is gone nothing is quoted, and nothing in its place.
TEST(RecentOctets, QuotesNoLineOfWhatIsGone) {
  RecentOctets recent;
  recent.feed("one\r\n");
  recent.release();
  recent.feed("two\r\nthr");
  for (const std::uint64_t offset : {0U, 2U, 4U})
    EXPECT_EQ(recent.quote_line(offset, 10).octets, "") << offset;
  EXPECT_EQ(recent.quote_line(5, 10).octets, "two");
  recent.retain_from(10);
  recent.feed("ee\r\nfour");
  for (const std::uint64_t offset : {0U, 4U, 5U, 9U})
    EXPECT_EQ(recent.quote_line(offset, 10).octets, "") << offset;
  EXPECT_EQ(recent.quote_line(10, 10).octets, "three");
}

TEST(RecentOctets, QuotesThePieceBehindWhatIsHeld) {
  RecentOctets recent;
  const std::string piece(RecentOctets::kMax, 'a');
  recent.feed(piece);
  recent.retain_from(0);
  recent.feed("b\r\n");
  EXPECT_EQ(recent.quote_line(RecentOctets::kMax, 10).octets, "b");
  EXPECT_EQ(recent.quote_line(RecentOctets::kMax - 1, 4).octets, "aaaa");
}

TEST(RecentOctets, ANewStreamHasNothingOfTheLast) {
  RecentOctets recent;
  recent.feed("old");
  recent.retain_from(0);
  recent.reset();
  recent.feed("ne");
  recent.retain_from(0);
  recent.feed("w");
  EXPECT_EQ(recent.quote(0), "new");
  EXPECT_EQ(recent.quote_line(2, 10).octets, "new");
}

TEST(RecentOctets, QuotesThePartOfALongLineAroundTheOctet) {
  RecentOctets recent;
  const std::string line = std::string(3000, 'a') + "!" + std::string(3000, 'b');
  recent.feed(line);
  EXPECT_EQ(recent.quote_line(3000, 8).octets, "aaaaaa!b");
  EXPECT_EQ(recent.quote_line(6, 8).octets, "aaaaaaaa");
}

TEST(RecentOctets, SaysWhereTheLineBegins) {
  RecentOctets recent;
  recent.feed("one\r\ntw");
  EXPECT_EQ(recent.quote_line(3, 10).offset, 0U);
  EXPECT_EQ(recent.quote_line(6, 10).offset, 5U);
  recent.retain_from(5);
  const std::string rest = "o\r\n" + std::string(90, 'x');
  recent.feed(rest);
  EXPECT_EQ(recent.quote_line(7, 10).offset, 5U);
  EXPECT_EQ(recent.quote_line(80, 8).offset, 74U) << "the part around it";
  EXPECT_EQ(recent.quote_line(2, 10).offset, 2U) << "gone";
}

TEST(RecentOctets, ALineThatIsCutIsQuotedFromItsBeginning) {
  RecentOctets recent;
  recent.feed("220-x\r\n220 ho");
  recent.retain_from(0);
  recent.feed(std::string_view("st\0ile\r\n", 8));
  EXPECT_EQ(recent.quote_line(15, 100).octets, std::string_view("220 host\0ile", 12));
}

}  // namespace
}  // namespace backtalk::session
