// SPDX-License-Identifier: Apache-2.0 OR MIT
// Conversations written down with "C: " and "S: ": what their servers say is read as from a
// connection, and what their clients say tells the parser how.
#include "parse/conversation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "parse/protocols.hpp"

namespace backtalk::parse {
namespace {

using script::Notation;
using script::notation_of;
using script::read_conversations;

using std::string_view_literals::operator""sv;

struct Printed {
  std::string events;
  std::vector<std::string> notes;
  Verdict verdict = Verdict::complete;
};

Printed print(std::string_view protocol, std::string_view text, Options options = {}) {
  Printed printed;
  const auto read = read_conversations(text);
  if (const auto* error = std::get_if<script::Error>(&read)) {
    ADD_FAILURE() << script::show("test", *error);
    return printed;
  }
  options.protocol = find_protocol(protocol);
  printed.verdict = print_conversations(std::get<std::vector<Conversation>>(read), *options.protocol, options,
                                        printed.events, printed.notes);
  return printed;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Conversation, IsToldByItsFirstLine) {
  EXPECT_EQ(notation_of("S: 220 ready\n"), Notation::yes);
  EXPECT_EQ(notation_of("C:STAT\r\n"), Notation::yes);
  EXPECT_EQ(notation_of("\n  # by hand\n\n == SMTP ==\n"), Notation::yes);
  EXPECT_EQ(notation_of("220 ready\r\n"), Notation::no);
  EXPECT_EQ(notation_of("# a comment\n220 ready\r\n"), Notation::no);
  EXPECT_EQ(notation_of("SSH-2.0-OpenSSH_9.2\r\n"), Notation::no);
  EXPECT_EQ(notation_of("* O"), Notation::no);
  EXPECT_EQ(notation_of("\0C:"sv), Notation::no);
}

TEST(Conversation, IsUndecidedUntilItsFirstLineBegins) {
  for (const std::string_view beginning :
       {"", "\n \r\n", "# only this", "# only this\n", "S", "C", "=", "#\n #"})
    EXPECT_EQ(notation_of(beginning), Notation::undecided) << beginning;
}

TEST(Conversation, IsReadAsTheServersSideOfAConnection) {
  const Printed printed =
      print("smtp", "S: 220 mx\nC: EHLO me\nS: 250-mx\nS: 250 PIPELINING\nC: QUIT\nS: 221 bye\n");
  EXPECT_EQ(printed.events,
            R"({"type":"reply","offset":0,"code":220,"enhanced":null,"lines":["mx"]})"
            "\n"
            R"({"type":"reply","offset":8,"code":250,"enhanced":null,"lines":["mx","PIPELINING"]})"
            "\n"
            R"({"type":"reply","offset":32,"code":221,"enhanced":null,"lines":["bye"]})"
            "\n");
  EXPECT_EQ(printed.verdict, Verdict::complete);
  EXPECT_TRUE(printed.notes.empty());
}

TEST(Conversation, Pop3CommandsTellWhichRepliesHaveSeveralLines) {
  const std::string_view text =
      "S: +OK\nC: AUTH PLAIN\nS: + \nC: LIST\nS: +OK in\nC: list\nS: +OK 1\nS: 1 120\nS: .\nC: LIST 1\nS: "
      "+OK 1 120\n"
      "C: UIDL 1\nS: +OK 1 a\nC: Top 1 0\nS: +OK\nS: ..x\nS: .\nC: RETR 9\nS: -ERR none\nC: CAPA\nS: +OK\nS: "
      "TOP\nS: .\n";
  const Printed printed = print("pop3", text);
  EXPECT_EQ(printed.verdict, Verdict::complete) << printed.events;
  EXPECT_EQ(count(printed.events, R"("lines":["1 120"])"), 1U);
  EXPECT_EQ(count(printed.events, R"("lines":[".x"])"), 1U) << "of TOP";
  EXPECT_EQ(count(printed.events, R"("lines":["TOP"])"), 1U) << "of CAPA";
  EXPECT_EQ(count(printed.events, R"("lines")"), 3U) << "what answers a challenge is no command";

  Options all_single;
  all_single.pop3_multi.forms = {Pop3Multi::Form::line};
  EXPECT_EQ(print("pop3", "S: +OK\nC: LIST\nS: +OK\nS: .\n", all_single).verdict, Verdict::error)
      << "what the user says of them holds";
}

TEST(Conversation, HttpRequestsTellWhichResponsesHaveNoBody) {
  const std::string_view text =
      "C: HEAD / HTTP/1.1\nC: Host: a\nC:\nC: POST / HTTP/1.1\nC: Host: a\nC: Content-Length: 4\nC:\nC: "
      "HEAD\n"
      "C: GET / HTTP/1.1\nC: Host: a\nC:\n"
      "S: HTTP/1.1 200 OK\nS: Content-Length: 900\nS:\nS: HTTP/1.1 200 OK\nS: Content-Length: 2\nS:\nS: ab\n"
      "S: HTTP/1.1 204 No\nS:\n";
  const Printed printed = print("http", text);
  EXPECT_EQ(printed.verdict, Verdict::complete) << printed.events;
  EXPECT_EQ(count(printed.events, R"("type":"response")"), 3U);

  Options requests;
  requests.http_request = true;
  const Printed requested = print("http", text, requests);
  EXPECT_EQ(count(requested.events, R"("type":"request")"), 3U);
  EXPECT_EQ(count(requested.events, R"("body":"HEAD")"), 1U)
      << "a line of a body that looks like a request is none";
}

TEST(Conversation, HttpBodiesEndWithTheirLastOctet) {
  const auto answer = [](std::string_view body, std::string_view fields) {
    return "S: HTTP/1.1 200 OK\nS: " + std::string(fields) + "\nS:\n" + std::string(body) +
           "S: HTTP/1.1 204 No\nS:\n";
  };
  const auto body_of = [&](std::string_view body, std::string_view fields, std::string_view expected) {
    const Printed printed = print("http", answer(body, fields));
    EXPECT_EQ(printed.verdict, Verdict::complete) << printed.events;
    EXPECT_EQ(count(printed.events, "\"body\":\"" + std::string(expected) + "\""), 1U) << printed.events;
  };
  body_of("S: ab\n", "Content-Length: 2", "ab");
  body_of("S: ab\n", "Content-Length: 4", "ab\\r\\n");
  body_of("S: ab\nS: cd\n", "Content-Length: 6", "ab\\r\\ncd");
  body_of("S:\nS:\n", "Content-Length: 4", "\\r\\n\\r\\n");
  body_of("S: 2\nS: ab\nS: 0\nS:\n", "Transfer-Encoding: chunked", "ab");
  EXPECT_EQ(print("http", answer("S: abc\n", "Content-Length: 2")).verdict, Verdict::error)
      << "a body that is longer than it says is an error";
}

TEST(Conversation, OfSeveralThoseOfOtherProtocolsAreLeftOut) {
  const std::string_view text =
      "== by mail ==\nS: 220 mx ESMTP\n== POP3 ==\nS: +OK\n== web ==\nC: GET / HTTP/1.1\nC: Host: a\nC:\n";
  const Printed smtp = print("smtp", text);
  EXPECT_EQ(smtp.events, R"({"type":"conversation","line":1,"name":"by mail"})"
                         "\n"
                         R"({"type":"reply","offset":0,"code":220,"enhanced":null,"lines":["mx ESMTP"]})"
                         "\n");
  ASSERT_EQ(smtp.notes.size(), 1U);
  EXPECT_EQ(smtp.notes[0],
            "skipped conversations of other protocols: line 3 (POP3), line 5 (HTTP/1.x request)");
  EXPECT_EQ(print("imap", text).verdict, Verdict::error) << "nothing of it was read";
}

TEST(Conversation, OfAnotherProtocolIsAnErrorIfItIsTheOnlyOne) {
  const Printed printed = print("imap", "S: +OK ready\n");
  EXPECT_EQ(printed.verdict, Verdict::error);
  EXPECT_EQ(printed.notes, std::vector<std::string>{"the first error is in line 1"});
}

TEST(Conversation, TheWorstVerdictIsThatOfAll) {
  const std::string broken = "== one ==\nS: 220 mx\nS: 2xx\n";
  const std::string cut = "== two ==\nS: 220-mx\n";
  const std::string whole = "== three ==\nS: 220 mx\n";
  EXPECT_EQ(print("smtp", broken + cut + whole).verdict, Verdict::error);
  EXPECT_EQ(print("smtp", cut + broken).verdict, Verdict::error);
  EXPECT_EQ(print("smtp", cut + whole).verdict, Verdict::incomplete);
  EXPECT_EQ(print("smtp", whole + cut).verdict, Verdict::incomplete);
  EXPECT_EQ(print("smtp", whole + broken).notes, std::vector<std::string>{"the first error is in line 5"});
}

TEST(Conversation, AnErrorThatDoesNotEndTheStreamHasItsLineToo) {
  const Printed printed = print("imap", "S: * OK hi\nS: +OK x\nS: +OK y\nS: * 3 EXISTS\n");
  EXPECT_EQ(printed.verdict, Verdict::error);
  EXPECT_EQ(count(printed.events, R"("type":"untagged")"), 2U) << printed.events;
  EXPECT_EQ(printed.notes, std::vector<std::string>{"the first error is in line 2"});
}

TEST(Conversation, SectionsOfAScriptAreOneConversation) {
  const Printed printed =
      print("imap", "== once\nC: a NOOP\nS: a OK done\n== pass\nC: b NOOP\nwait 5ms\nS: b OK done\n");
  EXPECT_EQ(count(printed.events, R"("type":"tagged")"), 2U) << printed.events;
  EXPECT_EQ(count(printed.events, R"("type":"conversation")"), 0U);
}

TEST(Conversation, EventsDoNotDependOnThePieces) {
  const std::string_view text = "S: +OK\nC: LIST\nS: +OK 1\nS: 1 120\nS: .\n";
  Options by_octets;
  by_octets.chunk = 1;
  EXPECT_EQ(print("pop3", text, by_octets).events, print("pop3", text).events);
}

TEST(Conversation, ThatIsNotInTheNotationIsAnErrorWithItsPlace) {
  const auto read = read_conversations("S: 220 mx\nEHLO me\n");
  ASSERT_TRUE(std::holds_alternative<script::Error>(read));
  EXPECT_EQ(std::get<script::Error>(read).line, 2U);
}

// 160 KB of events out of three lines, a piece at a time.
TEST(Conversation, IsPrintedInPieces) {
  const auto read = read_conversations("S: * OK hi\nrepeat 5000\nS: * 1 EXISTS\nend\n");
  const auto& conversations = std::get<std::vector<Conversation>>(read);
  const Protocol& protocol = *find_protocol("imap");
  Options options;
  options.protocol = &protocol;
  std::string whole;
  std::vector<std::string> notes;
  EXPECT_EQ(print_conversations(conversations, protocol, options, whole, notes), Verdict::complete);
  std::string out;
  std::string taken;
  std::size_t largest = 0;
  const auto take = [&](std::string& events) {
    largest = std::max(largest, events.size());
    taken += events;
    events.clear();
    return true;
  };
  EXPECT_EQ(print_conversations(conversations, protocol, options, out, notes, take), Verdict::complete);
  EXPECT_EQ(taken + out, whole);
  EXPECT_LT(largest, 1000U);
  EXPECT_EQ(count(whole, "EXISTS"), 5000U);

  std::size_t calls = 0;
  const auto stop = [&calls](std::string&) { return ++calls < 3; };
  static_cast<void>(print_conversations(conversations, protocol, options, out, notes, stop));
  EXPECT_EQ(calls, 3U) << "nobody reads on";
}

}  // namespace
}  // namespace backtalk::parse
