// SPDX-License-Identifier: Apache-2.0 OR MIT
// What can still be quoted of a stream, however it was cut.
#include "session/recent_octets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace backtalk::session {
namespace {

TEST(RecentOctets, QuotesThePieceAtHand) {
  RecentOctets recent;
  recent.feed("first\r\n");
  recent.let_go();
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
    recent.keep_from(0);
  }
}

TEST(RecentOctets, AMessageIsQuotedAlikeHoweverItIsCut) {
  for (const std::size_t octets : {1U, 2U, 511U, 512U, 513U, 2000U}) {
    std::string message;
    while (message.size() < octets) message += static_cast<char>('a' + message.size() % 23);
    for (std::size_t piece = 1; piece <= octets; ++piece) {
      ASSERT_EQ(quoted(message, piece), message.substr(0, RecentOctets::kMax)) << octets << " by " << piece;
    }
  }
}

TEST(RecentOctets, AnotherMessageTakesTheFirstOnesPlace) {
  RecentOctets recent;
  recent.feed("one");
  recent.keep_from(0);
  recent.feed(" more\r\ntw");
  EXPECT_EQ(recent.quote(0, 8), "one more");
  recent.keep_from(10);
  recent.feed("o\r\n");
  EXPECT_EQ(recent.quote(10, 3), "two");
  recent.reset();
  EXPECT_EQ(recent.quote(10, 3), "");
  EXPECT_EQ(recent.end(), 0U);
}

TEST(RecentOctets, QuotesTheLineAroundAnOctet) {
  RecentOctets recent;
  recent.feed("one\r\ntwo\r\nthree");
  EXPECT_EQ(recent.quote_line(0, 10), "one");
  EXPECT_EQ(recent.quote_line(6, 10), "two");
  EXPECT_EQ(recent.quote_line(8, 10), "two") << "the line's end belongs to it";
  EXPECT_EQ(recent.quote_line(12, 10), "three");
  EXPECT_EQ(recent.quote_line(15, 10), "three") << "the octet to come";
  recent.reset();
  recent.feed("bare\nnext");
  EXPECT_EQ(recent.quote_line(4, 10), "bare\n") << "the octet in question is shown";
}

TEST(RecentOctets, OfALongLineThePartAroundTheOctet) {
  RecentOctets recent;
  const std::string line = std::string(3000, 'a') + "!" + std::string(3000, 'b');
  recent.feed(line);
  EXPECT_EQ(recent.quote_line(3000, 8), "aaaaaa!b");
  EXPECT_EQ(recent.quote_line(6, 8), "aaaaaaaa");
}

TEST(RecentOctets, ALineThatIsCutIsQuotedFromItsBeginning) {
  RecentOctets recent;
  recent.feed("220-x\r\n220 ho");
  recent.keep_from(0);
  recent.feed(std::string_view("st\0ile\r\n", 8));
  EXPECT_EQ(recent.quote_line(15, 100), std::string_view("220 host\0ile", 12));
}

}  // namespace
}  // namespace backtalk::session
