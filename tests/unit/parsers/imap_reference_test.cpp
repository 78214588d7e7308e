// SPDX-License-Identifier: Apache-2.0 OR MIT
// imap::ResponseParser against the reference, over mutated conversations, random limits, tolerances
// and cuts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/response_parser.hpp"
#include "every_target.hpp"
#include "reference/imap_reference.hpp"

namespace backtalk {
namespace {

using namespace std::string_view_literals;
using Random = std::mt19937;

std::size_t pick(Random& random, std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

constexpr std::array kResponses{
    "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"sv,
    "* OK [PERMANENTFLAGS (\\Deleted \\*)] Limited\r\n"sv,
    "* NO [BADCHARSET ({5}\r\nUTF-8 x)] no\r\n"sv,
    "* NO [badcharset  (x \"y\" {5}\r\nUTF-8)] no\r\n"sv,
    "a2 NO [x(y {14}\r\na3 OK [x] done\r\n"sv,
    "a1 OK [X it's \"raw] text {5}\r\n"sv,
    "* LIST () \"/\" a\tb\r\n"sv,
    "a1 OK done\r\n"sv,
    "b2 NO\r\n"sv,
    "+ go on\r\n"sv,
    "* LIST (\\Noselect) \"/\" \"a \\\"b\\\\ c\"\r\n"sv,
    "* LIST () NIL [Gmail]/x\r\n"sv,
    "* 12 FETCH (UID 5 BODY[HEADER.FIELDS (a {1}\r\nb)]<0> {4}\r\nab\r\n FLAGS ())\r\n"sv,
    "* 1 FETCH (BINARY[1] ~{3}\r\n\0\r\n BODY[] {0}\r\n)\r\n"sv,
    "* 1 FETCH (BODYSTRUCTURE ((\"a\" \"b\" NIL)(\"c\" ((1 2)(3))) \"MIXED\"))\r\n"sv,
    "* X {9}\r\n123456789 {1}\r\n\n ({2}\r\n\r\n)\r\n"sv,
    "* SEARCH 1 007 18446744073709551616 99999\r\n"sv,
    "a3 OK [Error=\"x\" y] done\r\n"sv,
    "*  3  FETCH (BODY[ TEXT] {2}\r\nab\r\n\r\n FLAGS (a\x01))\r\n"sv,
    "* X \"a\"b\" \"\"\"\" a\tb {1}\r\n)\r\n"sv,
    "+[X 1] go\r\n"sv,
    "+  [X] go\r\n"sv,
};

constexpr std::array kBytes{
    "\r"sv,       "\n"sv,    "\r\n"sv, "\0"sv,       "\x01"sv,     "\t"sv, " "sv,    "("sv,
    ")"sv,        "["sv,     "]"sv,    "{"sv,        "}"sv,        "\""sv, "\\"sv,   "~"sv,
    "*"sv,        "%"sv,     "+"sv,    "\x80"sv,     "0"sv,        "9"sv,  "NIL"sv,  "{3}\r\n"sv,
    "{2+}\r\n"sv, "BODY["sv, "<1>"sv,  " {1}\r\n"sv, "~{1}\r\n"sv, "x"sv,  "}\r\n"sv};

std::string mutated_stream(Random& random) {
  std::string stream;
  for (std::size_t count = 1 + pick(random, 5); count > 0; --count)
    stream += kResponses[pick(random, kResponses.size())];
  for (std::size_t count = pick(random, 5); count > 0 && !stream.empty(); --count) {
    const std::size_t at = pick(random, stream.size());
    switch (pick(random, 5)) {
      case 0: stream.erase(at, 1 + pick(random, 3)); break;
      case 1:
      case 2: stream.insert(at, kBytes[pick(random, kBytes.size())]); break;
      case 3: stream.replace(at, 1, kBytes[pick(random, kBytes.size())]); break;
      default:
        if (pick(random, 4) == 0) stream.resize(at + 1);
        break;
    }
  }
  return stream;
}

imap::Limits random_limits(Random& random) {
  imap::Limits limits;
  limits.line_octets_max = 4096;
  limits.literal_octets_max = 100000;
  limits.literal_gather_octets_max = pick(random, 12);
  limits.response_octets_max = 65536;
  limits.tokens_max = 1000;
  limits.depth_max = 20;
  if (pick(random, 2) == 0) return limits;
  limits.line_octets_max = 1 + pick(random, 90);
  limits.literal_octets_max = pick(random, 10);
  limits.response_octets_max = 1 + pick(random, 150);
  limits.tokens_max = pick(random, 12);
  limits.depth_max = pick(random, 4);
  return limits;
}

Tolerances random_tolerances(Random& random) {
  if (pick(random, 2) == 0) return {};
  const std::uint64_t low = random() & 0xFF000007U;  // those of all protocols and of IMAP
  const std::uint64_t high = random() & 0xF000U;
  return Tolerances{low | high << 32};
}

// Feeds copies of exact size that are gone after each feed, so that an address sanitizer sees a
// stale view.
reference::ImapResponses parse(imap::ResponseParser& parser, std::string_view stream, std::size_t piece_max,
                               Random& random) {
  reference::ImapResponses found;
  std::vector<std::string> streamed;
  fuzz::Octets words;
  while (!stream.empty() && !parser.error()) {
    const std::size_t size = std::min(stream.size(), 1 + pick(random, piece_max));
    const auto piece = std::make_unique<char[]>(size);
    std::ranges::copy(stream.substr(0, size), piece.get());
    stream.remove_prefix(size);
    parser.feed({piece.get(), size});
    while (const imap::Response* response = parser.next()) {
      if (response->kind == imap::Response::Kind::literal) {
        if (response->literal.size() + response->literal_left == response->literal_octets)
          streamed.emplace_back();
        streamed.back() += response->literal;
        continue;
      }
      words.clear();
      reference::describe(*response, streamed, words);
      found.responses.emplace_back(words.view());
      streamed.clear();
    }
  }
  found.error = parser.error();
  if (!found.error) {
    found.in_message = parser.in_message();
    found.message_offset = parser.message_offset();
  }
  return found;
}

TEST(ImapReference, AgreesWithTheParserOnMutatedStreams) {
  under_every_target([] {
    Random random(20240229);
    for (int round = 0; round < 6000; ++round) {
      const std::string stream = mutated_stream(random);
      const imap::Limits limits = random_limits(random);
      const Tolerances tolerances = random_tolerances(random);
      const reference::ImapResponses expected = reference::read_imap_responses(stream, limits, tolerances);
      imap::ResponseParser parser(limits, tolerances);
      for (const std::size_t piece_max :
           {std::size_t{1}, std::size_t{5}, std::size_t{80}, stream.size() + 1}) {
        const reference::ImapResponses got = parse(parser, stream, piece_max, random);
        ASSERT_EQ(got, expected) << "round " << round << ", pieces up to " << piece_max << ", tolerances "
                                 << tolerances.bits() << "\nstream " << testing::PrintToString(stream)
                                 << "\nparser\n"
                                 << describe(got) << "reference\n"
                                 << describe(expected);
        parser.reset();
      }
    }
  });
}

// What the reference is itself held to: worked out by hand.
TEST(ImapReference, ReadsFramesAndTokens) {
  const auto found =
      reference::read_imap_responses("* X (a {3}\r\nb\r\n) \"q\"\r\na1 OK [Y 1] t\r\n* BY", {}, {});
  ASSERT_EQ(found.responses.size(), 2U);
  EXPECT_EQ(found.responses[0], "0+22 *|a:X (a:a l:b\r\n) q:q");
  EXPECT_EQ(found.responses[1], "22+15 tag a1 ok[a:Y n:1]|t");
  EXPECT_TRUE(found.in_message);
  EXPECT_EQ(found.message_offset, 37U);
  EXPECT_EQ(reference::read_imap_responses("* X {3\r\n* X \"{3}\r\n", {}, {}).error,
            (Error{ErrorCode::unterminated_quoted, 16}));
}

std::string only_response(std::string_view stream, Tolerances tolerances = {}) {
  const auto found = reference::read_imap_responses(stream, {}, tolerances);
  EXPECT_EQ(found.responses.size(), 1U) << describe(found);
  EXPECT_EQ(found.error, Error{});
  return found.responses.empty() ? "" : found.responses.front();
}

TEST(ImapReference, ReadsWhatServersSendBesideTheGrammar) {
  EXPECT_EQ(only_response("a1 OK [X=\"y\"] z\r\n"), "0+17 tag a1 ok|[X=\"y\"] z");
  EXPECT_EQ(only_response("* OK [X \"y]\"] z\r\n"), "0+17 *ok[a:X q:y]]|z");
  EXPECT_EQ(only_response("+ [X] z\r\n"), "0+9 +[a:X]|z");
  EXPECT_EQ(only_response("a1 NO\r\n"), "0+7 a1 no missing-text@5");
  EXPECT_EQ(only_response("* X \x01\r\n"), "0+7 control-byte@4");
  EXPECT_EQ(only_response("* X  {3}\r\n* \r {1}\r\n\n\r\n"), "0+22 extra-space@4");
  EXPECT_EQ(only_response("*  OK  [X]  z\r\n", tolerate::extra_spaces), "0+15 *ok[a:X]|z");
  EXPECT_EQ(only_response("* X \"a\"b\" \"\"\"\"\r\n", tolerate::unescaped_quotes),
            "0+16 *|a:X q:a\"b q:\"\"");
  EXPECT_EQ(only_response("* X ({1}\r\na\r\n)\r\n", tolerate::blank_line_after_literal), "0+16 *|a:X (l:a)");
  EXPECT_EQ(only_response("* LIST \ta\r\n", tolerate::tabs_in_atoms), "0+11 *|a:LIST a:\ta");
  EXPECT_EQ(only_response("* X \x01\r\n", tolerate::loose_atoms | tolerate::control_bytes),
            "0+7 *|a:X a:\x01");
  EXPECT_EQ(only_response("+x\r\n", tolerate::joined_continuation), "0+4 +|x");
}

}  // namespace
}  // namespace backtalk
