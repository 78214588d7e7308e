// SPDX-License-Identifier: Apache-2.0 OR MIT
// Servers that do what no server may.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "stage.hpp"

namespace backtalk::talk::test {
namespace {

TEST(HostileServer, AnswersBeforeItIsAsked) {
  Stage smtp(Protocol::smtp);
  smtp.hears("220 hi").hears("250 you will ask");
  EXPECT_TRUE(smtp.conversation().confused());
  EXPECT_EQ(smtp.shown(), "S: 220 hi\nS: 250 you will ask\n# warning: nothing asked for this reply\n");
  Stage imap(Protocol::imap);
  imap.hears("* OK hi").hears("a OK done");
  EXPECT_TRUE(imap.conversation().confused());
  Stage pop3(Protocol::pop3);
  pop3.hears("+OK hi").hears("+OK more");
  EXPECT_TRUE(pop3.conversation().problem().starts_with("unsolicited-response at offset 8 "))
      << pop3.conversation().problem();
  Stage http(Protocol::http);
  http.hears("HTTP/1.1 200 OK").hears("Content-Length: 0").hears("");
  EXPECT_TRUE(http.conversation().confused());
}

TEST(HostileServer, AContinuationThatNothingAskedFor) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").hears("+ say your password");
  EXPECT_TRUE(stage.conversation().confused());
  EXPECT_EQ(stage.conversation().inside(), "") << "the next line is a command";
}

TEST(HostileServer, AsksAgainAfterDone) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("a IDLE").hears("+ idling").says("DONE").hears("+ and?");
  EXPECT_TRUE(stage.conversation().confused());
  EXPECT_FALSE(stage.may_type()) << "the next line is a command, and waits";
}

TEST(HostileServer, SaysGoodbyeAtAnyTime) {
  Stage stage(Protocol::smtp);
  stage.hears("220 hi").hears("421 shutting down");
  EXPECT_FALSE(stage.conversation().confused()) << "RFC 5321 3.8";
}

TEST(HostileServer, ClosesInTheMiddleOfALiteral) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("a FETCH 1 BODY[]").hears("* 1 FETCH (BODY[] {40}").hears("half of it");
  stage.conversation().end_of_stream();
  EXPECT_EQ(stage.conversation().problem(), "the connection ended in the middle of an answer");
  EXPECT_EQ(stage.due(), 1U);
  EXPECT_TRUE(stage.shown().ends_with("S: half of it\n"));
}

TEST(HostileServer, ClosesInTheMiddleOfALine) {
  for (const Protocol protocol : {Protocol::smtp, Protocol::pop3, Protocol::imap}) {
    Stage stage(protocol);
    stage.conversation().receive(protocol == Protocol::smtp   ? "22"
                                 : protocol == Protocol::pop3 ? "+O"
                                                              : "* ");
    stage.conversation().end_of_stream();
    EXPECT_FALSE(stage.conversation().problem().empty());
    EXPECT_EQ(stage.shown().size(), 6U) << "what there is of the line is shown";
  }
}

TEST(HostileServer, SendsALineWithoutEnd) {
  for (const Protocol protocol : {Protocol::smtp, Protocol::pop3, Protocol::imap, Protocol::http}) {
    Stage stage(protocol);
    const std::string_view begin = protocol == Protocol::smtp   ? "220 "
                                   : protocol == Protocol::pop3 ? "+OK "
                                   : protocol == Protocol::imap ? "* OK "
                                                                : "HTTP/1.1 200 ";
    stage.conversation().receive(begin);
    const std::string piece(1000, 'x');
    for (int i = 0; i < 2000 && stage.conversation().problem().empty(); ++i)
      stage.conversation().receive(piece);
    EXPECT_TRUE(stage.conversation().problem().starts_with("line-too-long at offset "))
        << stage.conversation().problem();
  }
}

// A body has no limit; what is kept of a line has.
TEST(HostileServer, SendsABodyInOneLine) {
  Stage stage(Protocol::http);
  stage.says("GET / HTTP/1.1").says("").hears("HTTP/1.1 200 OK").hears("Content-Length: 20000").hears("");
  const std::size_t head = stage.shown().size();
  const std::string body(20000, 'x');
  stage.conversation().receive(std::string_view(body).substr(0, 9));
  stage.conversation().receive(std::string_view(body).substr(9));
  const std::string piece = "S: " + std::string(Conversation::kLineOctetsMax, 'x') + "\n# the line goes on\n";
  EXPECT_EQ(stage.shown().substr(head), piece + piece + "S: " + std::string(4000, 'x') + "\n");
  EXPECT_TRUE(stage.is_done());
}

