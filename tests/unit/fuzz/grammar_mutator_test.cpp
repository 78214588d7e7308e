// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the grammar mutator makes of a line of each protocol.
#include "mutators/grammar.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

namespace backtalk::fuzz {
namespace {

// Of so many mutations one has to be as wanted.
bool comes(std::string_view input, std::string_view protocol,
           const std::function<bool(const std::string&)>& wanted) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SplitMix64 random(seed);
    std::string made(input);
    if (mutate_by_grammar(made, protocol, random) && wanted(made)) return true;
  }
  return false;
}

TEST(GrammarMutator, MakesALiteralShorterThanAnnounced) {
  EXPECT_TRUE(comes("* 1 FETCH (BODY[] {5}\r\nhello)\r\n", "imap",
                    [](const std::string& made) { return made.find("{5}\r\nhell)") != std::string::npos; }));
}

TEST(GrammarMutator, AnnouncesALongerLiteral) {
  EXPECT_TRUE(comes("* 1 FETCH (BODY[] {5}\r\nhello)\r\n", "imap",
                    [](const std::string& made) { return made.find("{6}\r\nhello)") != std::string::npos; }));
}

TEST(GrammarMutator, ChangesTheLengthOfABody) {
  EXPECT_TRUE(comes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "http", [](const std::string& made) {
    return made.find("Content-Length: 6\r\n\r\nhello") != std::string::npos;
  }));
}

TEST(GrammarMutator, ChangesTheSizeOfAChunk) {
  EXPECT_TRUE(
      comes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "http",
            [](const std::string& made) { return made.find("\r\n4\r\nhello\r\n") != std::string::npos; }));
}

TEST(GrammarMutator, ContinuesAReply) {
  EXPECT_TRUE(comes("250 ok\r\n", "smtp", [](const std::string& made) { return made == "250-ok\r\n"; }));
}

TEST(GrammarMutator, AddsADot) {
  EXPECT_TRUE(comes("+OK\r\n.\r\n", "pop3", [](const std::string& made) { return made == "+OK\r\n..\r\n"; }));
}

TEST(GrammarMutator, CutsBetweenCrAndLf) {
  EXPECT_TRUE(
      comes("250 ok\r\n", "smtp", [](const std::string& made) { return made == "250 ok\r\n#! cuts=7"; }));
}

TEST(GrammarMutator, LeavesOtherProtocolsAlone) {
  SplitMix64 random(1);
  std::string input = "hello\r\n";
  EXPECT_TRUE(comes(input, "smtp", [](const std::string&) { return true; }));
  input.clear();
  EXPECT_FALSE(mutate_by_grammar(input, "gopher", random));
}

}  // namespace
}  // namespace backtalk::fuzz
