// SPDX-License-Identifier: Apache-2.0 OR MIT
// Scripts of HTTP. The rules are those of docs/scripts.md, each with an example and with what is
// refused.
#include <gtest/gtest.h>

#include "backtalk/detail/limit_defaults.hpp"
#include "script/limits.hpp"
#include "script_testing.hpp"
#include "session/http_commands.hpp"
#include "session/http_statuses.hpp"

namespace backtalk::script {
namespace {

using session::HttpCommand;
using session::kNoStatus;
using session::ScriptCommand;
using testing::lines;

using Requests = std::vector<ScriptCommand>;

session::Script http_script(std::initializer_list<std::string_view> text) {
  return testing::read("http", lines(text));
}

// Of a script without sections.
Requests requests(std::initializer_list<std::string_view> text) {
  session::Script script = http_script(text);
  return script.passes.empty() ? Requests{ScriptCommand{}} : script.passes[0].commands;
}

std::string http_refused(std::initializer_list<std::string_view> text) {
  return testing::problem("http", lines(text));
}

std::string head_of(const ScriptCommand& command) {
  return testing::filled_in(command.line);
}

std::string content_of(const ScriptCommand& command) {
  return testing::filled_in(command.content);
}

constexpr std::string_view kHost = "C: Host: a";

// --- Requests

TEST(HttpScript, ARequestIsAHeadUpToAnEmptyLine) {
  const Requests all = requests({"C: GET /a?b=c HTTP/1.1", "C: Host: a.example", "C: Accept:  */*",
                                 "C:", "S: HTTP/1.1 200 OK", "C: HEAD / HTTP/1.1", "C: Host: a", "C: "});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(head_of(all[0]), "GET /a?b=c HTTP/1.1\r\nHost: a.example\r\nAccept:  */*\r\n\r\n");
  EXPECT_EQ(all[0].command, static_cast<unsigned>(HttpCommand::get));
  EXPECT_EQ(all[1].command, static_cast<unsigned>(HttpCommand::head));
  EXPECT_TRUE(all[0].content.empty() && all[0].captures.empty());
  EXPECT_FALSE(all[0].closes || all[0].expects_continue);
}

TEST(HttpScript, SectionsBecomeOncePassesAndEnd) {
  const auto script = http_script({"== once", "C: GET /in HTTP/1.1", kHost, "C:", "== pass x2 big",
                                   "C: GET /a HTTP/1.1", kHost, "C:", "== pass", "C: GET /b HTTP/1.1", kHost,
                                   "C:", "== end", "C: GET /out HTTP/1.1", kHost, "C:"});
  EXPECT_FALSE(script.connection_a_pass);
  ASSERT_EQ(script.once.size(), 1U);
  ASSERT_EQ(script.passes.size(), 2U);
  EXPECT_EQ(script.passes[0].weight, 2U);
  ASSERT_EQ(script.end.size(), 1U);
  EXPECT_EQ(head_of(script.end[0]), "GET /out HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(http_script({"C: GET / HTTP/1.0", "C:"}).connection_a_pass);
}

TEST(HttpScript, RequestsWithoutAnAnswerBetweenThemGoOutTogether) {
  const Requests all = requests({"C: GET /a HTTP/1.1", kHost, "C:", "C: GET /b HTTP/1.1", kHost, "C:", "S: *",
                                 "S: *", "C: GET /c HTTP/1.1", kHost, "C:"});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_FALSE(all[0].pipelined);
  EXPECT_TRUE(all[1].pipelined);
  EXPECT_FALSE(all[2].pipelined);
}

TEST(HttpScript, TheConnectionEndsAsTheRequestSays) {
  EXPECT_TRUE(requests({"C: GET / HTTP/1.0", "C:"})[0].closes);
  EXPECT_TRUE(requests({"C: GET / HTTP/1.1", kHost, "C: connection: Close", "C:"})[0].closes);
  EXPECT_FALSE(requests({"C: GET / HTTP/1.0", "C: Connection: keep-alive", "C:"})[0].closes);
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.0", "C:", "S: HTTP/1.1 200", "C: GET / HTTP/1.0", "C:"}),
            "4:4: the connection ends with the answer to the request in line 1: nothing follows it");
  EXPECT_EQ(http_refused({"== once", "C: GET / HTTP/1.0", "C:", "== pass", "C: GET / HTTP/1.0", "C:"}),
            "2:4: the connection ends with the answer to this request, before the first pass");
}

// --- What the program fills in

TEST(HttpScript, PlaceholdersOfTheUrlAreItsHostAndPath) {
  const Requests all =
      requests({"C: GET {path}?r={random} HTTP/1.1", "C: Host: {host}", "C: X: {{{user}:{password}", "C:"});
  EXPECT_EQ(head_of(all[0]).substr(0, 13), "GET /page7?r=") << "the URL's {n} is the transaction's number";
  EXPECT_NE(head_of(all[0]).find("\r\nHost: a.example:8080\r\nX: {someone:secret\r\n"), std::string::npos);
}

TEST(HttpScript, AMissingHostIsAMistakeUnlessARefusalIsExpected) {
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", "C:"}),
            "1:4: a request of HTTP/1.1 without Host is refused: add `C: Host: {host}`");
  EXPECT_NE(http_refused({"C: GET / HTTP/1.1", "C:", "S: HTTP/1.1 200"}), "");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", "C:", "S: HTTP/1.1 400"}), "");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", "C:", "S: HTTP/1.1 4xx"}), "");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", "C:", "S: *"}), "");
  EXPECT_EQ(http_refused({"C: GET http://www.example.com/ HTTP/1.0", "C:"}), "")
      << "HTTP/1.0 has no such rule";
}

