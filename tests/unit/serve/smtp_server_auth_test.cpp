// SPDX-License-Identifier: Apache-2.0 OR MIT
// AUTH (RFC 4954), as the built-in server for mail answers it.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backtalk/detail/limit_defaults.hpp"
#include "sasl/authenticator.hpp"
#include "serve/anyone.hpp"
#include "smtp_conversation.hpp"

namespace backtalk::serve {
namespace {

// Of RFC 4954 section 4.1: the user "test" acts for itself with the password "1234".
constexpr std::string_view kPlain = "AHRlc3QAMTIzNA==";

class SmtpServerAuth : public testing::Test {
 protected:
  explicit SmtpServerAuth(SmtpOffer offer = {}) : talk_({}, offer, one_user()) {}

  static std::unique_ptr<session::Authenticator> one_user() {
    return sasl::authenticators([](std::string_view user) -> std::optional<std::string> {
      return user == "test" ? std::optional<std::string>("1234") : std::nullopt;
    })();
  }

  // The reply, as it is.
  std::string ask(const std::string& line) {
    talk_.say(line + "\r\n");
    return std::exchange(talk_.server().output(), {});
  }
  // The codes of the replies to all of it.
  std::string codes(std::string_view octets) {
    talk_.say(octets);
    return talk_.heard();
  }

