// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/exact_answer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http_dialogue.hpp"
#include "imap_dialogue.hpp"
#include "pop3_dialogue.hpp"
#include "script/read_script.hpp"
#include "session/http_script.hpp"
#include "session/sent_secrets.hpp"
#include "smtp_script_dialogue.hpp"

namespace backtalk::session::test {
namespace {

// Text, and "*" for what may be anything.
ExactLine line_of(std::string_view pattern) {
  ExactLine line;
  for (std::size_t at = pattern.find('*'); at != std::string_view::npos; at = pattern.find('*')) {
    line.add_text(pattern.substr(0, at));
    line.add_any();
    pattern.remove_prefix(at + 1);
  }
  line.add_text(pattern);
  return line;
}

TEST(ExactLine, IsTheWholeLineButForBlanksAtItsEnd) {
  EXPECT_TRUE(line_of("250 ok").matches("250 ok"));
  EXPECT_TRUE(line_of("250 ok ").matches("250 ok\t"));
  for (const std::string_view said : {"", "250 o", "250 okay", " 250 ok", "250 OK"})
    EXPECT_FALSE(line_of("250 ok").matches(said)) << said;
}

TEST(ExactLine, AWordThatIsKeptMayBeAnything) {
  EXPECT_TRUE(line_of("+OK * *").matches("+OK 2 320"));
  EXPECT_TRUE(line_of("*").matches("x"));
  EXPECT_TRUE(line_of("a*b*c").matches("a1b2b3c"));
  for (const std::string_view said : {"+OK", "+OK 2", "+OK  ", "-ERR 2 320", ""})
    EXPECT_FALSE(line_of("+OK * *").matches(said)) << said;
  EXPECT_FALSE(line_of("*").matches(""));
}

TEST(ExactLine, TellsTheFirstOctetThatDiffers) {
  EXPECT_EQ(line_of("250 ok").difference("250 ok"), std::string_view::npos);
  EXPECT_EQ(line_of("250 ok").difference("250 no"), 4U);
  EXPECT_EQ(line_of("250 ok").difference("250 "), 3U) << "blanks at the end do not count";
  EXPECT_EQ(line_of("250 ok").difference("250 okay"), 6U);
  EXPECT_EQ(line_of("+OK * 320").difference("-ERR"), 0U);
  EXPECT_EQ(line_of("+OK * 320").difference("+OK 2 321"), 8U);
  EXPECT_EQ(line_of("a*b*c").difference("axxc"), 1U) << "behind it there is no b";
  EXPECT_EQ(line_of("a*b*c").difference("axb"), 3U);
}

struct Told {
  std::uint64_t at = 0;
  std::string expected;
  bool nothing_follows = false;
  friend bool operator==(const Told&, const Told&) = default;
};

void PrintTo(const Told& told, std::ostream* out) {
  *out << told.at << " " << told.expected << (told.nothing_follows ? ", and nothing" : "");
}

std::optional<Told> told(const std::optional<TextDifference>& found) {
  if (!found) return std::nullopt;
  return Told{found->at, std::string(found->expected), found->nothing_follows};
}

TEST(Difference, OfLines) {
  const std::vector<ExactLine> lines{line_of("250-a"), line_of("250 b")};
  const auto of = [&lines](std::string_view text) { return told(difference(text, lines)); };
  EXPECT_EQ(of("250-a\r\n250 b"), std::nullopt);
  EXPECT_EQ(of("250-a"), (Told{5, "250 b"}));
  EXPECT_EQ(of("250 b"), (Told{3, "250-a"}));
  EXPECT_EQ(of("250-a\r\n250 b\r\n250 c"), (Told{14, "250 b", true}));
  EXPECT_EQ(of("250-a\r\n250 c"), (Told{11, "250 b"}));
  EXPECT_EQ(of(""), (Told{0, "250-a"}));
}

// What a body differs in that comes in pieces of that size, from offset 100 of its stream on.
std::optional<Told> difference_of(const std::string& expected, std::string_view body, std::size_t piece,
                                  bool dot_stuffed = false) {
  BodyMatch match;
  match.begin(&expected, 100, dot_stuffed);
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) match.feed(body.substr(0, piece));
  if (!match.is_decided()) match.end();
  return told(match.difference());
}

TEST(BodyMatch, WhateverThePiecesAndTheLineEnds) {
  const std::string expected = "one\ntwo";
  for (const std::size_t piece : {1U, 2U, 100U}) {
    for (const std::string_view body : {"one\r\ntwo", "one\ntwo\n", "one\r\ntwo\r\n"})
      EXPECT_EQ(difference_of(expected, body, piece), std::nullopt) << body;
    EXPECT_EQ(difference_of(expected, "", piece), (Told{100, "one"}));
    EXPECT_EQ(difference_of(expected, "one\r\ntw", piece), (Told{107, "two"}));
    EXPECT_EQ(difference_of(expected, "one\r\ntwo\r\n\r\n", piece), (Told{111, "two", true}));
    EXPECT_EQ(difference_of(expected, "one two", piece), (Told{103, "one"}));
    EXPECT_EQ(difference_of(expected, "one\r\ntwo\r\nx", piece), (Told{110, "two", true}));
    EXPECT_EQ(difference_of(expected, "onetwo", piece), (Told{103, "one"}));
    EXPECT_EQ(difference_of("", "x", piece), (Told{100, "", true}));
    EXPECT_EQ(difference_of("", "\r\n", piece), std::nullopt);
    EXPECT_EQ(difference_of(".\nab", ".\r\nac", piece, true), (Told{105, "ab"})) << "it came as ..";
    EXPECT_EQ(difference_of("a\n", "a\r\n", piece, true), std::nullopt);
    EXPECT_EQ(difference_of("a\n", "a\r\n\r\n", piece, true), (Told{104, "a", true})) << "an empty line";
  }
}

TEST(BodyMatch, MayComeInChunksAndMayBeAnything) {
  const std::string expected = "one";
  BodyMatch match;
  match.begin(&expected, 100, false);
  match.feed("o");
  match.continue_at(200);
  match.feed("nx");
  EXPECT_EQ(told(match.difference()), (Told{201, "one"}));
  BodyMatch any;
  any.begin(nullptr, 0, false);
  any.feed("whatever");
  any.end();
  EXPECT_EQ(told(any.difference()), std::nullopt);
}

// --- In sessions: what the script says word for word, and then something that only its status is.

Script script_of(std::string_view protocol, std::string_view text) {
  auto read = script::read_script(protocol, "test", text, {}, true);
  if (const auto* error = std::get_if<script::Error>(&read)) {
    ADD_FAILURE() << script::show("test", *error);
    return {};
  }
  return std::get<Script>(std::move(read));
}

// Texts that differ are no refusals, and have a name of their own.
template <class Talk>
void expect_other_text(Talk& talk, std::size_t completed, const Said& said) {
  EXPECT_EQ(talk.recorder.completed(), completed);
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends.back().reason, "script-text");
  ASSERT_FALSE(talk.recorder.said.empty());
  EXPECT_EQ(talk.recorder.said.back(), said);
  EXPECT_TRUE(talk.recorder.refused.empty());
  EXPECT_EQ(talk.recorder.unexpected, (std::map<std::string, int>{{said.command, 1}}));
}