// --- Content

TEST(HttpScript, ContentIsAsLongAsItsLengthSays) {
  const Requests all = requests({"C: PUT / HTTP/1.1", kHost, "C: Content-Length: 7", "C:", "C: one", "C: {{x",
                                 "C: GET / HTTP/1.1", kHost, "C:"});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(content_of(all[0]), "one\r\n{x");
  EXPECT_EQ(content_of(requests({"C: PUT / HTTP/1.1", kHost, "C: Content-Length: 7", "C:", "C: hello"})[0]),
            "hello\r\n");
  EXPECT_EQ(content_of(requests({"C: PUT / HTTP/1.1", kHost, "C: Content-Length: 0", "C:", "S: *"})[0]), "");
}

TEST(HttpScript, AWrongLengthIsAMistake) {
  EXPECT_EQ(http_refused({"C: PUT / HTTP/1.1", kHost, "C: Content-Length: 4", "C:", "C: hello"}),
            "5:8: the content ends before this, after 4 octets as Content-Length says: a request begins in a "
            "line of "
            "its own");
  EXPECT_EQ(http_refused({"C: PUT / HTTP/1.1", kHost, "C: Content-Length: 9", "C:", "C: hello", "S: *"}),
            "3:4: the content has 9 octets, of which 7 follow in lines `C:`");
  EXPECT_EQ(http_refused({"C: PUT / HTTP/1.1", kHost, "C: Content-Length: 6", "C:", "C: hello"}),
            "5:9: the content ends between CR and LF");
  EXPECT_EQ(
      http_refused({"C: PUT / HTTP/1.1", kHost, "C: Content-Length: 5x", "C:"}),
      "3:21: a server would not take this request: " + std::string(sentence(ErrorCode::bad_content_length)));
  EXPECT_EQ(http_refused({"C: PUT / HTTP/1.1", kHost, "C: Content-Length: 2000000", "C:"}),
            "3:4: the content of a request has at most 1048576 octets in a script");
}

