// SPDX-License-Identifier: Apache-2.0 OR MIT
// XCLIENT, and the parameters of MAIL: SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smtp_dialogue.hpp"
#include "toy_login.hpp"

namespace backtalk::session::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kXclientOffer = "250-s\r\n250-PIPELINING\r\n250 XCLIENT NAME ADDR LOGIN\r\n";

SmtpPlan xclient_plan(unsigned depth = 1) {
  SmtpPlan plan = plan_of(depth);
  plan.xclient = "NAME=spike.example ADDR=192.0.2.1";
  return plan;
}

// The example of Postfix's XCLIENT_README.
TEST(SmtpXclient, TheServerGreetsAgain) {
  SmtpDialogue talk(xclient_plan());
  talk.supply = 1;
  EXPECT_EQ(talk.greet(kXclientOffer), "XCLIENT NAME=spike.example ADDR=192.0.2.1\r\n");
  EXPECT_EQ(talk.says("220 server.example ESMTP Postfix\r\n"), "EHLO client.example\r\n");
  EXPECT_EQ(talk.says(kXclientOffer), "MAIL FROM:<a@example.org>\r\n") << "once is enough";
  EXPECT_EQ(talk.recorder.accepted["XCLIENT"], 1);
  EXPECT_EQ(talk.recorder.accepted["EHLO"], 2);
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(SmtpXclient, WhatWasOfferedBeforeIsForgotten) {
  SmtpDialogue talk(xclient_plan(4));
  talk.supply = 1;
  talk.greet(kXclientOffer);
  talk.says("220 s\r\n");
  EXPECT_EQ(talk.says("250 s\r\n"), "MAIL FROM:<a@example.org>\r\n") << "in lock step";
}

TEST(SmtpXclient, TheLoginFollows) {
  SmtpPlan plan = xclient_plan();
  plan.login = toy_login({});
  SmtpDialogue talk(plan);
  EXPECT_EQ(talk.greet("250-s\r\n250-XCLIENT NAME\r\n250 AUTH PLAIN\r\n").substr(0, 7), "XCLIENT");
  EXPECT_EQ(talk.says("220 s\r\n"), "EHLO client.example\r\n");
  EXPECT_EQ(talk.says("250-s\r\n250 AUTH PLAIN\r\n").substr(0, 10), "AUTH PLAIN");
}

TEST(SmtpXclient, IsSaidUnderTls) {
  SmtpPlan plan = xclient_plan();
  plan.starttls = true;
  SmtpDialogue talk(plan);
  EXPECT_EQ(talk.greet("250-s\r\n250-STARTTLS\r\n250 XCLIENT NAME\r\n"), "STARTTLS\r\n");
  talk.says("220 go\r\n");
  EXPECT_EQ(talk.tls_established(), "EHLO client.example\r\n");
  EXPECT_EQ(talk.says(kXclientOffer).substr(0, 7), "XCLIENT");
}

TEST(SmtpXclient, IsSaidAgainOnEachConnection) {
  SmtpDialogue talk(xclient_plan());
  for (int connection = 0; connection < 2; ++connection) {
    talk.session.restart(talk.now());
    EXPECT_EQ(talk.greet(kXclientOffer).substr(0, 7), "XCLIENT");
    talk.says("220 s\r\n");
    talk.session.end(Ending::failed, "closed", talk.now());
  }
}

TEST(SmtpXclient, MustBeOffered) {
  for (const std::string_view offer :
       {"250 s\r\n", "250-s\r\n250 XXCLIENT NAME\r\n", "250 XCLIENT NAME\r\n", "502 no\r\n"}) {
    SmtpDialogue talk(xclient_plan());
    talk.supply = 1;
    std::string said = talk.greet(offer);
    if (said == "HELO client.example\r\n") said = talk.says("250 s\r\n");
    EXPECT_EQ(said, "") << offer;
    EXPECT_TRUE(talk.session.over());
    EXPECT_THAT(talk.recorder.failures, ElementsAre("xclient-missing"));
    EXPECT_EQ(talk.begun, 0U);
  }
}

TEST(SmtpXclient, ARefusalFailsTheConnection) {
  for (const std::string_view reply :
       {"550 5.7.0 insufficient authorization\r\n", "501 5.5.4 bad value\r\n", "421 no\r\n"}) {
    SmtpDialogue talk(xclient_plan());
    talk.greet(kXclientOffer);
    EXPECT_EQ(talk.says(reply), "");
    EXPECT_THAT(talk.recorder.failures, ElementsAre("xclient-refused"));
  }
}

TEST(SmtpXclient, AnEarlyAnswerToTheSecondEhloIsUnsolicited) {
  SmtpDialogue talk(xclient_plan());
  talk.greet(kXclientOffer);
  EXPECT_EQ(talk.says("220 s\r\n250 s\r\n"), "");
  EXPECT_THAT(talk.recorder.failures, ElementsAre("unsolicited-reply"));
}

// --- Parameters of MAIL

// MAIL, by what is offered.
std::string mail_line(const SmtpPlan& plan, std::string_view offer,
                      std::vector<std::string>* notes = nullptr) {
  SmtpDialogue talk(plan);
  talk.supply = 1;
  std::string said = talk.greet(offer);
  if (notes != nullptr) *notes = talk.recorder.notes;
  return said;
}

TEST(MailParameters, SizeIsDeclaredWhereItIsOffered) {  // RFC 1870 section 6
  EXPECT_EQ(mail_line(plan_of(1), "250-s\r\n250 SIZE\r\n"), "MAIL FROM:<a@example.org> SIZE=21\r\n");
  EXPECT_EQ(mail_line(plan_of(1), "250 s\r\n"), "MAIL FROM:<a@example.org>\r\n");
}

TEST(MailParameters, BodyIsDeclaredWhereItIsNeededAndOffered) {
  SmtpPlan plan = plan_of(1);
  plan.message = make_wire_message("Subject: x\r\n\r\nH\xC3\xA9llo\r\n");
  std::vector<std::string> notes;
  EXPECT_EQ(mail_line(plan, "250-s\r\n250 8BITMIME\r\n", &notes),
            "MAIL FROM:<a@example.org> BODY=8BITMIME\r\n");
  EXPECT_TRUE(notes.empty());
  EXPECT_EQ(mail_line(plan, "250 s\r\n", &notes), "MAIL FROM:<a@example.org>\r\n");
  EXPECT_THAT(notes, ElementsAre(HasSubstr("8BITMIME")));
  EXPECT_EQ(mail_line(plan_of(1), "250-s\r\n250 8BITMIME\r\n"), "MAIL FROM:<a@example.org>\r\n");
}

TEST(MailParameters, SmtpUtf8GoesWithSuchAddresses) {  // RFC 6531 3.4
  SmtpPlan plan = plan_of(1);
  plan.from = "\xC3\xA9@example.org";
  plan.utf8_addresses = true;
  EXPECT_EQ(mail_line(plan, "250-s\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"),
            "MAIL FROM:<\xC3\xA9@example.org> SMTPUTF8\r\n");
}

TEST(MailParameters, SuchAddressesAreNotSentToAServerThatDoesNotTakeThem) {
  SmtpPlan plan = plan_of(1);
  plan.recipients = {"\xC3\xA9@example.org"};
  plan.utf8_addresses = true;
  for (const std::string_view offer : {"250-s\r\n250 8BITMIME\r\n", "250 s\r\n"}) {
    SmtpDialogue talk(plan);
    talk.supply = 1;
    EXPECT_EQ(talk.greet(offer), "");
    EXPECT_THAT(talk.recorder.failures, ElementsAre("smtputf8-missing"));
    EXPECT_TRUE(talk.session.over());
    EXPECT_EQ(talk.begun, 0U);
  }
  plan.exercise = SmtpPlan::Exercise::noop;
  EXPECT_EQ(mail_line(plan, "250 s\r\n"), "NOOP\r\n") << "no address is sent";
}

TEST(MailParameters, SmtpUtf8GoesWithSuchAHeader) {
  SmtpPlan plan = plan_of(1);
  plan.message = make_wire_message("Subject: \xC3\xA9\r\n\r\nHello\r\n");
  std::vector<std::string> notes;
  EXPECT_EQ(mail_line(plan, "250-s\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n", &notes),
            "MAIL FROM:<a@example.org> BODY=8BITMIME SMTPUTF8\r\n");
  EXPECT_TRUE(notes.empty());
  EXPECT_EQ(mail_line(plan, "250-s\r\n250 8BITMIME\r\n", &notes),
            "MAIL FROM:<a@example.org> BODY=8BITMIME\r\n");
  EXPECT_THAT(notes, ElementsAre(HasSubstr("SMTPUTF8")));
}

TEST(MailParameters, TheHeaderEndsAtTheFirstEmptyLine) {
  const auto eight_bit_header = [](std::string_view text) {
    EXPECT_TRUE(make_wire_message(text).eight_bit());
    WireMessageMaker in_pieces;
    for (const char& c : text) in_pieces.add({&c, 1});
    const bool found = make_wire_message(text).eight_bit_header();
    EXPECT_EQ(in_pieces.finish().eight_bit_header(), found);
    return found;
  };
  EXPECT_FALSE(eight_bit_header("A: b\r\n\r\n\x80"));
  EXPECT_FALSE(eight_bit_header("A: b\n\n\x80"));
  EXPECT_FALSE(eight_bit_header("A: b\r\r\x80"));
  EXPECT_FALSE(eight_bit_header("\r\n\x80"));
  EXPECT_TRUE(eight_bit_header("A: b\r\n\x80"));
  EXPECT_TRUE(eight_bit_header("\x80"));
  EXPECT_TRUE(eight_bit_header("A: \x80\n\nb"));
  EXPECT_FALSE(eight_bit_header("\n\rA: \x80"));
  EXPECT_TRUE(generate_message(1000, "\xC3\xA9@b", "c@d").eight_bit_header());
  EXPECT_FALSE(generate_message(1000, "a@b", "c@d").eight_bit_header());
}

}  // namespace
}  // namespace backtalk::session::test