Said other_text(std::string command, std::string status, std::string text, std::uint64_t offset,
                std::uint32_t line, std::string expected, bool nothing_follows = false) {
  return {.name = "script-text",
          .command = std::move(command),
          .status = std::move(status),
          .text = std::move(text),
          .offset = offset,
          .script_line = line,
          .expected = std::move(expected),
          .nothing_follows = nothing_follows};
}

TEST(ExactText, OfSmtpIsThatOfAllLines) {
  SmtpScriptPlan plan = scripted({"== pass", "C: NOOP"});
  plan.script = script_of("smtp", "== pass\nC: VRFY x\nS: 252-who\nS: 252 knows {name:=2}\n");
  SmtpScriptDialogue talk(std::move(plan));
  talk.supply = 3;
  talk.greet();
  const std::uint64_t begin = talk.received();
  talk.says("252-who\r\n252 knows him\r\n");
  talk.says("252-who\r\n252 knows her\r\n");
  talk.says("252 knows him\r\n");
  expect_other_text(talk, 2, other_text("VRFY", "252", "252 knows him", begin + 51, 4, "252-who"));
}

// LMTP has a reply for each recipient.
TEST(ExactText, OfLmtpIsThatOfEachReply) {
  SmtpScriptPlan plan = scripted({"== pass", "C: NOOP"});
  plan.lmtp = true;
  plan.script =
      script_of("lmtp",
                "== pass\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: RCPT TO:<e@f>\nC: DATA\nS: 250 ok\n"
                "S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nS: 250 one\nS: 250 two\n");
  SmtpScriptDialogue talk(std::move(plan));
  talk.supply = 1;
  talk.greet();
  const std::uint64_t begin = talk.received();
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.says("354 go\r\n");
  talk.says("250 one\r\n250 tow\r\n");
  expect_other_text(talk, 0, other_text("DOT", "250", "250 tow", begin + 32 + 9 + 5, 13, "250 two"));
}