TEST(HttpScript, ALengthMayBeWhateverFollows) {
  const Requests all = requests({"C: POST / HTTP/1.1", kHost, "C: Content-Length:{*}", "C: A: b",
                                 "C:", "C: n={n}", "C:", "C: GET / HTTP/1.1", "S: HTTP/1.1 200"});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(content_of(all[0]), "n=7\r\n\r\nGET / HTTP/1.1") << "up to the next line of the server";
  EXPECT_TRUE(all[0].line.uses(session::CommandTemplate::Field::content_octets));
  EXPECT_EQ(content_of(requests({"C: POST / HTTP/1.1", kHost, "C: content-length: {*}", "C:", "S: *"})[0]),
            "");
  EXPECT_EQ(http_refused({"C: PUT / HTTP/1.1", kHost, "C: Content-Length: 4", "C:", "C: {n}"}),
            "5:4: content whose length is given has no placeholders: write `Content-Length: {*}`, or `{{` "
            "for a brace");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, "C: A: {*}", "C:"}),
            "3:7: expected the name of a placeholder, as `{n}`; for a brace, write `{{`");
}

TEST(HttpScript, ChunksAreWrittenOut) {  // RFC 9112 7.1
  const Requests all =
      requests({"C: POST / HTTP/1.1", kHost, "C: Transfer-Encoding: chunked", "C:", "C: 7", "C: one",
                "C: {{x", "C: 0", "C: Sum: 1", "C:", "C: GET / HTTP/1.1", kHost, "C:"});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(content_of(all[0]), "7\r\none\r\n{x\r\n0\r\nSum: 1\r\n\r\n");
  EXPECT_EQ(http_refused({"C: POST / HTTP/1.1", kHost, "C: Transfer-Encoding: chunked", "C:", "C: 7",
                          "C: one", "S: *"}),
            "3:4: the chunks have no end: `C: 0` and an empty line, `C:`");
  EXPECT_EQ(
      http_refused({"C: POST / HTTP/1.1", kHost, "C: Transfer-Encoding: chunked", "C:", "C: 2", "C: one"}),
      "6:6: a server would not take this request: " + std::string(sentence(ErrorCode::bad_chunk_end)));
  EXPECT_NE(
      http_refused({"C: POST / HTTP/1.1", kHost, "C: Transfer-Encoding: chunked", "C:", "C: 3", "C: {n}"}),
      "");
}

// The two that make a request end in two places (RFC 9112 6.1).
TEST(HttpScript, ARequestEndsInOnePlace) {
  EXPECT_NE(http_refused(
                {"C: POST / HTTP/1.1", kHost, "C: Transfer-Encoding: chunked", "C: Content-Length: 3", "C:"}),
            "");
  EXPECT_NE(http_refused({"C: POST / HTTP/1.1", kHost, "C: Content-Length: 4", "C: Content-Length: 3", "C:"}),
            "");
  EXPECT_NE(http_refused({"C: POST / HTTP/1.0", "C: Transfer-Encoding: chunked", "C:"}), "");
}

TEST(HttpScript, ContentMayWaitFor100Continue) {  // RFC 9110 10.1.1
  const Requests all =
      requests({"C: PUT / HTTP/1.1", kHost, "C: Expect: 100-continue", "C: Content-Length: 5",
                "C:", "S: HTTP/1.1 100 Continue", "S:", "C: hello", "S: HTTP/1.1 201 Created"});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].expects_continue);
  EXPECT_EQ(content_of(all[0]), "hello");
  EXPECT_EQ(all[0].expected.status, session::http_status(201));
  EXPECT_EQ(http_refused({"C: PUT / HTTP/1.1", kHost, "C: Expect: 100-continue", "C: Content-Length: {*}",
                          "C:", "C: {n}"}),
            "1:4: content that waits for 100 Continue has no placeholders");
}

// --- Answers

