// SPDX-License-Identifier: Apache-2.0 OR MIT
// Scripts as they are played: what goes out when, and what a server may not say.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rehearsal.hpp"

namespace backtalk::talk::test {
namespace {

// --- What goes out when

TEST(ScriptPlayer, LinesWithNothingBetweenThemGoOutTogether) {
  Rehearsal play(Protocol::smtp,
                 {"S: 220", "C: EHLO me", "S: 250", "C: MAIL FROM:<a@b>", "C: RCPT TO:<c@d>", "C: DATA",
                  "S: 250", "S: 250", "S: 354", "C: Hi", "C: .", "S: 250", "C: QUIT", "S: 221"});
  EXPECT_EQ(play.sent(), "");
  EXPECT_EQ(play.hears("220 hi").sent(), "EHLO me|");
  EXPECT_EQ(play.hears({"250-me", "250 PIPELINING"}).sent(), "MAIL FROM:<a@b>|RCPT TO:<c@d>|DATA|");
  EXPECT_EQ(play.hears({"250 ok", "250 ok"}).sent(), "");
  EXPECT_EQ(play.hears("354 go").sent(), "Hi|.|");
  EXPECT_EQ(play.hears("250 ok").sent(), "QUIT|");
  EXPECT_FALSE(play.is_over());
  EXPECT_TRUE(play.hears("221 bye").is_over());
}

TEST(ScriptPlayer, ACommandBehindAnAnswerWaitsForAllAnswers) {
  Rehearsal play(Protocol::pop3, {"C: STAT", "C: NOOP", "S: +OK", "C: QUIT"});
  EXPECT_EQ(play.hears("+OK hi").sent(), "STAT|NOOP|");
  EXPECT_EQ(play.hears("+OK 2 320").sent(), "");
  EXPECT_EQ(play.hears("+OK").sent(), "QUIT|");
  EXPECT_TRUE(play.hears("+OK").is_over());
}

TEST(ScriptPlayer, ImapGoesByTheTag) {
  Rehearsal play(Protocol::imap,
                 {"S: * OK", "C: a SELECT INBOX", "C: b NOOP", "S: b OK", "C: c NOOP", "S: a OK", "S: c OK"});
  EXPECT_EQ(play.hears("* OK hi").sent(), "a SELECT INBOX|b NOOP|");
  EXPECT_EQ(play.hears("b OK done").sent(), "c NOOP|") << "a is answered further down";
  EXPECT_FALSE(play.hears("c OK done").is_over());
  EXPECT_TRUE(play.hears("a OK done").is_over());
}

TEST(ScriptPlayer, ALiteralWaitsForTheServer) {
  Rehearsal play(Protocol::imap,
                 {"C: a APPEND INBOX {16}", "S: +", "C: Subject: x", "C: ", "C: Hi", "S: a OK"});
  EXPECT_EQ(play.hears("* OK hi").sent(), "a APPEND INBOX {16}|");
  EXPECT_EQ(play.hears("+ go").sent(), "Subject: x||Hi|");
  EXPECT_TRUE(play.hears("a OK done").is_over());
}

TEST(ScriptPlayer, LiteralsOfPlaceholders) {
  Rehearsal play(Protocol::imap, {"S: * OK", "C: a APPEND INBOX {*}", "C: {user} {n}", "S: a OK"},
                 {.user = {"me", "secret"}});
  EXPECT_EQ(play.hears("* OK hi").sent(), "a APPEND INBOX {4}|");
  EXPECT_EQ(play.hears("+ go").sent(), "me 0|");
  Rehearsal message(Protocol::imap, {"C: a APPEND INBOX {message}", "S: a OK"});
  message.hears("* OK hi");
  message.hears("+ go");
  EXPECT_TRUE(message.hears("a OK done").is_over()) << message.shown();
}

TEST(ScriptPlayer, AChunkOfTheMessageHasItsOctets) {
  Rehearsal play(Protocol::smtp, {"S: 220", "C: BDAT {message} LAST", "S: 250", "C: QUIT", "S: 221"});
  const std::string said = play.hears("220 hi").sent();
  ASSERT_TRUE(said.starts_with("BDAT ")) << said;
  const std::size_t octets = std::stoul(said.substr(5));
  const std::string content = said.substr(said.find('|') + 1);
  EXPECT_TRUE(said.substr(0, said.find('|')).ends_with(" LAST")) << said;
  std::size_t line_ends = 0;
  for (const char c : content) line_ends += c == '|' ? 1U : 0U;
  EXPECT_EQ(content.size() + line_ends, octets) << "`|` stands for CRLF";
  EXPECT_EQ(play.hears("250 ok").sent(), "QUIT|");
}

TEST(ScriptPlayer, AUidIsTheFirstThatTheServerNames) {
  Rehearsal fetched(Protocol::imap, {"S: * OK", "C: a FETCH 1:* (UID FLAGS)", "S: * FETCH", "S: a OK",
                                     "C: b UID FETCH {uid} FLAGS", "S: b OK"});
  fetched.hears("* OK hi");
  EXPECT_EQ(fetched.hears({"* 1 FETCH (FLAGS () UID 17)", "* 2 FETCH (UID 18)", "a OK done"}).sent(),
            "b UID FETCH 17 FLAGS|");
  Rehearsal found(Protocol::imap,
                  {"S: * OK", "C: a UID SEARCH ALL", "S: a OK", "C: b UID FETCH {uid} FLAGS", "S: b OK"});
  found.hears("* OK hi");
  EXPECT_EQ(found.hears({"* SEARCH 21 22", "a OK done"}).sent(), "b UID FETCH 21 FLAGS|");
}

TEST(ScriptPlayer, AUidThatNobodyNamedIsAMistake) {
  for (const std::string_view answer : {"* SEARCH", "* SEARCH 7", "* 1 FETCH (FLAGS ())"}) {
    Rehearsal play(Protocol::imap, {"S: * OK", "C: a SEARCH ALL", "S: a OK", "C: b UID FETCH {uid} FLAGS"});
    play.hears("* OK hi");
    play.hears({answer, "a OK done"});
    EXPECT_TRUE(play.problem().starts_with("f:4:4: the server has named no UID for `{uid}`")) << answer;
  }
}

TEST(ScriptPlayer, AnyTaggedAnswerWillDo) {
  for (const std::string_view status : {"OK", "NO", "BAD"}) {
    Rehearsal play(Protocol::imap, {"S: * OK", "C: a ENABLE X", "S: a *", "C: b NOOP", "S: b OK"});
    play.hears("* OK hi");
    EXPECT_EQ(play.hears("a " + std::string(status) + " whatever").sent(), "b NOOP|");
    EXPECT_TRUE(play.hears("b OK done").is_over());
  }
}

TEST(ScriptPlayer, AClassOfStatusesIsEnough) {
  const auto play = [](std::string_view status, bool exact) {
    Rehearsal one(Protocol::http, {"C: GET / HTTP/1.1", "C: Host: x", "C:", "S: HTTP/1.1 2xx"},
                  {.exact = exact});
    one.hears({"HTTP/1.1 " + std::string(status) + " fine", "Content-Length: 0", ""});
    return one.problem();
  };
  for (const bool exact : {false, true}) {
    EXPECT_EQ(play("204", exact), "");
    EXPECT_TRUE(play("301", exact).starts_with("f:4:4: expected")) << play("301", exact);
  }
}

// A script of `load` without sections leaves out what belongs to each connection.
TEST(ScriptPlayer, ALoginThatIsLeftOutIsSaid) {
  Rehearsal pop3(Protocol::pop3, {"C: STAT", "S: +OK"}, {.user = {"me", "secret"}});
  EXPECT_EQ(pop3.hears("+OK hi").sent(), "USER me|");
  EXPECT_EQ(pop3.hears("+OK").sent(), "PASS secret|");
  EXPECT_EQ(pop3.hears("+OK").sent(), "STAT|");
  EXPECT_EQ(pop3.hears("+OK 0 0").sent(), "QUIT|");
  EXPECT_TRUE(pop3.hears("+OK").is_over());
  Rehearsal smtp(Protocol::smtp, {"C: AUTH LOGIN", "S: *", "C: NOOP", "S: 250"});
  EXPECT_EQ(smtp.hears("220 hi").sent(), "EHLO localhost|");
  EXPECT_EQ(smtp.hears("250 me").sent(), "AUTH LOGIN|");
}

TEST(ScriptPlayer, ALoginThatIsNotLeftOutIsNotSaidTwice) {
  Rehearsal without_user(Protocol::pop3, {"C: STAT", "S: +OK"});
  EXPECT_EQ(without_user.hears("+OK hi").sent(), "STAT|");
  Rehearsal greets(Protocol::pop3, {"S: +OK", "C: STAT", "S: +OK"}, {.user = {"me", "secret"}});
  EXPECT_EQ(greets.hears("+OK hi").sent(), "STAT|") << "all of the connection is there";
  Rehearsal logs_in(Protocol::pop3, {"C: USER {user}", "S: +OK"}, {.user = {"me", "secret"}});
  EXPECT_EQ(logs_in.hears("+OK hi").sent(), "USER me|");
}

TEST(ScriptPlayer, IdleLastsAsLongAsItWaits) {
  Rehearsal play(Protocol::imap, {"C: a IDLE", "S: +", "wait 2s", "C: DONE", "S: a OK"});
  play.hears("* OK hi");
  EXPECT_EQ(play.hears("+ idling").sent(), "");
  EXPECT_EQ(play.player().wakes_at_ns(), 2'000'000'000U);
  EXPECT_EQ(play.later(1'999'999'999).sent(), "");
  EXPECT_EQ(play.later(1).sent(), "DONE|");
  EXPECT_TRUE(play.hears("a OK done").is_over());
}

TEST(ScriptPlayer, StarttlsIsAHandshake) {
  Rehearsal play(Protocol::smtp, {"S: 220", "C: STARTTLS", "S: 220", "C: EHLO me", "S: 250"});
  EXPECT_EQ(play.hears("220 hi").sent(), "STARTTLS|");
  EXPECT_EQ(play.hears("220 go").sent(), "EHLO me|");
  EXPECT_TRUE(play.hears("250 hi").is_over());
}

TEST(ScriptPlayer, WordsThatAreKept) {
  Rehearsal play(Protocol::pop3, {"S: +OK", "C: STAT", "S: +OK {count:=2}", "C: RETR {count}", "S: +OK"});
  play.hears("+OK hi");
  EXPECT_EQ(play.hears("+OK 7 320").sent(), "RETR 7|");
  EXPECT_TRUE(play.hears({"+OK", "x", "."}).is_over());
}

TEST(ScriptPlayer, AddressesAreTheSameThroughout) {
  Rehearsal play(Protocol::smtp, {"C: MAIL FROM:<{from}>", "S: 250", "C: RCPT TO:<{to}>", "S: 250"},
                 {.constants = {{"from", "a@b"}, {"to", "c@d"}}});
  EXPECT_EQ(play.hears("220 hi").sent(), "MAIL FROM:<a@b>|");
  EXPECT_EQ(play.hears("250 ok").sent(), "RCPT TO:<c@d>|");
}

TEST(ScriptPlayer, AMessageHasItsDotUnlessTheScriptSaysIt) {
  const auto sent = [](std::initializer_list<std::string_view> script) {
    Rehearsal play(Protocol::smtp, script);
    play.hears("220 hi");
    const std::string all = play.hears("354 go").sent();
    EXPECT_TRUE(play.hears("250 ok").hears("221 bye").is_over()) << play.problem();
    return all;
  };
  const std::string whole = sent({"C: DATA", "S: 354", "C: {message}", "S: 250", "C: QUIT", "S: 221"});
  EXPECT_TRUE(whole.ends_with("are.|.|")) << whole;
  EXPECT_EQ(sent({"C: DATA", "S: 354", "C: {message}", "C: .", "S: 250", "C: QUIT", "S: 221"}), whole);
  EXPECT_EQ(sent({"C: DATA", "S: 354", "C: {message}", "C: QUIT", "S: 250", "S: 221"}), whole + "QUIT|")
      << "together";
}

TEST(ScriptPlayer, TheLengthOfABodyIsCounted) {
  Rehearsal play(Protocol::http,
                 {"C: POST {path} HTTP/1.1", "C: Host: {host}", "C: Content-Length: {*}", "C: ", "C: id={n}",
                  "C: user={user}", "S: HTTP/1.1 200", "C: GET /2 HTTP/1.1", "C: Host: {host}",
                  "C: ", "S: HTTP/1.1 200"},
                 {.user = {"anna", ""}, .constants = {{"host", "h:8080"}, {"path", "/x?y"}}});
  EXPECT_EQ(play.sent(), "POST /x?y HTTP/1.1|Host: h:8080|Content-Length: 15||id=0|user=anna");
  EXPECT_EQ(play.hears({"HTTP/1.1 200 OK", "Content-Length: 0", ""}).sent(),
            "GET /2 HTTP/1.1|Host: h:8080||");
  EXPECT_TRUE(play.hears({"HTTP/1.1 200 OK", "Content-Length: 0", ""}).is_over());
}

TEST(ScriptPlayer, SectionsAreSaidOnceBetweenLoginAndGoodbye) {
  Rehearsal play(Protocol::pop3,
                 {"== once", "C: STAT", "S: +OK", "== pass x3 a", "C: LIST", "S: +OK", "== pass b", "C: UIDL",
                  "S: +OK", "== end", "C: NOOP", "S: +OK"},
                 {.user = {"me", "secret"}});
  EXPECT_EQ(play.hears("+OK hi").sent(), "USER me|");
  EXPECT_EQ(play.hears("+OK").sent(), "PASS secret|");
  EXPECT_EQ(play.hears("+OK").sent(), "STAT|");
  EXPECT_EQ(play.hears("+OK 0 0").sent(), "LIST|");
  EXPECT_EQ(play.hears({"+OK", "."}).sent(), "UIDL|");
  EXPECT_EQ(play.hears({"+OK", "."}).sent(), "NOOP|");
  EXPECT_EQ(play.hears("+OK").sent(), "QUIT|");
  EXPECT_TRUE(play.hears("+OK").is_over());
  EXPECT_EQ(play.shown().find("secret"), std::string::npos);
}

// --- What comes

TEST(ScriptPlayer, AnotherCodeIsAFailureAndTheRestIsNotSaid) {
  Rehearsal play(Protocol::smtp, {"S: 220", "C: MAIL FROM:<a@b>", "S: 250 ok", "C: RCPT TO:<c@d>", "S: 250"});
  play.hears("220 hi");
  EXPECT_EQ(play.hears("550 5.7.1 no").sent(), "QUIT|");
  EXPECT_EQ(play.problem(),
            "f:3:4: expected \"250\", the server said \"550 5.7.1 no\" at offset 8 of what it sent");
}

TEST(ScriptPlayer, WhatIsSaidAroundSectionsHasNoPlaceInTheFile) {
  Rehearsal hello(Protocol::pop3, {"== pass", "C: STAT", "S: +OK"}, {.user = {"bob", "secretpw"}});
  hello.hears("+OK");
  EXPECT_EQ(hello.awaited(), "f: in the login that backtalk adds: expected \"+OK\"");
  EXPECT_TRUE(
      hello.hears("-ERR no bob").problem().starts_with("f: in the login that backtalk adds: expected"))
      << hello.problem();
  Rehearsal goodbye(Protocol::pop3, {"== pass", "C: STAT", "S: +OK"});
  goodbye.hears("+OK").hears("+OK 1 2");
  EXPECT_EQ(goodbye.awaited(), "f: in the goodbye that backtalk adds: expected \"+OK\"");
  Rehearsal file(Protocol::pop3, {"== pass", "C: STAT", "S: +OK"});
  EXPECT_TRUE(file.hears("+OK").hears("-ERR no").problem().starts_with("f:3:4: ")) << file.problem();
}

TEST(ScriptPlayer, AnAnswerThatTheScriptDoesNotHaveHasToBePositive) {
  Rehearsal good(Protocol::smtp, {"C: NOOP", "C: QUIT"});
  good.hears("220 hi");
  EXPECT_TRUE(good.hears({"250 ok", "221 bye"}).is_over());
  Rehearsal bad(Protocol::smtp, {"C: NOOP"});
  bad.hears("220 hi");
  EXPECT_EQ(bad.hears("500 what?").problem(),
            "f:1:4: expected a positive answer, the server said \"500 what?\" at offset 8 of what it sent");
  Rehearsal closed(Protocol::smtp, {"C: NOOP"});
  EXPECT_NE(closed.hears("554 go away").problem(), "");
}

TEST(ScriptPlayer, AStarTakesAnything) {
  Rehearsal play(Protocol::smtp, {"S: *", "C: NOOP", "S: *"});
  play.hears("554 no");
  EXPECT_TRUE(play.hears("500 what?").is_over());
}

TEST(ScriptPlayer, WithinAMessageThereIsNoGoodbye) {
  Rehearsal play(Protocol::smtp, {"S: 220", "C: DATA", "S: 250", "C: NOOP"});
  play.hears("220 hi");
  EXPECT_EQ(play.hears("354 go").sent(), "");
  EXPECT_EQ(play.problem(),
            "f:3:4: expected \"250\", the server said \"354 go\" at offset 8 of what it sent");
}

TEST(ScriptPlayer, UntaggedDataHasToComeBeforeItsAnswer) {
  Rehearsal play(Protocol::imap, {"C: a SELECT INBOX", "S: * 3 EXISTS", "S: * FLAGS (\\Seen)",
                                  "S: * OK [UNSEEN 1]", "S: a OK"});
  play.hears("* OK hi");
  EXPECT_TRUE(play.hears({"* FLAGS ()", "* 7 EXISTS", "* 0 RECENT", "a OK done"}).is_over())
      << play.problem();
  Rehearsal missing(Protocol::imap, {"C: a SELECT INBOX", "S: * 3 EXISTS", "S: * FLAGS (\\Seen)", "S: a OK"});
  missing.hears("* OK hi");
  EXPECT_EQ(missing.hears({"* 7 EXISTS", "a OK done"}).problem(),
            "f:3:4: expected \"* FLAGS (\\Seen)\" before \"a OK done\" at offset 21 of what the server sent");
}

TEST(ScriptPlayer, UntaggedDataOfAnotherCommandDoesNotCount) {
  Rehearsal play(Protocol::imap, {"C: a NOOP", "S: a OK", "C: b SEARCH ALL", "S: * SEARCH", "S: b OK"});
  play.hears("* OK hi");
  EXPECT_EQ(play.hears({"* SEARCH 1", "a OK"}).sent(), "b SEARCH ALL|");
  EXPECT_NE(play.hears("b OK done").problem(), "");
}

TEST(ScriptPlayer, UntaggedDataOfALaterCommandWithTheSameTagIsStillToCome) {
  Rehearsal play(Protocol::imap, {"repeat 2", "C: a SEARCH ALL", "S: * SEARCH", "S: a OK", "end"});
  play.hears("* OK hi");
  EXPECT_EQ(play.hears({"* SEARCH 1", "a OK"}).sent(), "a SEARCH ALL|");
  EXPECT_EQ(play.hears("a OK").problem(),
            "f:3:4: expected \"* SEARCH\" before \"a OK\" at offset 27 of what the server sent");
}

TEST(ScriptPlayer, ARefusedLiteralIsNotWaitedFor) {
  Rehearsal play(Protocol::imap, {"C: a APPEND INBOX {3}", "S: + go", "C: abc", "S: a OK"});
  play.hears("* OK hi");
  EXPECT_EQ(play.hears("a NO full").problem(),
            "f:2:4: expected \"+ go\", the server said \"a NO full\" at offset 9 of what it sent");
}

TEST(ScriptPlayer, WhatIsAwaitedIsKnown) {
  Rehearsal play(Protocol::imap, {"C: a NOOP", "S: a OK", "S: *"});
  EXPECT_EQ(play.awaited(), "");
  play.hears("* OK hi");
  EXPECT_EQ(play.awaited(), "f:2:4: expected \"a OK\"");
}

TEST(ScriptPlayer, AnInterimResponseMayComeOrNot) {
  Rehearsal play(Protocol::http, {"C: GET / HTTP/1.1", "C: Host: a", "C: ", "S: HTTP/1.1 200"});
  EXPECT_EQ(play.sent(), "GET / HTTP/1.1|Host: a||");
  EXPECT_TRUE(
      play.hears({"HTTP/1.1 103 Early Hints", "", "HTTP/1.1 200 OK", "Content-Length: 0", ""}).is_over())
      << play.problem();
}

TEST(ScriptPlayer, ABodyMayEndWithTheConnection) {
  Rehearsal play(Protocol::http, {"C: GET / HTTP/1.0", "C: ", "S: HTTP/1.1 404"});
  EXPECT_FALSE(play.hears({"HTTP/1.1 404 No", "", "body"}).is_over());
  EXPECT_TRUE(play.closes().is_over()) << play.problem();
}

TEST(ScriptPlayer, ABraceWrittenTwiceKeepsNoWord) {
  Rehearsal play(Protocol::pop3,
                 {"S: +OK", "C: RETR 1", "S: +OK", "S: if {{user:=1}", "S: {{{a:=2} {", "S: ."},
                 {.exact = true});
  play.hears("+OK");
  EXPECT_EQ(play.hears({"+OK", "if {user:=1}", "{{a:=2} {", "."}).problem(), "");
  EXPECT_TRUE(play.is_over());
  Rehearsal imap(Protocol::imap,
                 {"S: * OK", "C: a FETCH 1 BODY[]", "S: * 1 FETCH (BODY[] {6}", "S: {{a:=1})", "S: a OK"},
                 {.exact = true});
  imap.hears("* OK");
  EXPECT_EQ(imap.hears({"* 1 FETCH (BODY[] {6}", "{a:=1})", "a OK"}).problem(), "");
}

TEST(ScriptPlayer, ExactlyComparesTexts) {
  const Rehearsal::Settings exact{.exact = true};
  Rehearsal imap(Protocol::imap, {"C: a SELECT INBOX", "S: * 3 EXISTS", "S: a OK done"}, exact);
  imap.hears("* OK hi");
  EXPECT_TRUE(imap.hears({"* 0 RECENT", "* 3 EXISTS", "a OK done"}).is_over()) << imap.problem();
  Rehearsal other(Protocol::imap, {"C: a SELECT INBOX", "S: * 3 EXISTS", "S: a OK done"}, exact);
  other.hears("* OK hi");
  EXPECT_EQ(other.hears({"* 4 EXISTS", "a OK done"}).problem(),
            "f:2:4: expected \"* 3 EXISTS\" before \"a OK done\" at offset 21 of what the server sent");
}

// --- Secrets

class Reverse final : public session::SaslMechanism, public session::SaslExchange {
 public:
  [[nodiscard]] std::string_view name() const override { return "PLAIN"; }
  [[nodiscard]] bool reveals_password() const override { return true; }
  [[nodiscard]] std::unique_ptr<session::SaslExchange> make_exchange() const override {
    return std::make_unique<Reverse>();
  }
  std::optional<std::string_view> begin(const session::Credentials& user) override {
    said_ = user.user + "/" + user.password;
    return said_;
  }
  std::optional<std::string_view> respond(std::string_view challenge) override {
    if (challenge == "wrong") return std::nullopt;
    said_ = "to " + std::string(challenge);
    return said_;
  }
  [[nodiscard]] bool complete() const override { return true; }
  [[nodiscard]] std::string_view failure() const override { return {}; }

 private:
  std::string said_;
};

const Rehearsal::Settings kUser{.user = {"me", "se\"cret"}, .find_mechanism = [](std::string_view) {
                                  return std::make_shared<Reverse>();
                                }};

TEST(ScriptPlayer, AsterisksStandForThePassword) {
  Rehearsal pop3(Protocol::pop3, {"S: +OK", "C: USER u1", "S: +OK", "C: PASS ***", "S: +OK"}, kUser);
  pop3.hears("+OK");
  EXPECT_EQ(pop3.hears("+OK").sent(), "PASS se\"cret|");
  EXPECT_EQ(pop3.shown(), "S: +OK\nC: USER u1\nS: +OK\nC: PASS ***\n");
  Rehearsal imap(Protocol::imap, {"C: a LOGIN u1 ***", "S: a OK"}, kUser);
  EXPECT_EQ(imap.hears("* OK hi").sent(), "a LOGIN u1 \"se\\\"cret\"|");
  Rehearsal literal(Protocol::imap, {"C: a LOGIN {2}", "S: +", "C: u1 {6}", "S: +", "C: ***", "S: a OK"},
                    kUser);
  literal.hears("* OK hi");
  EXPECT_EQ(literal.hears("+").sent(), "u1 {7}|");
  EXPECT_EQ(literal.hears("+").sent(), "se\"cret|");
  EXPECT_TRUE(literal.hears("a OK").is_over());
}

TEST(ScriptPlayer, AsterisksStandForResponses) {
  Rehearsal initial(Protocol::smtp, {"S: 220", "C: AUTH PLAIN ***", "S: 235"}, kUser);
  EXPECT_EQ(initial.hears("220").sent(), "AUTH PLAIN bWUvc2UiY3JldA==|");
  Rehearsal later(Protocol::imap,
                  {"C: a AUTHENTICATE PLAIN", "S: +", "C: ***", "S: + more", "C: ***", "S: a OK"}, kUser);
  later.hears("* OK hi");
  EXPECT_EQ(later.hears("+ ").sent(), "bWUvc2UiY3JldA==|");
  EXPECT_EQ(later.hears("+ bW9yZQ==").sent(), "dG8gbW9yZQ==|");
  EXPECT_TRUE(later.hears("a OK").is_over());
  Rehearsal wrong(Protocol::pop3, {"C: AUTH PLAIN", "S: +", "C: ***", "S: +", "C: ***"}, kUser);
  wrong.hears("+OK hi");
  wrong.hears("+ ");
  EXPECT_EQ(wrong.hears("+ d3Jvbmc=").problem(), "f:5:4: the server's challenge cannot be answered");
}

TEST(ScriptPlayer, AChallengeThatRepeatsASecretIsAnsweredAsItCame) {
  Rehearsal play(Protocol::imap, {"C: a AUTHENTICATE PLAIN ***", "S: +", "C: ***", "S: a OK"}, kUser);
  play.hears("* OK hi");
  EXPECT_EQ(play.hears("+ bWUvc2UiY3JldA==").sent(), "dG8gbWUvc2UiY3JldA==|") << "it is the initial response";
  EXPECT_TRUE(play.shown().ends_with("S: + ***\nC: ***\n")) << play.shown();
}

TEST(ScriptPlayer, ThePasswordIsHiddenWhereverItIs) {
  Rehearsal play(Protocol::smtp, {"C: NOOP {password}!", "S: 250", "C: NOOP me", "S: 250"}, kUser);
  EXPECT_EQ(play.hears("220 hi").sent(), "NOOP se\"cret!|");
  play.hears("250 you said se\"cret");
  EXPECT_EQ(play.shown(), "S: 220 hi\nC: NOOP ***!\nS: 250 you said ***\nC: NOOP me\n");
}

// No dialect knows a line of a secret alone, where the server has not asked for one.
TEST(ScriptPlayer, ALineOfAsterisksIsHiddenWhateverTheServerTakesItFor) {
  for (const Protocol protocol : {Protocol::smtp, Protocol::pop3, Protocol::imap}) {
    const std::string_view greeting = protocol == Protocol::smtp   ? "220 hi"
                                      : protocol == Protocol::pop3 ? "+OK hi"
                                                                   : "* OK hi";
    Rehearsal play(protocol, {"C: ***"}, {.user = {"bob", "secretpw"}});
    EXPECT_EQ(play.hears(greeting).sent(), "secretpw|");
    const bool tagged = protocol == Protocol::imap;
    play.hears(tagged ? "secretpw BAD no secretpw" : "-ERR no secretpw");
    EXPECT_EQ(play.notation().find("secretpw"), std::string::npos) << play.notation();
    EXPECT_EQ(play.shown().find("secretpw"), std::string::npos) << play.shown();
    EXPECT_NE(play.notation().find("C: ***\n"), std::string::npos) << play.notation();
  }
}

TEST(ScriptPlayer, AsterisksInAMessageAreAsterisks) {
  Rehearsal play(Protocol::smtp, {"C: DATA", "S: 354", "C: PASS ***", "C: .", "S: 250"}, kUser);
  play.hears("220 hi");
  EXPECT_EQ(play.hears("354 go").sent(), "PASS ***|.|");
}

TEST(PlayedScript, SaysWhatItNeeds) {
  const auto needs = [](Protocol protocol, std::string text) {
    const auto read = read_played_script(std::move(text), {.protocol = protocol});
    const ScriptNeeds& all = std::get<PlayedScript>(read).needs;
    std::string shown = std::to_string(all.line);
    if (all.user) shown += " user";
    if (all.password) shown += " password";
    for (const std::string& one : all.mechanisms) shown += " " + one;
    return shown;
  };
  EXPECT_EQ(needs(Protocol::pop3, "C: USER a\nC: PASS ***\n"), "2 password");
  EXPECT_EQ(needs(Protocol::pop3, "C: APOP a ***\n"), "1 password APOP");
  EXPECT_EQ(needs(Protocol::smtp, "C: AUTH LOGIN\nS: 334\nC: ***\n"), "3 user password LOGIN");
  EXPECT_EQ(needs(Protocol::imap, "C: a LOGIN u {3}\nC: ***\nS: a OK\n"), "2 password");
  EXPECT_EQ(needs(Protocol::http, "C: GET / HTTP/1.0\nC: Authorization: Basic ***\nC: \n"),
            "2 user password");
  EXPECT_EQ(needs(Protocol::http, "C: GET / HTTP/1.0\nC: Cookie: ***\nC: \n"), "2 password");
  EXPECT_EQ(needs(Protocol::smtp, "C: DATA\nS: 354\nC: PASS ***\nC: .\n"), "0");
  EXPECT_EQ(needs(Protocol::smtp, "C: NOOP {user}\n"), "1 user");
}

// What is refused, or "".
std::string refusal(Protocol protocol, std::string_view text) {
  const auto read = read_played_script(std::string(text), {.protocol = protocol});
  const auto* const error = std::get_if<script::Error>(&read);
  return error == nullptr ? std::string() : script::show("f", *error);
}

TEST(PlayedScript, AMessageComesBeforeItsAnswer) {
  constexpr std::string_view kNoDot = "S: 220\nC: DATA\nS: 354\nC: Hi\nS: 250\nC: QUIT\nS: 221\n";
  EXPECT_EQ(refusal(Protocol::smtp, kNoDot), "f:5:4: the message comes before this: `C:` lines up to `C: .`");
  EXPECT_EQ(refusal(Protocol::lmtp, kNoDot), "f:5:4: the message comes before this: `C:` lines up to `C: .`");
  EXPECT_NE(refusal(Protocol::smtp, "C: DATA\nS: 354\nS: 250\n"), "");
  EXPECT_NE(refusal(Protocol::smtp, "C: DATA\nS: 354\nC: Hi\nS: *\n"), "");
  EXPECT_EQ(refusal(Protocol::smtp, "== pass\nC: DATA\nS: 354\nC: Hi\n"),
            "f:3:4: the message after this has no end: `C:` lines up to `C: .`");
  EXPECT_EQ(refusal(Protocol::smtp, "C: DATA\nS: 354\nC: Hi\nC: .\nS: 250\nC: NOOP\nS: 250\n"), "");
  EXPECT_EQ(refusal(Protocol::smtp, "C: DATA\nS: 503\nC: NOOP\nS: 250\n"), "");
  EXPECT_EQ(refusal(Protocol::smtp, "C: DATA\nS: *\nC: Hi\nC: .\nS: *\n"), "");
  EXPECT_EQ(refusal(Protocol::smtp, "C: DATA\nS: 354\nC: Hi\nS: 421\n"), "") << "at any time";
  EXPECT_EQ(refusal(Protocol::smtp, "C: DATA\nS: 354\n"), "") << "nothing waits for it";
}

TEST(PlayedScript, AllOctetsThatWereToldFollow) {
  EXPECT_EQ(refusal(Protocol::smtp, "C: BDAT 20 LAST\nC: Hello\nS: 250\nC: QUIT\nS: 221\n"),
            "f:1:4: this chunk has more octets than follow in lines `C:`");
  EXPECT_EQ(refusal(Protocol::smtp, "C: BDAT 7 LAST\nC: Hello\nS: 250\nC: QUIT\nS: 221\n"), "");
  EXPECT_EQ(refusal(Protocol::imap, "C: a APPEND INBOX {20}\nC: Hello\nS: a OK\n"),
            "f:1:4: this literal has more octets than follow in lines `C:`");
  const auto post = [](std::string_view length, std::string_view rest) {
    const std::string head = "C: POST / HTTP/1.1\nC: Host: x\nC: Content-Length: ";
    return refusal(Protocol::http, head + std::string(length) + "\nC: \n" + std::string(rest));
  };
  EXPECT_EQ(post("9", "C: Hello\nS: HTTP/1.1 200\n"),
            "f:3:4: the body has 5 octets, not 9: `Content-Length: {*}` counts them");
  EXPECT_EQ(post("9", "C: Hello\nS: HTTP/1.1 413\n"), "") << "refused before all of it came";
  EXPECT_EQ(post("9", "C: Hello\nS: HTTP/1.1 100\nC: me\nS: HTTP/1.1 200\n"), "");
  EXPECT_EQ(post("5", "C: Hello\nS: HTTP/1.1 200\n"), "");
  EXPECT_EQ(post("7", "C: Hello\nS: HTTP/1.1 200\n"), "") << "with its line end";
  EXPECT_EQ(post("9", "C: {random}\nS: HTTP/1.1 200\n"), "") << "nobody knows how long it is";
}

TEST(PlayedScript, LeavesOutConversationsOfOtherProtocols) {
  const std::string text =
      "== A ==\nS: 220 x ESMTP\nC: QUIT\n== B ==\nS: +OK hi\nC: QUIT\n== C ==\nC: GET / HTTP/1.0\nC: \n";
  auto read = read_played_script(text, {.protocol = Protocol::pop3});
  const auto& script = std::get<PlayedScript>(read);
  ASSERT_EQ(script.scenes.size(), 1U);
  EXPECT_EQ(script.scenes.front().name, "B");
  EXPECT_EQ(script.left_out, (std::vector<std::string_view>{"A", "C"}));
  const auto none = read_played_script(text, {.protocol = Protocol::imap});
  EXPECT_EQ(std::get<script::Error>(none).sentence, "all of its conversations are of other protocols");
  const auto only = read_played_script(text, {.protocol = Protocol::pop3, .only = "D"});
  EXPECT_EQ(std::get<script::Error>(only).sentence, "there is no conversation `== D ==`");
  const auto sections = read_played_script("== pass\nC: STAT\n", {.protocol = Protocol::pop3, .only = "D"});
  EXPECT_EQ(std::get<script::Error>(sections).sentence,
            "--only D: this file has sections, not conversations");
}

}  // namespace
}  // namespace backtalk::talk::test
