// SPDX-License-Identifier: Apache-2.0 OR MIT
// Which lines of a conversation are one turn, and what they are to the protocol.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "script/turns.hpp"
#include "script_testing.hpp"

namespace backtalk::script {
namespace {

using testing::lines;

std::string shown(const Turn& turn) {
  const auto with_count = [&turn](std::string text) {
    return turn.count == 1 ? text : text + " of " + std::to_string(turn.count);
  };
  switch (turn.kind) {
    case Turn::Kind::command: return "command";
    case Turn::Kind::content: return "content";
    case Turn::Kind::response: return "response";
    case Turn::Kind::wait: return "wait";
    case Turn::Kind::answer: break;
  }
  switch (turn.answer.kind) {
    case Answer::Kind::anything: return with_count("anything");
    case Answer::Kind::status: return with_count(turn.answer.word);
    case Answer::Kind::untagged: return with_count("* " + turn.answer.word);
    case Answer::Kind::tagged: return with_count(std::string(turn.answer.tag) + " " + turn.answer.word);
    case Answer::Kind::continuation: return with_count("+");
  }
  return "";
}

// The turns of a script without sections; the error, if there is one.
std::vector<std::string> turns(Protocol protocol, std::initializer_list<std::string_view> script) {
  const std::string text = lines(script);
  const auto sections = read_notation(text);
  if (const auto* error = std::get_if<Error>(&sections)) return {show("notation", *error)};
  const auto read = read_turns(protocol, std::get<Sections>(sections).front());
  if (const auto* error = std::get_if<Error>(&read)) return {show("", *error).substr(1)};
  std::vector<std::string> all;
  for (const Turn& turn : std::get<std::vector<Turn>>(read)) all.push_back(shown(turn));
  return all;
}

using All = std::vector<std::string>;

// --- SMTP

TEST(SmtpTurns, AReplyHasOneLineOrSeveral) {
  EXPECT_EQ(
      turns(Protocol::smtp, {"S: 220 hi", "C: EHLO x", "S: 250-me", "S: 250-PIPELINING", "S: 250 8BITMIME"}),
      (All{"220", "command", "250 of 3"}));
  EXPECT_EQ(turns(Protocol::smtp, {"C: NOOP", "C: NOOP", "S: 250", "S: 250"}),
            (All{"command", "command", "250", "250"}));
}

TEST(SmtpTurns, AMessageGoesToItsDot) {
  EXPECT_EQ(turns(Protocol::smtp,
                  {"C: DATA", "S: 354 go", "C: Subject: x", "C: ", "C: RSET", "C: .", "S: 250", "C: QUIT"}),
            (All{"command", "354", "content", "content", "content", "content", "250", "command"}));
}

TEST(SmtpTurns, AMessageIsNoneIfItWasRefused) {
  EXPECT_EQ(turns(Protocol::smtp, {"C: DATA", "S: 554 no", "C: RSET", "S: 250"}),
            (All{"command", "554", "command", "250"}));
}

TEST(SmtpTurns, AGroupMayEndWithData) {
  EXPECT_EQ(turns(Protocol::smtp, {"C: RCPT TO:<a@b>", "C: DATA", "S: 250", "S: 354", "C: .", "S: 250"}),
            (All{"command", "command", "250", "354", "content", "250"}));
}

TEST(SmtpTurns, AChunkHasItsOctets) {
  EXPECT_EQ(turns(Protocol::smtp, {"C: BDAT 9 LAST", "C: Hi", "C: you", "C: QUIT", "S: 250", "S: 221"}),
            (All{"command", "content", "content", "command", "250", "221"}));
}

TEST(SmtpTurns, AChallengeIsAnswered) {
  EXPECT_EQ(turns(Protocol::smtp, {"C: AUTH LOGIN", "S: 334 VXNlcg", "C: ***", "S: 334", "C: ***", "S: 235"}),
            (All{"command", "334", "response", "334", "response", "235"}));
}

TEST(SmtpTurns, MistakesHaveAPlace) {
  EXPECT_EQ(turns(Protocol::smtp, {"C: EHLO x", "S: 250-me", "C: QUIT"}).front(),
            "2:4: this reply never ends: its last line needs a space after the code, as in `S: 250 text`");
  EXPECT_EQ(turns(Protocol::smtp, {"S: 250-me", "S: 251 x"}).front(),
            "2:4: the reply that began in line 1 goes on with `S: 250-` or `S: 250 `, not `251 x`");
  EXPECT_EQ(turns(Protocol::smtp, {"S: +OK"}).front(),
            "1:4: expected a reply, such as `S: 250 ok`, not `+OK`");
  for (const std::string_view shorter : {"S:", "S: 2", "S: 25"})
    EXPECT_TRUE(turns(Protocol::smtp, {shorter}).front().starts_with("1:")) << shorter;
  EXPECT_EQ(turns(Protocol::smtp, {"S: 2500"}).front(),
            "1:4: expected a reply, such as `S: 250 ok`, not `2500`");
}

// --- POP3

TEST(Pop3Turns, TheCommandTellsWhetherLinesFollow) {
  EXPECT_EQ(turns(Protocol::pop3,
                  {"S: +OK hi", "C: LIST", "S: +OK", "S: 1 120", "S: .", "C: LIST 1", "S: +OK 1 120"}),
            (All{"+OK", "command", "+OK of 3", "command", "+OK"}));
}

TEST(Pop3Turns, TheLinesMayBeLeftOut) {
  EXPECT_EQ(turns(Protocol::pop3, {"C: LIST", "C: UIDL", "S: +OK", "S: +OK", "C: QUIT", "S: *"}),
            (All{"command", "command", "+OK", "+OK", "command", "anything"}));
}

TEST(Pop3Turns, ALineOfAMessageMayLookLikeAResponse) {
  EXPECT_EQ(turns(Protocol::pop3, {"C: RETR 1", "S: +OK", "S: +OK is what it begins with", "S: *", "S: ."}),
            (All{"command", "+OK of 4"}));
}

TEST(Pop3Turns, MistakesHaveAPlace) {
  EXPECT_EQ(turns(Protocol::pop3, {"C: LIST", "S: +OK", "S: 1 120"}).front(),
            "2:4: this response has no last line `S: .`");
  EXPECT_EQ(turns(Protocol::pop3, {"S: +OK", "S: +OK"}).front(),
            "2:4: there is no `C:` line that waits for this answer");
  EXPECT_EQ(turns(Protocol::pop3, {"C: NOOP", "S: OK"}).front(),
            "2:4: expected `S: +OK`, `S: -ERR` or `S: *`, not `OK`");
}

// --- IMAP

TEST(ImapTurns, UntaggedDataComesBeforeTheTaggedAnswer) {
  EXPECT_EQ(turns(Protocol::imap, {"S: * OK hi", "C: a SELECT INBOX", "S: * 3 EXISTS", "S: * OK [UNSEEN 1] x",
                                   "S: a OK done"}),
            (All{"* OK", "command", "* EXISTS", "* OK", "a OK"}));
}

TEST(ImapTurns, LiteralsOfTheClientAreContent) {
  EXPECT_EQ(turns(Protocol::imap, {"C: a APPEND INBOX {16}", "S: + go", "C: Subject: x", "C: ", "C: Hi",
                                   "S: a OK", "C: b NOOP"}),
            (All{"command", "+", "content", "content", "content", "a OK", "command"}));
  EXPECT_EQ(turns(Protocol::imap, {"C: a LOGIN {2+}", "C: u1 {6+}", "C: ***", "C: b NOOP"}),
            (All{"command", "content", "content", "command"}));
  EXPECT_EQ(turns(Protocol::imap, {"C: a X {3+}", "C: a{{b", "C: b NOOP"}),
            (All{"command", "content", "command"}));
  EXPECT_EQ(turns(Protocol::imap, {"C: a APPEND INBOX {*}", "C: {n}", "C: b NOOP"}),
            (All{"command", "content", "command"}));
}

TEST(ImapTurns, ALiteralThatIsRefusedIsNotSaid) {
  EXPECT_EQ(turns(Protocol::imap,
                  {"C: a APPEND INBOX {99999}", "S: * NO it is large", "S: a NO", "C: b NOOP", "S: b OK"}),
            (All{"command", "* NO", "a NO", "command", "b OK"}));
}

TEST(ImapTurns, LiteralsOfTheServerBelongToTheirResponse) {
  EXPECT_EQ(turns(Protocol::imap,
                  {"C: a FETCH 1 BODY[]", "S: * 1 FETCH (BODY[] {9}", "S: a OK", "S: +x)", "S: a OK"}),
            (All{"command", "* FETCH of 3", "a OK"}));
}

TEST(ImapTurns, LoginsAndIdleGoOn) {
  EXPECT_EQ(turns(Protocol::imap, {"C: a AUTHENTICATE PLAIN", "S: +", "C: ***", "S: a OK", "C: b IDLE",
                                   "S: + idling", "wait 1s", "C: DONE", "S: b OK"}),
            (All{"command", "+", "response", "a OK", "command", "+", "wait", "content", "b OK"}));
}

TEST(ImapTurns, MistakesHaveAPlace) {
  EXPECT_EQ(turns(Protocol::imap, {"C: a NOOP", "S: OK done"}).front(),
            "2:4: a tagged answer begins with the tag of its command, as `S: a1 OK`");
  EXPECT_EQ(turns(Protocol::imap, {"C: a NOOP", "S: a YES"}).front(),
            "2:6: expected OK, NO or BAD after the tag, or `*`, not `YES`");
  EXPECT_EQ(turns(Protocol::imap, {"C: a NOOP", "S: * 3 EXISTS"}).front(),
            "2:4: untagged data belongs to the tagged answer after it, and there is none");
  EXPECT_EQ(turns(Protocol::imap, {"C: a APPEND INBOX {99}", "C: x"}).front(),
            "1:4: this literal has more octets than follow in lines `C:`");
  EXPECT_EQ(turns(Protocol::imap, {"C: a FETCH 1 BODY[]", "S: * 1 FETCH (BODY[] {9}", "S: short"}).front(),
            "2:4: the 9 octets of this literal do not follow in lines `S:`: leave out what is after the "
            "kind of the data");
}

// --- HTTP

TEST(HttpTurns, AResponseEndsAsItsHeadSays) {
  EXPECT_EQ(turns(Protocol::http, {"C: GET / HTTP/1.1", "C: Host: a", "C: ", "C: GET / HTTP/1.1",
                                   "C: Host: a", "C: ", "S: HTTP/1.1 200 OK", "S: Content-Length: 14",
                                   "S: ", "S: HTTP/1.1 500 x", "S: HTTP/1.1 404 No",
                                   "S: Transfer-Encoding: chunked", "S: ", "S: 3", "S: abc", "S: 0", "S: "}),
            (All{"command", "command", "command", "command", "command", "command", "200 of 4", "404 of 7"}));
}

TEST(HttpTurns, TheMethodTellsThatThereIsNoBody) {
  EXPECT_EQ(turns(Protocol::http, {"C: HEAD / HTTP/1.0", "C: ", "C: GET / HTTP/1.0",
                                   "C: ", "S: HTTP/1.1 200 OK", "S: Content-Length: 20",
                                   "S: ", "S: HTTP/1.1 404 No", "S: ", "S: to the end", "S: HTTP/1.1 200 x"}),
            (All{"command", "command", "command", "command", "200 of 3", "404 of 4"}));
}

TEST(HttpTurns, TheRestMayBeLeftOut) {
  EXPECT_EQ(turns(Protocol::http, {"S: HTTP/1.1 200 OK", "S: Content-Length: 722",
                                   "S: ", "S: (722 bytes of HTML)", "S: HTTP/1.1 404"}),
            (All{"200 of 4", "404"}));
  EXPECT_EQ(turns(Protocol::http, {"S: HTTP/1.1 100 Continue", "S: ", "S: HTTP/1.1 200 OK"}),
            (All{"100 of 2", "200"}));
}

// The lines of its body end with LF, so that there are more of them than it would have with CRLF.
TEST(HttpTurns, AResponseGoesToTheNextOne) {
  EXPECT_EQ(
      turns(Protocol::http, {"S: HTTP/1.1 200 OK", "S: Content-Length: 7", "S: ", "S: a", "S: b", "S: c",
                             "S: d", "S: HTTP/1.1 404 No", "S: Content-Length: 1", "S: ", "S: x", "S: *"}),
      (All{"200 of 7", "404 of 4", "anything"}));
}

TEST(HttpTurns, TheBodyOfARequestIsContent) {
  EXPECT_EQ(turns(Protocol::http, {"C: POST / HTTP/1.1", "C: Host: a", "C: Content-Length: 7", "C: ", "C: Hi",
                                   "C: you", "C: GET / HTTP/1.1", "C: Host: a", "C: "}),
            (All{"command", "command", "command", "command", "content", "content", "command", "command",
                 "command"}));
}

TEST(HttpTurns, MistakesHaveAPlace) {
  EXPECT_EQ(turns(Protocol::http, {"C: GET / HTTP/1.0", "C: ", "S: 200"}).front(),
            "3:4: expected the status line of a response, as `S: HTTP/1.1 200`, or `S: *`, not `200`");
}

}  // namespace
}  // namespace backtalk::script