TEST(HttpScript, AnAnswerIsComparedByItsStatus) {
  const Requests all = requests({"C: GET / HTTP/1.1", kHost, "C:", "S: HTTP/1.0 200 OK", "C: GET / HTTP/1.1",
                                 kHost, "C:", "S: HTTP/1.1 3xx", "C: GET / HTTP/1.1", kHost, "C:", "S: *",
                                 "C: GET / HTTP/1.1", kHost, "C:"});
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].expected.status, session::http_status(200));
  EXPECT_EQ(all[0].expected.statuses, 1U);
  EXPECT_EQ(all[0].source_line, 4U) << "of the answer";
  EXPECT_EQ(all[1].expected.status, session::http_status(300));
  EXPECT_EQ(all[1].expected.statuses, 100U);
  EXPECT_EQ(all[2].expected.status, kNoStatus);
  EXPECT_EQ(all[2].expected.statuses, 1U);
  EXPECT_EQ(all[3].expected.statuses, 0U) << "what the run takes for success";
  EXPECT_EQ(all[3].source_line, 13U) << "of the request";
}

TEST(HttpScript, OtherLinesOfAnAnswerAreNotCompared) {
  const Requests all = requests({"C: GET / HTTP/1.1",
                                 kHost,
                                 "C:",
                                 "C: GET / HTTP/1.1",
                                 kHost,
                                 "C:",
                                 "S: HTTP/1.1 103 Early Hints",
                                 "S: Link: </a>",
                                 "S:",
                                 "S: HTTP/1.1 200 OK",
                                 "S: Content-Length: 722",
                                 "S:",
                                 "S: (722 bytes of HTML)",
                                 "S: HTTP/1.1 404 Not Found",
                                 "S: A: b",
                                 "S:",
                                 "S: HTTP/1.1 is text",
                                 "C: GET / HTTP/1.1",
                                 kHost,
                                 "C:"});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].expected.status, session::http_status(200));
  EXPECT_EQ(all[1].expected.status, session::http_status(404));
  EXPECT_EQ(all[2].expected.statuses, 0U);
}

TEST(HttpScript, WordsAreKeptOfAStatusLineAndOfFields) {
  const Requests all =
      requests({"C: GET / HTTP/1.1", kHost, "C:", "S: HTTP/1.1 302 {why:=3}", "S: Location: {where:=2}",
                "S:", "C: GET {where} HTTP/1.1", kHost, "C: X: {why}", "C:"});
  ASSERT_EQ(all.size(), 2U);
  ASSERT_EQ(all[0].captures.size(), 2U);
  EXPECT_EQ(all[0].captures[0].word, 3U);
  EXPECT_EQ(all[0].captures[0].field, "");
  EXPECT_EQ(all[0].captures[1].word, 2U);
  EXPECT_EQ(all[0].captures[1].field, "Location");
  EXPECT_EQ(head_of(all[1]), "GET word1 HTTP/1.1\r\nHost: a\r\nX: word0\r\n\r\n");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, "C:", "S: HTTP/1.1 200", "S:", "S: A: {x:=2}"}),
            "6:7: a word is kept of a status line or of a field, as `S: Location: {where:=2}`");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, "C:", "S: HTTP/1.1 200", "S: A: {host:=2}"}),
            "5:7: `{host}` is a placeholder already: choose another name");
  EXPECT_EQ(http_refused({"C: GET {where} HTTP/1.1", kHost, "C:"}).substr(0, 4), "1:8:");
}

// --- Mistakes