TEST(ExactText, OfPop3IsThatOfTheStatusAndTheLines) {
  const Script script = script_of(
      "pop3", "== pass\nC: STAT\nS: +OK {count:=2} 320\nC: LIST\nS: +OK list\nS: 1 120\nS: ..\nS: .\n");
  for (const std::size_t piece : {1U, 3U, 100U}) {
    Pop3Dialogue talk(pop3_plan(script));
    talk.supply = 3;
    talk.log_in();
    talk.says("+OK 2 320\r\n");
    talk.says("+OK list\r\n1 120\r\n..\r\n.\r\n");
    talk.says("+OK 3 320\r\n");
    const std::uint64_t begin = talk.received();
    std::string_view list = "+OK list\r\n1 120\r\n..\r\nx\r\n.\r\n";
    for (; !list.empty(); list.remove_prefix(std::min(piece, list.size()))) talk.says(list.substr(0, piece));
    ASSERT_FALSE(talk.recorder.said.empty());
    Said said = talk.recorder.said.back();
    said.text.clear();  // as much of the line as had come
    talk.recorder.said.back() = said;
    expect_other_text(talk, 1, other_text("LIST", "+OK", "", begin + 21, 5, ".", true));
  }
  Pop3Dialogue status(pop3_plan(script));
  status.supply = 1;
  status.log_in();
  const std::uint64_t begin = status.received();
  status.says("+OK 2 321\r\n");
  expect_other_text(status, 0, other_text("STAT", "+OK", "+OK 2 321", begin + 8, 3, "+OK ... 320"));
  Pop3Dialogue cut(pop3_plan(script));
  cut.supply = 1;
  cut.log_in();
  cut.says("+OK 2 320\r\n");
  const std::uint64_t list = cut.received();
  cut.says("+OK list\r\n1 120\r\n.\r\n");
  expect_other_text(cut, 0, other_text("LIST", "+OK", ".", list + 17, 5, "."));
}

