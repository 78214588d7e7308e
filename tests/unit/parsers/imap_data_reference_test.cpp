// SPDX-License-Identifier: Apache-2.0 OR MIT
// The typed decoders of IMAP and their reference read the same from responses in which each token
// in turn is replaced, left out or doubled.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/response_parser.hpp"
#include "reference/imap_data_reference.hpp"

namespace backtalk::imap {
namespace {

constexpr std::string_view kLines[] = {
    "* 1 FETCH (FLAGS (\\Seen a) UID 9 RFC822.SIZE 10 MODSEQ (7) BODY[1] \"x\" X-A b)",
    "* 2 FETCH (BINARY.SIZE[2] 5 RFC822.TEXT NIL INTERNALDATE \"d\" X-B (c) (UID 5))",
    "* 3 FETCH (ENVELOPE () BODY () BODY[2] UID 9)",
    "* FLAGS (\\Answered \\Seen $Junk 7)",
    "* OK [PERMANENTFLAGS (\\Deleted \\*)] x",
    "* STATUS a (MESSAGES 1 UIDNEXT 2 X-NEW 3 SIZE 4 UNSEEN 5)",
    "* LIST (\\Noselect \\a) \"/\" name (\"a\" 1)",
    "* LSUB (\\Noselect a \"\\\\c\") NIL name",
    "* LSUB (\"\\\\*\" \\b) NIL name",
    "* LSUB (\"\\\\\" \\b) NIL name",
    "* SEARCH 1 2 3 (MODSEQ 4)",
    "* ESEARCH (TAG \"a\") UID MIN 1 ALL 1:3,5 COUNT 4 MODSEQ 5 X-NEW 6",
    "* VANISHED (EARLIER) 1:3,5",
    "* THREAD (1 2 (3 4)(5 (6)))((7)(8))",
    "* QUOTA r (STORAGE 1 2 MESSAGE 3 4)",
    "* ID (\"name\" \"x\" \"os\" NIL)",
    "a OK [APPENDUID 7 3] x",
    "a OK [COPYUID 7 1:2 3,4] x",
    "a OK [MODIFIED 1,2] x",
    "* OK [UIDVALIDITY 5] x",
    "* OK [HIGHESTMODSEQ 5] x"};

constexpr std::string_view kOdd[] = {"",
                                     "NIL",
                                     "0",
                                     "-1",
                                     "x",
                                     "()",
                                     "\"\"",
                                     "\"\\\\Seen\"",
                                     "4294967296",
                                     "UID 1",
                                     "MESSAGES",
                                     "(UID 1)",
                                     "(x y)",
                                     "\\*",
                                     "1e2",
                                     "0:2",
                                     "BODY[3]",
                                     "\\Seen",
                                     "COUNT",
                                     "18446744073709551616",
                                     "18446744073709551615",
                                     "ALL 5"};

// Splits at spaces; parentheses and brackets at the ends of a part stay around what replaces it.
std::vector<std::string> parts_of(std::string_view line) {
  std::vector<std::string> parts;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    parts.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return parts;
}

std::string with(std::vector<std::string> parts, std::size_t at, std::string_view odd) {
  std::string& part = parts[at];
  const std::size_t begin = std::min(part.find_first_not_of("(["), part.size());
  const std::size_t end = std::max(begin, std::min(part.find_last_not_of(")]") + 1, part.size()));
  part = part.substr(0, begin) + std::string(odd) + part.substr(end);
  std::string line;
  for (const std::string& one : parts) {
    if (!one.empty()) line += (line.empty() ? "" : " ") + one;
  }
  return line + "\r\n";
}

int compare(const std::string& line, Tolerances tolerances) {
  ResponseParser parser({}, tolerate::extra_spaces);
  parser.feed(line);
  const Response* const response = parser.next();
  if (response == nullptr || response->error) return 0;
  const std::string expected = reference::read_imap_data(*response, tolerances);
  EXPECT_EQ(reference::describe_imap_data(*response, tolerances), expected)
      << line << "tolerances " << tolerances.bits();
  return expected.empty() ? 0 : 1;
}

TEST(ImapDataReference, AgreesWithTheDecodersOnOddTokens) {
  std::vector<Tolerances> sets{Tolerances{}};
  Tolerances all;
  for (const auto& one : tolerate::all()) {
    if (one.risk.starts_with("imap decoders")) sets.push_back(one.set);
    all = all | one.set;
  }
  sets.push_back(all);
  int compared = 0;
  for (const std::string_view line : kLines) {
    const auto parts = parts_of(line);
    for (std::size_t at = 1; at < parts.size(); ++at) {
      for (const std::string_view odd : kOdd) {
        for (const Tolerances set : sets) compared += compare(with(parts, at, odd), set);
      }
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(compared, 10000);
}

TEST(ImapDataReference, ReadsTheExamplesOfTheGrammar) {
  const auto read = [](std::string_view line, Tolerances tolerances = {}) {
    const std::string bytes = std::string(line) + "\r\n";
    ResponseParser parser;
    parser.feed(bytes);
    return reference::read_imap_data(*parser.next(), tolerances);
  };
  EXPECT_EQ(read("* 1 FETCH (UID 9 MODSEQ (-1) FLAGS ())"),
            "fetch uid=9 !wrong-shape@25 flags=@35; wrong-shape@25");
  EXPECT_EQ(read("* STATUS a (MESSAGES 1 UIDNEXT 0)"), "status 9 1 - - - - - - -; number-out-of-range@31");
  EXPECT_EQ(read("* SEARCH 2 3 (MODSEQ 4)"), "search @9 @11 4");
  EXPECT_EQ(read("* THREAD (2)(3 6)"), "thread 2< 3< 6<1 ");
  EXPECT_EQ(read("a OK [COPYUID 7 1:2 3] x"), "code 7 2 1; wrong-shape@20");
  EXPECT_EQ(read("* VANISHED 1:4,9"), "vanished 5");
  EXPECT_EQ(read("* NAMESPACE NIL NIL NIL"), "");
}

}  // namespace
}  // namespace backtalk::imap