TEST(HttpScript, AMistakeIsShownWhereItIs) {
  EXPECT_EQ(
      http_refused({"C: GTE / HTTP/1.1"}),
      "1:4: expected a request with a method of HTTP, as `C: GET / HTTP/1.1`, not `GTE`: did you mean GET?");
  EXPECT_EQ(
      http_refused({"C: get / HTTP/1.1"}),
      "1:4: expected a request with a method of HTTP, as `C: GET / HTTP/1.1`, not `get`: did you mean GET?");
  EXPECT_EQ(http_refused({"C:"}), "1:3: expected a request, as `C: GET / HTTP/1.1`");
  EXPECT_EQ(http_refused({"C: GET / HTTP/2.0", "C:"}),
            "1:15: a server would not take this request: " + std::string(sentence(ErrorCode::bad_version)));
  EXPECT_EQ(
      http_refused({"C: GET / HTTP/1.1", "C: Host : a", "C:"}),
      "2:8: a server would not take this request: " + std::string(sentence(ErrorCode::space_before_colon)));
  EXPECT_EQ(http_refused({"C: GET {{/{n} HTTP/2.0", "C:"}).substr(0, 5), "1:20:")
      << "braces and placeholders count";
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, "S: HTTP/1.1 200"}),
            "1:4: the head of this request has no end: an empty line, `C:`");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost}),
            "1:4: the head of this request has no end: an empty line, `C:`");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", "wait 1s", kHost, "C:"}),
            "1:4: the head of this request has no end: an empty line, `C:`");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, "C:", "wait 1s", "S: HTTP/1.1 200", "C: GET / HTTP/1.1",
                          kHost, "C:"}),
            "5:4: the `wait` in line 4 comes after this line: it lasts from the answer on");
  EXPECT_EQ(http_refused({"== once", "C: GET / HTTP/1.1", kHost, "C:", "S: HTTP/1.1 200", "wait 1s",
                          "C: GET / HTTP/1.1", kHost, "C:", "== pass", "C: GET / HTTP/1.1", kHost, "C:"}),
            "6:1: `wait` stands in a pass, or before the `C: DONE` of an IDLE");
}

TEST(HttpScript, AnAnswerNeedsItsRequest) {
  EXPECT_EQ(http_refused({"S: HTTP/1.1 200"}), "1:4: there is no `C:` line that waits for this answer");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, "C:", "S: HTTP/1.1 200", "S: HTTP/1.1 200"}),
            "5:4: there is no `C:` line that waits for this answer");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, "C:", "S: +OK"}),
            "4:4: expected a status line, as `S: HTTP/1.1 200`, or `S: *`, not `+OK`");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, "C:", "S: HTTP/1.1 2x"}),
            "4:4: expected a status, as `S: HTTP/1.1 200` or `S: HTTP/1.1 2xx`, not `HTTP/1.1 2x`");
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, "C:", "S: HTTP/1.1 101"}),
            "4:4: 101 leaves HTTP, and a script does not");
}

TEST(HttpScript, MailboxesAreOfOtherProtocols) {
  EXPECT_EQ(http_refused({"C: GET /{number} HTTP/1.1", kHost, "C:"}),
            "1:4: `{number}` is a message of a mailbox, which HTTP does not have");
  EXPECT_EQ(http_refused({"C: GET /{uid} HTTP/1.1", kHost, "C:"}),
            "1:4: `{uid}` is a message of a mailbox, which HTTP does not have");
}

TEST(HttpScript, IsBounded) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "lines are longer than tiny limits allow";
  const std::string field = "C: A: " + std::string(1950, 'x');
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, field, "C:"}), "") << "what is fixed may be long";
  EXPECT_EQ(http_refused({"C: GET / HTTP/1.1", kHost, field + "{n}", "C:"}),
            "1:4: a request has at most 1900 octets up to its last placeholder, with all that is filled in");
  EXPECT_EQ(http_refused({"== pass", "repeat 600", "C: GET / HTTP/1.1", kHost, field, "C:", "end"}),
            "3:4: the requests of a script have at most 1048576 octets, each as often as it is repeated");
}

// --- Waits

TEST(HttpScript, WaitsStandBetweenRequestsAndAtTheEnd) {
  const auto script =
      testing::read("http",
                    "== pass\nC: GET / HTTP/1.1\nC: Host: x\nC:\nS: HTTP/1.1 200\nwait 2s\nC: GET / "
                    "HTTP/1.1\nC: Host: x\nC:\nS: HTTP/1.1 200\nwait 3s\n");
  const session::ScriptPass& pass = script.passes.front();
  ASSERT_EQ(pass.commands.size(), 2U);
  EXPECT_TRUE(pass.commands[0].wait.empty());
  EXPECT_EQ(pass.commands[1].wait.mean(), 2'000'000'000U);
  EXPECT_FALSE(pass.commands[1].pipelined);
  EXPECT_EQ(pass.wait.mean(), 3'000'000'000U);
  EXPECT_TRUE(script.has_waits());
}

}  // namespace
}  // namespace backtalk::script