TEST(ExactText, OfImapIsThatOfTheAnswerAndOfItsData) {
  const Script script = script_of(
      "imap", "== pass\nC: a STATUS x (MESSAGES)\nS: * STATUS x (MESSAGES {count:=5})\nS: a OK done\n");
  const auto talk_to = [&script](std::string_view data, std::string_view tagged) {
    ImapDialogue talk(imap_plan_of(1, script));
    talk.supply = 1;
    const std::string said = talk.greet();
    EXPECT_TRUE(said.ends_with(" STATUS x (MESSAGES)\r\n")) << said;
    const std::uint64_t begin = talk.received();
    talk.says(std::string(data) + said.substr(0, said.find(' ')) + std::string(tagged));
    if (talk.recorder.completed() == 1U) return std::string();
    EXPECT_EQ(talk.recorder.ends.back().reason, "script-text");
    EXPECT_EQ(talk.recorder.unexpected, (std::map<std::string, int>{{"STATUS", 1}}));
    const Said& other = talk.recorder.said.back();
    return std::to_string(other.offset - begin) + " " + other.expected;
  };
  EXPECT_EQ(talk_to("* STATUS x (MESSAGES 7)\r\n", " OK done\r\n"), "");
  EXPECT_EQ(talk_to("* 3 EXISTS\r\n* STATUS x (MESSAGES 8)\r\n", " OK done\r\n"), "")
      << "others may come too";
  EXPECT_EQ(talk_to("* STATUS y (MESSAGES 7)\r\n", " OK done\r\n"), "25 * STATUS x (MESSAGES ...)");
  const std::string tagged = talk_to("* STATUS x (MESSAGES 7)\r\n", " OK well done\r\n");
  EXPECT_TRUE(tagged.ends_with(" OK done")) << tagged;
}

// What the difference of a response is called, in pieces of whatever size: its offset, and what was
// expected there; empty if there is none.
std::string difference_of_http(const Script& script, std::string_view response) {
  std::optional<std::string> all;
  for (std::size_t piece = 1; piece <= response.size(); ++piece) {
    HttpPlan plan;
    set_script(plan, script, HttpPipelining::any);
    HttpDialogue talk(std::move(plan));
    talk.supply = 1;
    talk.client();
    for (std::string_view left = response; !left.empty(); left.remove_prefix(std::min(piece, left.size())))
      talk.says(left.substr(0, piece));
    std::string one;
    if (talk.recorder.completed() != 1U) {
      EXPECT_EQ(talk.recorder.ends.back().reason, "script-text");
      EXPECT_TRUE(talk.recorder.refused.empty());
      const Said& other = talk.recorder.said.back();
      one = std::to_string(other.offset) + " " + other.expected + (other.nothing_follows ? ", nothing" : "");
    }
    EXPECT_EQ(all.value_or(one), one) << piece;
    all = one;
  }
  return all.value_or("");
}

TEST(ExactText, OfHttpIsThatOfTheStatusLineItsFieldsAndTheBody) {
  const Script script =
      script_of("http",
                "== pass\nC: GET / HTTP/1.0\nC:\nS: HTTP/1.1 200 OK\nS: content-length: 2\nS: "
                "X: {x:=2}\nS:\nS: hi\n");
  const auto of = [&script](std::string_view response) { return difference_of_http(script, response); };
  EXPECT_EQ(of("HTTP/1.1 200 OK\r\nDate: x\r\nX: y\r\nContent-Length: 2\r\n\r\nhi"), "");
  EXPECT_EQ(of("HTTP/1.1 200 Fine\r\nX: y\r\nContent-Length: 2\r\n\r\nhi"), "13 HTTP/1.1 200 OK");
  EXPECT_EQ(of("HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 2\r\n\r\nho"), "45 hi");
  EXPECT_EQ(of("HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 3\r\n\r\nhi!"), "39 content-length: 2");
  EXPECT_EQ(of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), "36 X: ...");
}

