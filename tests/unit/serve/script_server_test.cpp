// SPDX-License-Identifier: Apache-2.0 OR MIT
// A server that plays a script: which command is which of the script's, and what goes out.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "script_conversation.hpp"

namespace backtalk::serve {
namespace {

using script::Protocol;
using Notes = std::vector<std::string>;

// --- Which command is meant

TEST(ScriptServer, SaysWhatTheScriptSays) {
  ScriptConversation one(Protocol::smtp,
                         {"S: 220 hi", "C: EHLO x", "S: 250-me", "S: 250 8BITMIME", "C: QUIT", "S: 221 bye"});
  EXPECT_EQ(one.say(""), "220 hi|");
  EXPECT_EQ(one.say("EHLO another\r\n"), "250-me|250 8BITMIME|");
  EXPECT_EQ(one.say("quit\r\n"), "221 bye|(over)");
  EXPECT_EQ(one.counts().answered, 2U);
  EXPECT_EQ(one.notes(), Notes{});
}

TEST(ScriptServer, AnswersCommandsOfOneNameInTheirOrder) {
  ScriptConversation one(Protocol::pop3,
                         {"C: NOOP", "S: +OK 1", "C: STAT", "S: +OK 0 0", "C: NOOP", "S: +OK 2"});
  EXPECT_EQ(one.say("NOOP\r\nNOOP\r\nSTAT\r\n"), "+OK backtalk POP3|+OK 1|+OK 2|+OK 0 0|");
}

TEST(ScriptServer, PrefersTheCommandWithTheSameWords) {
  ScriptConversation one(Protocol::pop3, {"C: RETR 1", "S: +OK", "S: one", "S: .", "C: RETR 2", "S: +OK",
                                          "S: two", "S: .", "C: RETR 3", "S: +OK", "S: three", "S: ."});
  (void)one.say("");
  EXPECT_EQ(one.say("RETR 2\r\n"), "+OK|two|.|");
  EXPECT_EQ(one.say("RETR 7\r\n"), "+OK|three|.|");
  EXPECT_EQ(one.say("RETR 1\r\n"), "+OK|one|.|");
}

TEST(ScriptServer, TheSameWordsGetTheSameAnswerAgain) {
  ScriptConversation one(Protocol::smtp, {"C: RCPT TO:<no@b>", "S: 550 no", "C: RCPT TO:<a@b>", "S: 250 yes",
                                          "C: NOOP", "S: 250 noop"});
  (void)one.say("");
  EXPECT_EQ(one.say("RCPT TO:<no@b>\r\nRCPT TO:<no@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<no@b>\r\n"),
            "550 no|550 no|250 yes|550 no|");
  EXPECT_EQ(one.counts().unexpected, 0U);
  // Without words, they are counted.
  EXPECT_EQ(one.say("NOOP\r\nNOOP\r\n"), "250 noop|502 5.5.1 Not in the script|");
  EXPECT_EQ(one.counts().unexpected, 1U);
}

TEST(ScriptServer, OtherWordsGetTheLastAnswerOfTheNameAgain) {
  ScriptConversation one(Protocol::smtp,
                         {"C: MAIL FROM:<a@b>", "S: 250 sender", "C: RCPT TO:<c@d>", "S: 250 first",
                          "C: RCPT TO:<e@f>", "S: 251 second", "C: RCPT TO:<no@b>", "S: 550 no"});
  (void)one.say("");
  EXPECT_EQ(
      one.say("MAIL FROM:<x@y>\r\nRCPT TO:<1@y>\r\nRCPT TO:<2@y>\r\nRCPT TO:<3@y>\r\nRCPT TO:<4@y>\r\n"),
      "250 sender|250 first|251 second|251 second|251 second|");
  EXPECT_EQ(one.say("RCPT TO:<no@b>\r\nMAIL FROM:<z@y>\r\nVRFY x\r\n"),
            "550 no|250 sender|502 5.5.1 Not in the script|");
  EXPECT_EQ(one.counts().unexpected, 1U);
}

TEST(ScriptServer, ARefusalIsForItsWordsIfOthersAreAccepted) {
  ScriptConversation smtp(Protocol::smtp,
                          {"C: RCPT TO:<no@b>", "S: 550 no", "C: RCPT TO:<a@b>", "S: 250 yes"});
  EXPECT_EQ(smtp.say("RCPT TO:<y@z>\r\nRCPT TO:<no@b>\r\n"), "220 backtalk ESMTP|250 yes|550 no|");
  EXPECT_EQ(smtp.counts().unexpected, 0U);
  // What is accepted is used up, and the refusal is not for others still.
  EXPECT_EQ(smtp.say("RCPT TO:<y@z>\r\n"), "250 yes|");
  EXPECT_EQ(smtp.counts().unexpected, 0U);
  ScriptConversation pop3(Protocol::pop3, {"C: DELE 1", "S: -ERR no", "C: DELE 2", "S: +OK yes"});
  EXPECT_EQ(pop3.say("DELE 7\r\nDELE 1\r\n"), "+OK backtalk POP3|+OK yes|-ERR no|");
  for (const std::string_view status : {"S: a NO no", "S: a BAD no", "S: a NO"}) {
    ScriptConversation imap(Protocol::imap, {"C: a SELECT x", status, "C: a SELECT y", "S: a OK yes"});
    EXPECT_EQ(imap.say("t SELECT z\r\n"), "* OK backtalk IMAP|t OK yes|") << status;
  }
}

TEST(ScriptServer, ARefusalIsForAllIfNothingElseIsAccepted) {
  ScriptConversation only(Protocol::smtp, {"C: RCPT TO:<a@b>", "S: 550 a", "C: RCPT TO:<c@d>", "S: 450 c"});
  EXPECT_EQ(only.say("RCPT TO:<y@z>\r\nRCPT TO:<y@z>\r\n"), "220 backtalk ESMTP|550 a|450 c|");
  // The same words: it is the time that makes the difference.
  ScriptConversation later(Protocol::smtp,
                           {"C: RCPT TO:<a@b>", "S: 450 later", "C: RCPT TO:<a@b>", "S: 250 now"});
  EXPECT_EQ(later.say("RCPT TO:<y@z>\r\nRCPT TO:<y@z>\r\n"), "220 backtalk ESMTP|450 later|250 now|");
  // Passes are chosen by their weights.
  ScriptConversation passes(Protocol::smtp, {"== pass", "C: RCPT TO:<a@b>", "S: 250 yes", "== pass",
                                             "C: RCPT TO:<c@d>", "S: 550 no"});
  EXPECT_EQ(passes.say("RCPT TO:<y@z>\r\nRCPT TO:<y@z>\r\n"), "220 backtalk ESMTP|250 yes|550 no|");
}

TEST(ScriptServer, OfAnswersToTheSameWordsTheLastIsRepeated) {
  ScriptConversation one(Protocol::pop3, {"C: PASS a", "S: -ERR wrong", "C: PASS a", "S: +OK in"});
  EXPECT_EQ(one.say("PASS a\r\nPASS a\r\nPASS a\r\n"), "+OK backtalk POP3|-ERR wrong|+OK in|+OK in|");
}

TEST(ScriptServer, TheSameWordsInAnotherPassBeginIt) {
  ScriptConversation one(
      Protocol::pop3, {"== pass", "C: RETR 1", "S: +OK", "S: one", "S: .", "C: NOOP", "S: +OK a", "== pass",
                       "C: RETR 2", "S: +OK", "S: two", "S: .", "C: NOOP", "S: +OK b"});
  EXPECT_EQ(one.say("RETR 2\r\nNOOP\r\nRETR 1\r\nRETR 1\r\nNOOP\r\n"),
            "+OK backtalk POP3|+OK|two|.|+OK b|+OK|one|.|+OK|one|.|+OK a|");
}

TEST(ScriptServer, RefusesWhatTheScriptDoesNotHave) {
  ScriptConversation one(Protocol::smtp, {"C: EHLO x", "S: 250 me", "C: RCPT TO:<a@b>", "S: 250"});
  (void)one.say("EHLO x\r\n");
  EXPECT_EQ(one.say("VRFY x\r\nRCPT TO:<c@d>\r\nHELP\r\n"),
            "502 5.5.1 Not in the script|250|502 5.5.1 Not in the script|");
  EXPECT_EQ(one.notes(), (Notes{"line 3 expects `RCPT`; the client said `VRFY`",
                                "the script has nothing more; the client said `HELP`"}));
  EXPECT_EQ(one.counts().unexpected, 2U);
}

TEST(ScriptServer, NotesAreFewAndWithoutSecrets) {
  ScriptConversation one(Protocol::pop3, {"C: NOOP", "S: +OK"});
  std::string bad;
  for (int i = 0; i < 20; ++i) bad += "PASS secret\r\n";
  (void)one.say(bad);
  ASSERT_EQ(one.notes().size(), ScriptServer::kNotesMax);
  for (const std::string& note : one.notes()) EXPECT_EQ(note.find("secret"), std::string::npos);
  EXPECT_EQ(one.counts().unexpected, 20U);
}

// The client that was refused goes on with its name and password in base64.
TEST(ScriptServer, NotesNameOnlyCommandsThatTheProtocolHas) {
  const auto note = [](ScriptConversation&& one, std::string_view line) {
    (void)one.say(line);
    return one.notes().empty() ? std::string() : one.notes().back();
  };
  constexpr const char* kNoop = "line 1 expects `NOOP`; the client said an unknown command";
  EXPECT_EQ(note({Protocol::smtp, {"C: NOOP", "S: 250"}}, "dG9wc2VjcmV0Mw==\r\n"), kNoop);
  EXPECT_EQ(note({Protocol::lmtp, {"C: NOOP", "S: 250"}}, "dG9wc2VjcmV0Mw==\r\n"), kNoop);
  EXPECT_EQ(note({Protocol::pop3, {"C: NOOP", "S: +OK"}}, "dG9wc2VjcmV0Mw==\r\n"), kNoop);
  EXPECT_EQ(note({Protocol::imap, {"C: a NOOP", "S: a OK"}}, "x dG9wc2VjcmV0Mw==\r\n"), kNoop);
  EXPECT_EQ(note({Protocol::http, {"C: GET /a HTTP/1.1", "C:", "S: HTTP/1.1 200 OK"}},
                 "topsecret3 /x HTTP/1.1\r\n\r\n"),
            "line 1 expects `GET /a`; the client said an unknown command");
}

TEST(ScriptServer, NotesNameOnlyMechanismsThatThereAre) {
  ScriptConversation one(Protocol::smtp, {"C: EHLO x", "S: 250 me", "C: AUTH LOGIN", "S: 535 no"});
  (void)one.say("AUTH dG9wc2VjcmV0Mw\r\nAUTH PLAIN dG9wc2VjcmV0Mw==\r\n");
  EXPECT_EQ(one.notes(), (Notes{"line 1 expects `EHLO`; the client said `AUTH`",
                                "line 1 expects `EHLO`; the client said `AUTH PLAIN`"}));
  ScriptConversation list(Protocol::pop3, {"C: NOOP", "S: +OK"});
  (void)list.say("LIST 1\r\n");
  EXPECT_EQ(list.notes(), Notes{"line 1 expects `NOOP`; the client said `LIST n`"});
}

TEST(ScriptServer, SomebodyWhoSaysNothingExpectedIsLeft) {
  ScriptConversation one(Protocol::pop3, {"C: NOOP", "S: +OK"});
  std::string bad;
  for (unsigned i = 0; i < ScriptServer::kUnexpectedMax; ++i) bad += "X\r\n";
  EXPECT_TRUE(one.say(bad).ends_with("(over)"));
}

TEST(ScriptServer, ACommandWithoutAnAnswerIsAccepted) {
  ScriptConversation one(Protocol::smtp,
                         {"C: EHLO x", "C: MAIL FROM:<a@b>", "C: DATA", "C: x", "C: .", "C: QUIT"});
  EXPECT_EQ(one.say("EHLO x\r\nMAIL FROM:<>\r\nDATA\r\n.\r\nQUIT\r\n"),
            "220 backtalk ESMTP|250-backtalk|250-AUTH PLAIN|250-8BITMIME|250 PIPELINING|250 2.0.0 Ok|354 End "
            "data with "
            "<CR><LF>.<CR><LF>|250 2.0.0 Ok|221 2.0.0 Bye|(over)");
}

TEST(ScriptServer, WaitsBeforeItAnswers) {
  ScriptConversation one(Protocol::smtp,
                         {"S: 220 hi", "C: NOOP", "wait 500ms", "S: 250 late", "C: NOOP", "S: 250 soon"});
  EXPECT_EQ(one.say("NOOP\r\nNOOP\r\n"), "220 hi|(500ms)250 late|250 soon|");
}

TEST(ScriptServer, RepeatsPassesByTheirWeights) {
  ScriptConversation one(
      Protocol::pop3, {"== once", "C: STAT", "S: +OK 0 0", "== pass x2 a", "C: NOOP", "S: +OK a", "== pass b",
                       "C: NOOP", "S: +OK b", "C: RSET", "S: +OK", "== end", "C: DELE 1", "S: +OK end"});
  EXPECT_EQ(one.say("USER x\r\nPASS y\r\nSTAT\r\n"), "+OK backtalk POP3|+OK|+OK|+OK 0 0|");
  EXPECT_EQ(one.say("NOOP\r\nNOOP\r\nNOOP\r\nRSET\r\nNOOP\r\nDELE 2\r\n"),
            "+OK a|+OK a|+OK b|+OK|+OK a|+OK end|");
  EXPECT_EQ(one.say("QUIT\r\n"), "+OK Bye|(over)");
}

TEST(ScriptServer, EachConnectionPlaysTheNextConversation) {
  ScriptConversation one(Protocol::pop3,
                         {"== a ==", "S: +OK a", "== mail ==", "S: 220 x ESMTP", "== b ==", "S: +OK b"});
  EXPECT_EQ(one.say(""), "+OK a|");
  one.connect();
  EXPECT_EQ(one.say(""), "+OK b|");
  one.connect();
  EXPECT_EQ(one.say(""), "+OK a|");
}

// --- SMTP and LMTP

TEST(ScriptServer, AMessageIsNotAnswered) {
  ScriptConversation one(Protocol::smtp, {"C: DATA", "S: 354 go", "C: x", "C: .", "S: 250 queued",
                                          "C: BDAT 4 LAST", "C: Hi", "S: 250 chunk"});
  EXPECT_EQ(one.say("DATA\r\nQUIT\r\n..\r\n.\r\n"), "220 backtalk ESMTP|354 go|250 queued|");
  EXPECT_EQ(one.say("BDAT 6 LAST\r\nQUIT\r\n"), "250 chunk|");
}

TEST(ScriptServer, AClientMayBringItsResponseAlongOrNot) {
  ScriptConversation one(Protocol::smtp, {"C: AUTH PLAIN", "S: 334 ", "C: ***", "S: 235 in"});
  EXPECT_EQ(one.say("AUTH PLAIN\r\nAGEAYg==\r\n"), "220 backtalk ESMTP|334 |235 in|");
  one.connect();
  EXPECT_EQ(one.say("AUTH PLAIN AGEAYg==\r\n"), "220 backtalk ESMTP|235 in|");
  ScriptConversation other(Protocol::smtp, {"C: AUTH PLAIN ***", "S: 235 in"});
  EXPECT_EQ(other.say("AUTH PLAIN\r\nAGEAYg==\r\n"), "220 backtalk ESMTP|334 |235 in|");
}

TEST(ScriptServer, LmtpHasAReplyForEachRecipientOfTheClient) {
  const std::initializer_list<std::string_view> script = {
      "C: RCPT TO:<a@b>", "S: 250", "C: RCPT TO:<c@d>", "S: 250",  "C: DATA",
      "S: 354",           "C: .",   "S: 250 a",         "S: 452 c"};
  ScriptConversation one(Protocol::lmtp, script);
  EXPECT_EQ(one.say("RCPT TO:<x@y>\r\nDATA\r\n.\r\n"), "220 backtalk LMTP|250|354|250 a|");
  one.connect();
  EXPECT_EQ(one.say("RCPT TO:<x@y>\r\nRCPT TO:<x@y>\r\nDATA\r\n.\r\n"),
            "220 backtalk LMTP|250|250|354|250 a|452 c|");
}

TEST(ScriptServer, StarttlsBeginsTlsWhereThatCanBe) {
  const std::initializer_list<std::string_view> script = {"C: STARTTLS", "S: 220 go", "C: NOOP", "S: 250"};
  ScriptConversation one(Protocol::smtp, script, {}, true);
  // What came in clear text behind it is not read.
  EXPECT_EQ(one.say("STARTTLS\r\nNOOP\r\n"), "220 backtalk ESMTP|220 go|(TLS)");
  EXPECT_EQ(one.say("NOOP\r\n"), "250|");
  ScriptConversation secure(Protocol::smtp, script);
  EXPECT_EQ(secure.say("STARTTLS\r\n"), "220 backtalk ESMTP|502 5.5.1 Not in the script|");
}

// --- IMAP

TEST(ScriptServer, TagsAreTheClients) {
  ScriptConversation one(Protocol::imap, {"S: * OK hi", "C: a1 SELECT INBOX", "C: a2 NOOP", "S: a2 OK noop",
                                          "S: * 3 EXISTS", "S: a1 OK [READ-WRITE] selected"});
  EXPECT_EQ(one.say("X NOOP\r\nY SELECT \"other\"\r\nZ CHECK\r\n"),
            "* OK hi|X OK noop|* 3 EXISTS|Y OK [READ-WRITE] selected|Z BAD Not in the script|");
}

TEST(ScriptServer, ALiteralIsAskedForIfTheClientWaits) {
  const std::initializer_list<std::string_view> script = {"C: a APPEND INBOX {4}", "S: + send", "C: Hi",
                                                          "C:", "S: a OK appended"};
  ScriptConversation one(Protocol::imap, script);
  EXPECT_EQ(one.say("x APPEND Drafts {2}\r\n"), "* OK backtalk IMAP|+ send|");
  EXPECT_EQ(one.say("Hi\r\n"), "x OK appended|");
  one.connect();
  EXPECT_EQ(one.say("x APPEND Drafts {2+}\r\nHi\r\n"), "* OK backtalk IMAP|x OK appended|");
}

TEST(ScriptServer, ALiteralMayBeRefused) {
  const std::initializer_list<std::string_view> script = {"C: a APPEND INBOX {400}", "S: a NO too big",
                                                          "C: a NOOP", "S: a OK"};
  ScriptConversation one(Protocol::imap, script);
  EXPECT_EQ(one.say("x APPEND INBOX {2}\r\ny NOOP\r\n"), "* OK backtalk IMAP|x NO too big|y OK Done|");
  one.connect();
  EXPECT_EQ(one.say("x CREATE {2}\r\ny NOOP\r\n"), "* OK backtalk IMAP|x BAD Not in the script|y OK Done|");
}

TEST(ScriptServer, AnIdleGoesOnUntilDone) {
  ScriptConversation one(Protocol::imap,
                         {"C: a IDLE", "S: + idling", "wait 2s", "S: * 4 EXISTS", "C: DONE", "S: a OK done"});
  EXPECT_EQ(one.say("x IDLE\r\n"), "* OK backtalk IMAP|+ idling|(2000ms)* 4 EXISTS|");
  EXPECT_EQ(one.say("DONE\r\n"), "x OK done|");
}

TEST(ScriptServer, EveryClientMayAskForCapabilities) {
  ScriptConversation one(Protocol::imap, {"C: a NOOP", "S: a OK"});
  (void)one.say("");
  EXPECT_EQ(one.say("x CAPABILITY\r\n"), "* CAPABILITY IMAP4rev1 LITERAL+ SASL-IR|x OK Done|");
  EXPECT_EQ(one.counts().unexpected, 0U);
}

TEST(ScriptServer, LogoutEndsTheConnection) {
  ScriptConversation one(Protocol::imap, {"C: a NOOP", "S: a OK"});
  EXPECT_EQ(one.say("x LOGOUT\r\n"), "* OK backtalk IMAP|* BYE Logging out|x OK Bye|(over)");
}

// --- HTTP

TEST(ScriptServer, RequestsAreToldByMethodAndTarget) {
  ScriptConversation one(Protocol::http, {"C: GET http://www.example.com/a HTTP/1.0",
                                          "C: ", "S: HTTP/1.1 200 OK", "S: Content-Length: 2", "S: ", "S: aa",
                                          "C: GET /b HTTP/1.1", "C: Host: x", "C: ", "S: HTTP/1.1 404 No"});
  EXPECT_EQ(
      one.say("GET /b HTTP/1.1\r\n\r\nGET /a HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\nPUT /a HTTP/1.1\r\n\r\n"),
      "HTTP/1.1 404 No|Content-Length: 0||HTTP/1.1 200 OK|Content-Length: 2||aaHTTP/1.1 404 Not "
      "Found|Content-Length: 0||HTTP/1.1 501 Not Implemented|Content-Length: 0||");
  EXPECT_EQ(one.notes().back(), "the script has nothing more; the client said `PUT /a`");
}

TEST(ScriptServer, AResponseWithoutAnEndEndsTheConnection) {
  for (const std::string_view field : {"S: Content-Length: 722", "S: Connection: close", "S: Server: x"}) {
    ScriptConversation one(Protocol::http,
                           {"C: GET / HTTP/1.1", "C:", "S: HTTP/1.1 200 OK", field, "S:", "S: body"});
    EXPECT_TRUE(one.say("GET / HTTP/1.1\r\n\r\n").ends_with("(over)")) << field;
  }
}

TEST(ScriptServer, LinesOfABodyEndAsItsLengthSays) {
  ScriptConversation one(
      Protocol::http,
      {"C: GET / HTTP/1.1", "C:", "S: HTTP/1.1 200 OK", "S: Content-Length: 4", "S:", "S: a", "S: bc",
       "C: GET / HTTP/1.1", "C:", "S: HTTP/1.1 200 OK", "S: Content-Length: 5", "S:", "S: a", "S: bc"});
  const std::string heard = one.say("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(heard.find("Content-Length: 4||a|bcHTTP") != std::string::npos) << heard;
  EXPECT_TRUE(heard.ends_with("Content-Length: 5||a|bc")) << heard;
}

TEST(ScriptServer, AClientThatAsksToContinueMay) {
  ScriptConversation one(Protocol::http, {"C: POST / HTTP/1.1", "C: Content-Length: 2", "C:", "C: ab",
                                          "S: HTTP/1.1 204 No Content", "S: X: y", "S:"});
  EXPECT_EQ(one.say("POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"),
            "HTTP/1.1 100 Continue||");
  EXPECT_EQ(one.say("abc"), "HTTP/1.1 204 No Content|X: y||");
}

TEST(ScriptServer, AConnectionThatIsNotKeptEnds) {
  ScriptConversation one(Protocol::http, {"C: GET / HTTP/1.1", "C:", "S: HTTP/1.1 204 x", "S:"});
  EXPECT_TRUE(one.say("GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n").ends_with("204 x||(over)"));
}

// A mock server that gives one request the answer of another is worse than none.
constexpr std::string_view kUsers = "HTTP/1.1 200 users|Content-Length: 0||";
constexpr std::string_view kAdmin = "HTTP/1.1 403 admin|Content-Length: 0||";
constexpr std::string_view kNotFound = "HTTP/1.1 404 Not Found|Content-Length: 0||";

TEST(ScriptServer, ATargetHasItsAnswerHoweverOften) {
  ScriptConversation one(Protocol::http, {"C: GET /users HTTP/1.1", "C:", "S: HTTP/1.1 200 users",
                                          "C: GET /admin HTTP/1.1", "C:", "S: HTTP/1.1 403 admin"});
  for (const std::string_view request :
       {"GET /users HTTP/1.1\r\n\r\n", "GET http://x/users HTTP/1.1\r\n\r\n"})
    EXPECT_EQ(one.say(request), kUsers);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(one.say("GET /admin HTTP/1.1\r\n\r\n"), kAdmin);
  EXPECT_EQ(one.counts().answered, 5U);
  EXPECT_EQ(one.counts().unexpected, 0U);
}

TEST(ScriptServer, ATargetThatTheScriptDoesNotHaveIsNotFound) {
  for (const std::string_view target : {"/nope", "/users?page=2", "/users/", "/"}) {
    ScriptConversation one(Protocol::http, {"C: GET /users HTTP/1.1", "C:", "S: HTTP/1.1 200 users"});
    EXPECT_EQ(one.say("GET " + std::string(target) + " HTTP/1.1\r\n\r\n"), kNotFound);
    EXPECT_EQ(one.counts().unexpected, 1U);
    EXPECT_EQ(one.notes(),
              Notes{"line 1 expects `GET /users`; the client said `GET " + std::string(target) + "`"});
  }
}

TEST(ScriptServer, ATargetIsFoundInAnyPass) {
  ScriptConversation one(Protocol::http,
                         {"== pass", "C: GET /users HTTP/1.1", "C:", "S: HTTP/1.1 200 users", "== pass",
                          "C: GET /admin HTTP/1.1", "C:", "S: HTTP/1.1 403 admin"});
  EXPECT_EQ(one.say("GET /admin HTTP/1.1\r\n\r\n"), kAdmin);
  EXPECT_EQ(one.say("GET /admin HTTP/1.1\r\n\r\n"), kAdmin);
  EXPECT_EQ(one.say("GET /nope HTTP/1.1\r\n\r\n"), kNotFound);
  EXPECT_EQ(one.say("GET /users HTTP/1.1\r\n\r\n"), kUsers);
  EXPECT_EQ(one.counts().unexpected, 1U);
}

TEST(ScriptServer, APlaceholderInATargetStandsForAnything) {
  ScriptConversation one(Protocol::http, {"C: GET /users/{n}/mail HTTP/1.1", "C:", "S: HTTP/1.1 200 users",
                                          "C: GET /users/0/mail HTTP/1.1", "C:", "S: HTTP/1.1 403 admin"});
  EXPECT_EQ(one.say("GET /users/7/mail HTTP/1.1\r\n\r\n"), kUsers);
  EXPECT_EQ(one.say("GET /users/0/mail HTTP/1.1\r\n\r\n"), kAdmin);
  EXPECT_EQ(one.say("GET /users/8/mail HTTP/1.1\r\n\r\n"), kUsers);
  EXPECT_EQ(one.say("GET /users/mail HTTP/1.1\r\n\r\n"), kNotFound);
}

TEST(ScriptServer, AShippedScriptsTargetIsAny) {
  ScriptConversation one(Protocol::http, {"== pass", "C: GET {path} HTTP/1.1", "C: Host: {host}",
                                          "C:", "S: HTTP/1.1 200 users"});
  EXPECT_EQ(one.say("GET /a HTTP/1.1\r\n\r\n"), kUsers);
  EXPECT_EQ(one.say("GET /b?c HTTP/1.1\r\n\r\n"), kUsers);
}

// --- Hostile clients, and faults

TEST(ScriptServer, LinesThatDoNotEndAreRefused) {
  for (const Protocol protocol :
       {Protocol::smtp, Protocol::lmtp, Protocol::pop3, Protocol::imap, Protocol::http}) {
    ScriptConversation one(protocol, {"C: a NOOP"});
    const std::string piece(4096, 'x');
    std::string heard;
    for (int i = 0; i < 1000 && !one.server().over(); ++i) heard += one.say(piece);
    EXPECT_TRUE(heard.ends_with("(over)"));
    EXPECT_EQ(one.counts().protocol_errors, 1U);
  }
}

TEST(ScriptServer, ALongAnswerGoesOutInPieces) {
  ScriptConversation one(
      Protocol::pop3, {"C: RETR 1", "S: +OK", "repeat 9000", "S: a line of a long message", "end", "S: ."});
  const std::string heard = one.say("RETR 1\r\nRETR 1\r\nQUIT\r\n");
  EXPECT_TRUE(heard.ends_with("|.|+OK Bye|(over)"));
  EXPECT_LE(one.most(), 3 * session::ServerSession::kOutputEnough);
}

TEST(ScriptServer, FaultsAreOfTheScriptsAnswersToo) {
  Faults faults;
  faults.replies = {.fault = ReplyFault::half, .after_replies = 1};
  ScriptConversation one(Protocol::smtp, {"S: 220 hi", "C: NOOP", "S: 250 fine"}, faults);
  EXPECT_EQ(one.say("NOOP\r\n"), "220 hi|250 f(over)");
}

TEST(ScriptServer, WhereAnyAnswerWillDoItHasItsOwn) {
  ScriptConversation smtp(Protocol::smtp,
                          {"C: VRFY x", "S: *", "C: DATA", "S: *", "C: Hi", "C: .", "S: 250 got it"});
  EXPECT_EQ(smtp.say("VRFY me\r\nDATA\r\n"),
            "220 backtalk ESMTP|250 2.0.0 Ok|354 End data with <CR><LF>.<CR><LF>|");
  EXPECT_EQ(smtp.say("Hello\r\n.\r\n"), "250 got it|");
  ScriptConversation imap(Protocol::imap,
                          {"C: a ENABLE X", "S: * ENABLED X", "S: a *", "C: b NOOP", "S: b OK fine"});
  (void)imap.say("");
  EXPECT_EQ(imap.say("1 ENABLE X\r\n2 NOOP\r\n"), "* ENABLED X|1 OK Done|2 OK fine|");
  ScriptConversation http(Protocol::http, {"C: GET / HTTP/1.1", "C: Host: x", "C:", "S: HTTP/1.1 2xx"});
  EXPECT_EQ(http.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 200 |Content-Length: 0||");
}

TEST(ScriptServer, InPlaceOfAWordThatIsKeptItSaysOne) {
  ScriptConversation imap(Protocol::imap, {"C: a APPEND INBOX {message}", "S: * {n:=2} EXISTS",
                                           "S: a OK [APPENDUID 7 {mail:=5}]"});
  (void)imap.say("");
  EXPECT_EQ(imap.say("x APPEND INBOX {2+}\r\nHi\r\n"), "* 1 EXISTS|x OK [APPENDUID 7 1]|");
  EXPECT_EQ(imap.counts().unexpected, 0U);
}

TEST(ScriptServer, AHelloThatIsLeftOutIsItsOwn) {
  ScriptConversation left_out(Protocol::smtp, {"C: AUTH PLAIN ***", "S: 235 in", "C: NOOP", "S: 250 fine"});
  (void)left_out.say("");
  EXPECT_TRUE(left_out.say("EHLO me\r\n").starts_with("250")) << "and not 502";
  EXPECT_EQ(left_out.say("AUTH PLAIN AHgAeQ==\r\nNOOP\r\n"), "235 in|250 fine|");
  EXPECT_EQ(left_out.counts().unexpected, 0U);
  ScriptConversation whole(Protocol::smtp, {"C: NOOP", "S: 250 fine"});
  (void)whole.say("");
  EXPECT_EQ(whole.say("EHLO me\r\n"), "502 5.5.1 Not in the script|");
}

TEST(ScriptServer, WhatCannotBeServedIsAnError) {
  EXPECT_EQ(ScriptConversation(Protocol::imap, {"S: +OK POP3"}).error(),
            "script:1:1: no conversation of IMAP begins here or below");
}

}  // namespace
}  // namespace backtalk::serve