struct Upgrade {
  Protocol protocol;
  std::string_view greeting;
  std::string_view command;
  std::string_view accepted;
  std::string_view injected;
};
constexpr Upgrade kUpgrades[]{
    {Protocol::smtp, "220 hi", "STARTTLS", "220 go", "250 injected"},
    {Protocol::pop3, "+OK hi", "STLS", "+OK go", "+OK injected"},
    {Protocol::imap, "* OK hi", "a STARTTLS", "a OK go", "* CAPABILITY INJECTED"},
};

TEST(HostileServer, SaysSomethingInTheClearBehindItsAcceptanceOfTls) {
  for (const Upgrade& upgrade : kUpgrades) {
    Stage stage(upgrade.protocol);
    stage.hears(upgrade.greeting).says(upgrade.command);
    stage.conversation().receive(std::string(upgrade.accepted) + "\r\n" + std::string(upgrade.injected) +
                                 "\r\n");
    EXPECT_TRUE(stage.conversation().problem().starts_with("starttls-injection at offset "))
        << stage.conversation().problem();
    EXPECT_FALSE(stage.conversation().wants_tls());
    EXPECT_FALSE(stage.may_type());
    EXPECT_EQ(stage.shown().find("injected"), std::string::npos) << stage.shown();
    EXPECT_EQ(stage.shown().find("INJECTED"), std::string::npos) << stage.shown();
  }
}

TEST(Upgrade, NothingGoesOutUntilTheHandshakeIsDone) {
  for (const Upgrade& upgrade : kUpgrades) {
    Stage stage(upgrade.protocol, {.pipeline = true});
    stage.hears(upgrade.greeting).says(upgrade.command);
    EXPECT_FALSE(stage.may_type());
    stage.hears(upgrade.accepted);
    EXPECT_TRUE(stage.conversation().wants_tls());
    EXPECT_FALSE(stage.may_type());
    stage.conversation().tls_established();
    EXPECT_FALSE(stage.conversation().wants_tls());
    EXPECT_TRUE(stage.may_type());
  }
}

TEST(HostileServer, BreaksTheGrammarInAResponse) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("a NOOP").hears("* LIST () \"/ x").hears("a OK done");
  EXPECT_NE(stage.shown().find("# warning: offset "), std::string::npos) << stage.shown();
  EXPECT_TRUE(stage.is_done()) << "where the response ends is known";
}

TEST(HostileServer, EndsLinesWithLfAlone) {
  Stage stage(Protocol::smtp);
  stage.conversation().receive("220 hi\n");
  EXPECT_TRUE(stage.conversation().problem().starts_with("bare-lf at offset 6 "))
      << stage.conversation().problem();
}

TEST(HostileServer, TheLineOfAnErrorIsShownWholeHoweverItIsCut) {
  for (const std::size_t piece : {1U, 5U, 100U}) {
    Stage stage(Protocol::smtp);
    for (std::string_view rest = "HTTP/1.1 400 Bad Request\r\nServer: x\r\n"; !rest.empty();
         rest.remove_prefix(std::min(piece, rest.size())))
      stage.conversation().receive(rest.substr(0, piece));
    EXPECT_EQ(stage.shown(), "S: HTTP/1.1 400 Bad Request\n");
    EXPECT_TRUE(stage.conversation().problem().starts_with("bad-code at offset 0 "));
  }
}

// "220 hi" reads as an answer of IMAP with a tag, and a parser of IMAP goes on.
TEST(HostileServer, AServerOfAnotherProtocolIsNotTalkedToInImap) {
  for (const std::string_view greeting :
       {"220 mx.example.org ESMTP ready\r\n", "+OK POP3 ready <1.2@x>\r\n"}) {
    for (const std::size_t piece : {1U, 5U, 100U}) {
      Stage stage(Protocol::imap);
      for (std::string_view rest = greeting; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
        stage.conversation().receive(rest.substr(0, piece));
      EXPECT_NE(stage.conversation().problem().find("this looks like a"), std::string::npos);
      EXPECT_EQ(stage.shown(), "S: " + std::string(greeting.substr(0, greeting.size() - 2)) + "\n");
    }
  }
  Stage stage(Protocol::imap);
  EXPECT_TRUE(stage.hears("* OK IMAP4rev1 hi").may_type());
}

TEST(HostileServer, AnErrorInALineWithoutEnd) {
  Stage stage(Protocol::http);
  stage.conversation().receive("+OK");
  EXPECT_EQ(stage.conversation().problem(), "") << "the line goes on";
  EXPECT_FALSE(stage.may_type());
  stage.conversation().give_up();
  EXPECT_EQ(stage.shown(), "S: +OK\n");
  EXPECT_TRUE(stage.conversation().problem().starts_with("bad-version at offset 0 "));
}

TEST(HostileServer, AfterAProblemNothingIsHeard) {
  Stage stage(Protocol::smtp);
  stage.conversation().receive("220 hi\n220 more\r\n");
  stage.hears("250 even more");
  EXPECT_EQ(stage.shown(), "S: 220 hi\n");
}

}  // namespace
}  // namespace backtalk::talk::test