  SmtpConversation talk_;
};

TEST_F(SmtpServerAuth, EhloNamesTheMechanismsWhichHeloDoesNot) {
  EXPECT_NE(ask("EHLO x").find("\r\n250-AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 XOAUTH2\r\n"),
            std::string::npos);
  EXPECT_EQ(ask("HELO x"), "250 backtalk\r\n");
}

TEST_F(SmtpServerAuth, TakesTheInitialResponse) {
  EXPECT_EQ(codes("EHLO x\r\n"), "250");
  EXPECT_EQ(ask("AUTH PLAIN dGVzdAB0ZXN0ADEyMzQ="), "235 2.7.0 Logged in\r\n");
  EXPECT_EQ(talk_.counts().logins, 1U);
}

// "There is a single space following the 334".
TEST_F(SmtpServerAuth, AsksForAResponseThatIsNotThere) {
  EXPECT_EQ(codes("EHLO x\r\n"), "250");
  EXPECT_EQ(ask("AUTH PLAIN"), "334 \r\n");
  EXPECT_EQ(ask("dGVzdAB0ZXN0ADEyMzQ="), "235 2.7.0 Logged in\r\n");
}

TEST_F(SmtpServerAuth, AMechanismMayTakeSeveralResponses) {
  EXPECT_EQ(codes("EHLO x\r\n"), "250");
  EXPECT_EQ(ask("auth login"), "334 VXNlciBOYW1l\r\n");
  EXPECT_EQ(ask("dGVzdA=="), "334 UGFzc3dvcmQ=\r\n");
  EXPECT_EQ(ask("MTIzNA=="), "235 2.7.0 Logged in\r\n");
}

// "*": 501.
TEST_F(SmtpServerAuth, TheClientMayCancel) {
  EXPECT_EQ(codes("EHLO x\r\nAUTH PLAIN\r\n*\r\nNOOP\r\n"), "250 334 501 250");
}

TEST_F(SmtpServerAuth, WhatIsWrongIs535) {
  EXPECT_EQ(codes("EHLO x\r\n"), "250");
  EXPECT_EQ(ask("AUTH PLAIN AHRlc3QAMTIzNQ=="), "535 5.7.8 Wrong user or password\r\n");
  EXPECT_EQ(codes("AUTH PLAIN =\r\n"), "535");
  EXPECT_EQ(codes("AUTH LOGIN\r\ndGVzdA==\r\nMTIzNQ==\r\n"), "334 334 535");
  EXPECT_EQ(codes("AUTH CRAM-MD5\r\ndGVzdCAw\r\n"), "334 535");
  EXPECT_EQ(talk_.counts().logins, 0U);
  EXPECT_EQ(talk_.counts().logins_refused, 4U);
  // And may be put right.
  EXPECT_EQ(codes("AUTH PLAIN " + std::string(kPlain) + "\r\n"), "235");
}

TEST_F(SmtpServerAuth, WhatIsNoResponseIs501) {
  EXPECT_EQ(codes("EHLO x\r\n"), "250");
  for (const std::string_view said :
       {"AUTH PLAIN @@@@\r\n", "AUTH PLAIN AHRlc3QAMTIzNA\r\n", "AUTH PLAIN a b\r\n", "AUTH PLAIN \r\n",
        "AUTH\r\n", "AUTH PLAIN/\r\n",
        // "a SASL mechanism in which the client does not begin the authentication exchange"
        "AUTH CRAM-MD5 dGVzdA==\r\n"}) {
    EXPECT_EQ(codes(said), "501") << said;
  }
  EXPECT_EQ(codes("AUTH PLAIN\r\nAHRlc3QA MTIzNA==\r\nNOOP\r\n"), "334 501 250");
}

TEST_F(SmtpServerAuth, AnUnknownMechanismIs504) {
  EXPECT_EQ(codes("EHLO x\r\n"), "250");
  EXPECT_EQ(ask("AUTH GSSAPI"), "504 5.5.4 No such mechanism\r\n");
}

TEST_F(SmtpServerAuth, ComesOnceAndNotInAMessage) {
  const std::string auth = "AUTH PLAIN " + std::string(kPlain) + "\r\n";
  EXPECT_EQ(codes(auth), "503");
  EXPECT_EQ(codes("EHLO x\r\nMAIL FROM:<a>\r\n" + auth), "250 250 503");
  EXPECT_EQ(codes("RSET\r\n" + auth + auth), "250 235 503");
  // Neither RSET nor EHLO logs out.
  EXPECT_EQ(codes("RSET\r\n" + auth + "EHLO x\r\n" + auth), "250 503 250 503");
}

TEST_F(SmtpServerAuth, MailNeedsNoLogin) {
  EXPECT_EQ(codes("EHLO x\r\nMAIL FROM:<a>\r\n"), "250 250");
}

// Section 5.
TEST_F(SmtpServerAuth, MailMayNameItsAuthor) {
  EXPECT_EQ(
      codes("EHLO x\r\nAUTH PLAIN " + std::string(kPlain) + "\r\nMAIL FROM:<e=mc2@example.com> AUTH=<>\r\n"),
      "250 235 250");
}

TEST_F(SmtpServerAuth, TooManyRefusalsEndIt) {
  EXPECT_EQ(codes("EHLO x\r\n"), "250");
  for (unsigned i = 1; i < Login::kRefusalsMax; ++i) EXPECT_EQ(codes("AUTH LOGIN\r\n*\r\n"), "334 501") << i;
  EXPECT_EQ(ask("AUTH PLAIN ="), "421 4.7.0 Too many refused logins\r\n");
  EXPECT_EQ(talk_.server().closing(), session::Closing::when_client_ends);
  // A new connection starts from zero.
  talk_.server().restart();
  EXPECT_EQ(codes("EHLO x\r\nAUTH PLAIN =\r\n"), "220 250 535");
}

// Section 4: a line of a response has at most 12288 octets with its CRLF.
TEST_F(SmtpServerAuth, AResponseHasItsLimit) {
  if (detail::kTinyLimits) GTEST_SKIP() << "lines are shorter there";
  EXPECT_EQ(codes("EHLO x\r\nAUTH PLAIN\r\n" + std::string(12284, 'A') + "\r\n"), "250 334 535");
  EXPECT_EQ(codes("AUTH PLAIN\r\n"), "334");
  EXPECT_TRUE(ask(std::string(12288, 'A')).starts_with("500 5.5.6 "));
  EXPECT_TRUE(talk_.server().over());
}

TEST(SmtpServerWithoutAuthenticators, HasNoAuth) {
  SmtpConversation talk;
  talk.say("EHLO x\r\n");
  EXPECT_EQ(talk.server().output().find("AUTH"), std::string::npos);
  EXPECT_EQ(talk.heard(), "250");
  talk.say("AUTH PLAIN AGEAYg==\r\n");
  EXPECT_EQ(talk.heard(), "502");
}

// RFC 3207 section 4.2: the server forgets what it learned in clear text.
TEST(SmtpServerAuthStartTls, ALoginInClearTextIsForgotten) {
  SmtpConversation talk({}, {.starttls = true}, make_anyone());
  talk.say("EHLO x\r\nAUTH PLAIN AGEAYg==\r\nSTARTTLS\r\n");
  EXPECT_EQ(talk.heard(), "250 235 220");
  talk.server().tls_established();
  talk.say("AUTH PLAIN AGEAYg==\r\nEHLO x\r\nAUTH PLAIN AGEAYg==\r\n");
  EXPECT_EQ(talk.heard(), "503 250 235");
}

// A client that leaves between challenge and response does not leave its state to the next.
TEST(SmtpServerAuthRestart, TheNextClientIsAskedNothing) {
  SmtpConversation talk({}, {}, make_anyone());
  talk.say("EHLO x\r\nAUTH PLAIN\r\n");
  EXPECT_EQ(talk.heard(), "250 334");
  talk.server().restart();
  talk.say("NOOP\r\n");
  EXPECT_EQ(talk.heard(), "220 250");
}

TEST(SmtpServerAuthLmtp, IsOfferedBehindLhlo) {
  SmtpConversation talk({}, {.lmtp = true}, make_anyone());
  talk.say("LHLO x\r\nAUTH PLAIN AGEAYg==\r\n");
  EXPECT_EQ(talk.heard(), "250 235");
}

}  // namespace
}  // namespace backtalk::serve
