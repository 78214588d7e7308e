// SPDX-License-Identifier: Apache-2.0 OR MIT
// STARTTLS of IMAP (RFC 9051 6.2.1, RFC 2595): the handshake itself is the driver's, and the tests'
// `tls_established` stands for it.
#include <gtest/gtest.h>

#include <string>

#include "imap_dialogue.hpp"

namespace backtalk::session::test {
namespace {

ImapPlan secure_imap_plan() {
  ImapPlan plan = noop_plan(1);
  plan.starttls = true;
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = "u", .password = "secret"}};
  return plan;
}

// To where STARTTLS waits for its answer.
class ImapStartTls : public testing::Test {
 protected:
  void SetUp() override {
    talk.supply = 1;
    ASSERT_EQ(talk.greet("IMAP4rev1 STARTTLS LOGINDISABLED"), "A1 STARTTLS\r\n");
  }
  void expect_failure(const std::string& name) {
    EXPECT_TRUE(talk.session.over());
    EXPECT_FALSE(talk.session.wants_tls());
    EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{name});
    EXPECT_EQ(talk.session.waiting_since(), 0U);
    EXPECT_EQ(talk.client(), "");
    EXPECT_EQ(talk.recorder.sent["LOGIN"], 0) << "no password may go out in the clear";
  }
  ImapDialogue talk{secure_imap_plan()};
};

TEST_F(ImapStartTls, TheLoginFollowsTheHandshake) {
  EXPECT_EQ(talk.says("A1 OK begin TLS\r\n"), "");
  EXPECT_TRUE(talk.session.wants_tls());
  EXPECT_EQ(talk.session.room(), 0U);
  EXPECT_EQ(talk.session.waiting_since(), talk.now()) << "a timeout covers the handshake";
  // What was offered in the clear counts for nothing.
  EXPECT_EQ(talk.tls_established(), "A2 CAPABILITY\r\n");
  EXPECT_EQ(talk.says("* CAPABILITY IMAP4rev1 STARTTLS\r\nA2 OK x\r\n"), "A3 LOGIN u secret\r\n");
  EXPECT_EQ(talk.says("A3 OK [CAPABILITY IMAP4rev1] x\r\n"), "A4 NOOP\r\n");
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST_F(ImapStartTls, ARefusalFailsTheConnection) {
  talk.says("A1 NO not now\r\n");
  expect_failure("starttls-refused");
}

TEST_F(ImapStartTls, ClearTextAfterTheAcceptanceIsAnInjection) {
  talk.says("A1 OK begin TLS\r\n* CAPABILITY IMAP4rev1\r\n");
  expect_failure("protocol-starttls-injection");
  EXPECT_EQ(talk.recorder.said.back().text, "* CAPABILITY IMAP4rev1");
}

TEST_F(ImapStartTls, OneInjectedOctetIsEnough) {
  talk.says("A1 OK begin TLS\r\n*");
  expect_failure("protocol-starttls-injection");
}

TEST_F(ImapStartTls, InjectedOctetsCanArriveLater) {
  talk.says("A1 OK begin TLS\r\n");
  talk.says("A2 OK x\r\n");
  expect_failure("protocol-starttls-injection");
}

TEST_F(ImapStartTls, ByeFailsTheConnection) {
  talk.says("* BYE no\r\n");
  expect_failure("closed-bye");
}

TEST_F(ImapStartTls, AFailedHandshakeFailsTheConnection) {
  talk.says("A1 OK x\r\n");
  talk.session.end(Ending::failed, "tls-certificate", talk.now());
  expect_failure("tls-certificate");
}

// CVE-2020-14093: nothing can follow PREAUTH but commands of a user whom somebody else has chosen.
TEST(ImapStartTlsOffers, PreauthIsRefused) {
  ImapDialogue talk(secure_imap_plan());
  EXPECT_EQ(talk.says("* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n"), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"starttls-preauth"});
}

TEST(ImapStartTlsOffers, WithoutOneNothingIsSentInTheClear) {
  for (const std::string_view greeting :
       {"* OK [CAPABILITY IMAP4rev1] x\r\n", "* OK [CAPABILITY IMAP4rev1 XSTARTTLS STARTTLS=x] x\r\n"}) {
    ImapDialogue talk(secure_imap_plan());
    EXPECT_EQ(talk.says(greeting), "");
    EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"starttls-missing"});
  }
  ImapDialogue talk(secure_imap_plan());
  EXPECT_EQ(talk.says("* OK x\r\n"), "A1 CAPABILITY\r\n");
  EXPECT_EQ(talk.says("A1 OK I have nothing to say\r\n"), "");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"starttls-missing"});
}

TEST(ImapStartTlsOffers, AreIgnoredWithoutTheOption) {
  ImapDialogue talk(noop_plan(1));
  talk.supply = 1;
  EXPECT_EQ(talk.greet("IMAP4rev1 STARTTLS"), "A1 NOOP\r\n");
}

}  // namespace
}  // namespace backtalk::session::test
