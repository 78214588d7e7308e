// SPDX-License-Identifier: Apache-2.0 OR MIT
// Seeds out of conversations: the octets of each side, under the name of the target that reads
// them.
#include "parse/seeds.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace backtalk::parse {
namespace {

using script::read_conversations;

struct Made {
  std::vector<Seed> seeds;
  std::vector<std::string> notes;
};

Made make(std::string_view text, std::string_view stem = "by-hand", std::string_view protocol = "") {
  Made made;
  const auto read = read_conversations(text);
  if (const auto* error = std::get_if<script::Error>(&read)) {
    ADD_FAILURE() << script::show("test", *error);
    return made;
  }
  made.seeds = seeds_of(std::get<std::vector<Conversation>>(read), stem, protocol, made.notes);
  return made;
}

// "target name", for each.
std::vector<std::string> names_of(const std::vector<Seed>& seeds) {
  std::vector<std::string> names;
  names.reserve(seeds.size());
  for (const Seed& seed : seeds) names.push_back(std::string(seed.target) + " " + seed.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(Seeds, AreWhatEachSideSays) {
  const Made made = make("S: 220 mx\nC: EHLO me\nS: 250-mx\nS: 250 PIPELINING\nC: QUIT\nS: 221 bye\n");
  ASSERT_EQ(names_of(made.seeds), (Names{"smtp_reply by-hand", "smtp_command by-hand"}));
  EXPECT_EQ(made.seeds[0].octets, "220 mx\r\n250-mx\r\n250 PIPELINING\r\n221 bye\r\n");
  EXPECT_EQ(made.seeds[1].octets, "EHLO me\r\nQUIT\r\n");
  EXPECT_TRUE(made.notes.empty());
}

TEST(Seeds, GoToTheTargetsOfTheirProtocol) {
  const Made made = make(
      "== a ==\nS: +OK\nC: QUIT\n== b ==\nS: * OK hi\nC: a NOOP\n"
      "== c ==\nC: GET / HTTP/1.1\nC: Host: a\nC:\nS: HTTP/1.1 204 No\nS:\n");
  EXPECT_EQ(names_of(made.seeds),
            (Names{"pop3_response by-hand-a", "pop3_command by-hand-a", "imap_response by-hand-b",
                   "imap_command by-hand-b", "http_response by-hand-c", "http_request by-hand-c"}));
}

TEST(Seeds, OfASideThatSaysNothingAreNone) {
  EXPECT_EQ(names_of(make("S: 220 mx ESMTP\n").seeds), (Names{"smtp_reply by-hand"}));
  EXPECT_EQ(names_of(make("C: GET / HTTP/1.0\nC:\n").seeds), (Names{"http_request by-hand"}));
}

TEST(Seeds, OfHttpEndWithTheirBodies) {
  const Made made = make(
      "C: PUT / HTTP/1.1\nC: Host: a\nC: Content-Length: 2\nC:\nC: hi\n"
      "S: HTTP/1.1 200 OK\nS: Content-Length: 2\nS:\nS: ok\n");
  ASSERT_EQ(made.seeds.size(), 2U);
  EXPECT_TRUE(made.seeds[0].octets.ends_with("\r\n\r\nok")) << made.seeds[0].octets;
  EXPECT_TRUE(made.seeds[1].octets.ends_with("\r\n\r\nhi")) << made.seeds[1].octets;
}

TEST(Seeds, HaveNamesThatAnyFolderTakes) {
  EXPECT_EQ(names_of(make("== ../POP3 (over TLS) ==\nS: +OK\n", "My Log.v2").seeds),
            (Names{"pop3_response my-log-v2-pop3-over-tls"}));
  EXPECT_EQ(names_of(make("S: +OK\n", "").seeds), (Names{"pop3_response seed"}));
  EXPECT_EQ(names_of(make("S: +OK\n", "--").seeds), (Names{"pop3_response seed"}));
}

TEST(Seeds, OfAProtocolThatNothingTellsNeedItsName) {
  const std::string_view text = "== first ==\nC: NOOP\nS: 250 Ok\n== second ==\nS: +OK\n";
  const Made made = make(text);
  EXPECT_EQ(names_of(made.seeds), (Names{"pop3_response by-hand-second"}));
  ASSERT_EQ(made.notes.size(), 1U);
  EXPECT_NE(made.notes[0].find("cannot tell the protocol of the conversation at line 1"), std::string::npos)
      << made.notes[0];
  EXPECT_EQ(names_of(make("C: NOOP\nS: 250 Ok\n", "x", "smtp").seeds),
            (Names{"smtp_reply x", "smtp_command x"}));
}

}  // namespace
}  // namespace backtalk::parse
