// SPDX-License-Identifier: Apache-2.0 OR MIT
// The lines of a reply that is cut are kept in one buffer, which moves when it grows.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "backtalk/smtp/reply_parser.hpp"

namespace backtalk::smtp {
namespace {

TEST(SmtpHeldLines, StayWhatTheyWere) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "the lines are longer than tiny limits allow";
  // However little is held when the buffer moves.
  const std::vector<std::vector<std::size_t>> replies{{0, 300, 1}, {1, 300, 1},   {1, 255, 1},   {1, 256, 1},
                                                      {2, 300, 0}, {300, 300, 3}, {0, 0, 1, 900}};
  for (const auto& octets : replies) {
    std::vector<std::string> lines;
    std::string stream;
    for (std::size_t i = 0; i < octets.size(); ++i) {
      lines.emplace_back(octets[i], static_cast<char>('a' + i));
      stream += (i + 1 < octets.size() ? "250-" : "250 ") + lines.back() + "\r\n";
    }
    for (std::size_t piece = 1; piece < stream.size(); piece += piece < 20 ? 1 : 37) {
      ReplyParser parser;
      int seen = 0;
      for (std::size_t at = 0; at < stream.size(); at += piece) {
        const std::string copy = stream.substr(at, piece);
        parser.feed(copy);
        while (const Reply* reply = parser.next()) {
          ++seen;
          EXPECT_EQ(std::vector<std::string>(reply->lines.begin(), reply->lines.end()), lines)
              << "in pieces of " << piece;
        }
      }
      EXPECT_EQ(seen, 1);
    }
  }
}

// Cut exactly between its lines.
TEST(SmtpHeldLines, AreKeptFromEachFeed) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "the lines are longer than tiny limits allow";
  const std::vector<std::string> lines{"a", std::string(300, 'b'), "c", std::string(2000, 'd'), "e"};
  for (int round = 0; round < 2; ++round) {
    ReplyParser parser;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string line = (i + 1 < lines.size() ? "250-" : "250 ") + lines[i] + "\r\n";
      parser.feed(line);
      const Reply* reply = parser.next();
      ASSERT_EQ(reply != nullptr, i + 1 == lines.size());
      if (reply == nullptr) continue;
      EXPECT_EQ(std::vector<std::string>(reply->lines.begin(), reply->lines.end()), lines);
    }
  }
}

// What is held for one reply is gone in the next, also where the buffer moves.
TEST(SmtpHeldLines, AreThoseOfTheirReply) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "the lines are longer than tiny limits allow";
  std::vector<std::string> expected;
  std::string stream;
  for (std::size_t octets = 1; octets < 2000; octets *= 3) {
    // What is held when the buffer moves.
    const std::string first(3, static_cast<char>('a' + expected.size()));
    const std::string second(octets, 'x');
    stream.append("250-").append(first).append("\r\n250-").append(second).append("\r\n250 c\r\n");
    expected.push_back(first + "|" + second + "|c|");
  }
  for (const std::size_t piece : {1U, 2U, 7U, 100U}) {
    ReplyParser parser;
    std::vector<std::string> seen;
    std::string bytes;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      bytes = stream.substr(at, piece);
      parser.feed(bytes);
      while (const Reply* const reply = parser.next()) {
        seen.emplace_back();
        for (const std::string_view line : reply->lines) seen.back().append(line).append("|");
      }
    }
    EXPECT_EQ(seen, expected) << "in pieces of " << piece;
  }
}

}  // namespace
}  // namespace backtalk::smtp