// The script may have the chunks of a transcript, or what is in them; the server cuts as it likes.
TEST(ExactText, OfHttpIsThatOfTheDecodedBody) {
  constexpr std::string_view kHead =
      "== pass\nC: GET / HTTP/1.1\nC: Host: a\nC:\nS: HTTP/1.1 200 OK\nS: Transfer-Encoding: chunked\nS:\n";
  const std::string head(kHead);
  const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string_view body :
       {"S: 5\nS: Hello\nS: 9\nS: , world\nS: \nS: 0\nS:\n",
        "S: E;x=y\nS: Hello, world\nS: \nS: 0\nS: Trailer: x\nS:\n", "S: Hello, world\n"}) {
    const Script script = script_of("http", head + std::string(body));
    EXPECT_EQ(difference_of_http(script, answer + "e\r\nHello, world\r\n\r\n0\r\n\r\n"), "") << body;
    EXPECT_EQ(difference_of_http(script, answer + "3\r\nHel\r\n9\r\nlo, world\r\n0\r\n\r\n"), "") << body;
    EXPECT_EQ(difference_of_http(script, answer + "3\r\nHel\r\n9\r\nlo, World\r\n0\r\n\r\n"),
              std::to_string(answer.size() + 8 + 3 + 4) + " Hello, world")
        << body;
    EXPECT_EQ(difference_of_http(script, answer + "5\r\nHello\r\n0\r\n\r\n"),
              std::to_string(answer.size() + 8) + " Hello, world")
        << body;
  }
  // A transcript does not tell whether a line of a chunk ended with CRLF or LF: its size does.
  for (const std::string_view size : {"7", "6"}) {
    const Script lines = script_of("http", head + "S: " + std::string(size) + "\nS: Hello\nS: \nS: 0\nS:\n");
    EXPECT_EQ(difference_of_http(lines, answer + "7\r\nHello\r\n\r\n0\r\n\r\n"), "") << size;
    EXPECT_EQ(difference_of_http(lines, answer + "6\r\nHello\n\r\n0\r\n\r\n"), "") << size;
  }
  const Script empty = script_of("http", head + "S: 0\nS:\n");
  EXPECT_EQ(difference_of_http(empty, answer + "0\r\n\r\n"), "");
  EXPECT_EQ(difference_of_http(empty, answer + "1\r\nx\r\n0\r\n\r\n"),
            std::to_string(answer.size() + 3) + " , nothing");
}

// A script repeats what its author has sent, as servers do.
TEST(ExactText, ThatHasASecretIsNotShown) {
  Pop3Dialogue talk(pop3_plan(script_of("pop3", "== pass\nC: STAT\nS: +OK pass 320\n")));
  talk.supply = 1;
  talk.log_in();
  talk.says("+OK 2 320\r\n");
  ASSERT_FALSE(talk.recorder.said.empty());
  EXPECT_EQ(talk.recorder.said.back().expected, kNotShownOfScript);
  EXPECT_EQ(talk.recorder.said.back().text, "+OK 2 320");

  const Script script =
      script_of("http",
                "== pass\nC: GET / HTTP/1.0\nC: Cookie: sid=31d4d96e407aad42\nC:\nS: HTTP/1.1 200 OK\n"
                "S: Set-Cookie: sid=31d4d96e407aad42; Path=/\nS:\nS: as 31d4d96e407aad42\n");
  for (const std::string_view response :
       {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nSet-Cookie: sid=31d4d96e407aad42; Path=/\r\nContent-Length: 2\r\n\r\nhi"}) {
    HttpPlan plan;
    set_script(plan, script, HttpPipelining::any);
    find_credentials(plan);
    HttpDialogue http(std::move(plan));
    http.supply = 1;
    http.client();
    http.says(response);
    ASSERT_FALSE(http.recorder.said.empty()) << response;
    EXPECT_EQ(http.recorder.said.back().name, kTextDiffers) << response;
    EXPECT_EQ(http.recorder.said.back().expected, kNotShownOfScript) << response;
  }
}

TEST(ExactText, IsForgottenWhereItIsNotAskedFor) {
  Script script = script_of("pop3", "== pass\nC: STAT\nS: +OK 2 320\n");
  forget_texts(script);
  Pop3Dialogue talk(pop3_plan(script));
  talk.supply = 1;
  talk.log_in();
  talk.says("+OK 7 7\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

}  // namespace
}  // namespace backtalk::session::test
