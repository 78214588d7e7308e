// SPDX-License-Identifier: Apache-2.0 OR MIT
// AUTHENTICATE of ImapSession (RFC 9051 6.2.2), with the initial response of SASL-IR (RFC 4959).
#include <gtest/gtest.h>

#include <string>

#include "imap_dialogue.hpp"
#include "session/base64.hpp"
#include "toy_login.hpp"

namespace backtalk::session::test {
namespace {

ImapPlan sasl_plan(const ToyRules& rules) {
  ImapPlan plan = noop_plan(1);
  plan.login = toy_login(rules);
  return plan;
}

const std::string kPlain = to_base64(std::string_view("\0tim\0tanstaaftanstaaf", 21));

TEST(ImapAuthenticate, SendsTheInitialResponseWithSaslIr) {
  ImapDialogue talk(sasl_plan({}));
  EXPECT_EQ(talk.greet("IMAP4rev1 SASL-IR AUTH=PLAIN"), "A1 AUTHENTICATE PLAIN " + kPlain + "\r\n");
  talk.supply = 1;
  EXPECT_EQ(talk.says("A1 OK [CAPABILITY IMAP4rev1] x\r\n"), "A2 NOOP\r\n");
  EXPECT_EQ(talk.recorder.statuses["AUTHENTICATE"]["OK"], 1);
}

TEST(ImapAuthenticate, SendsItToTheFirstChallengeWithout) {
  ImapDialogue talk(sasl_plan({}));
  EXPECT_EQ(talk.greet("IMAP4rev1 AUTH=PLAIN"), "A1 AUTHENTICATE PLAIN\r\n");
  EXPECT_EQ(talk.says("+ \r\n"), kPlain + "\r\n");
  talk.says("A1 OK [CAPABILITY IMAP4rev1] x\r\n");
  EXPECT_TRUE(talk.session.ready());
}

TEST(ImapAuthenticate, AnEmptyInitialResponseIsAnEqualsSign) {
  ImapDialogue talk(sasl_plan({.name = "EXTERNAL", .empty_initial = true}));
  EXPECT_EQ(talk.greet("IMAP4rev1 SASL-IR AUTH=EXTERNAL"), "A1 AUTHENTICATE EXTERNAL =\r\n");
}

TEST(ImapAuthenticate, AnswersChallenges) {
  ImapDialogue talk(sasl_plan({.name = "CRAM-MD5", .client_begins = false, .challenges = 2}));
  EXPECT_EQ(talk.greet("IMAP4rev1 SASL-IR AUTH=CRAM-MD5"), "A1 AUTHENTICATE CRAM-MD5\r\n");
  EXPECT_EQ(talk.says("+ " + to_base64("one") + "\r\n"), to_base64("re:one") + "\r\n");
  EXPECT_EQ(talk.says("+ " + to_base64("two") + "\r\n"), to_base64("re:two") + "\r\n");
  talk.says("* CAPABILITY IMAP4rev1\r\nA1 OK x\r\n");
  EXPECT_TRUE(talk.session.ready());
}

TEST(ImapAuthenticate, NeedsAnOffer) {
  ImapDialogue talk(sasl_plan({}));
  EXPECT_EQ(talk.greet("IMAP4rev1 AUTH=LOGIN AUTH=PLAINX"), "");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"auth-missing"});
}

// --- Hostile servers

TEST(ImapSecrets, AreNotShownIfTheServerRepeatsThem) {
  for (const std::string_view refusal :
       {"A1 BAD LOGIN u \"pass w\\\"rd\"\r\n", "A1 NO pass w\"rd is wrong\r\n", "* BYE pass w\"rd\r\n",
        "A1 NO pass w\"rd\n"}) {
    ImapPlan plan = noop_plan(1);
    plan.login.way = LoginPlan::Way::command;
    plan.login.users = {{.user = "u", .password = "pass w\"rd"}};
    ImapDialogue talk(std::move(plan));
    talk.greet();
    talk.says(refusal);
    ASSERT_EQ(talk.recorder.said.size(), 1U);
    EXPECT_EQ(talk.recorder.said[0].text, kNotShown) << refusal;
  }
  ImapDialogue talk(sasl_plan({}));
  talk.greet("IMAP4rev1 SASL-IR AUTH=PLAIN");
  talk.says("A1 NO " + kPlain + "\r\n");
  EXPECT_EQ(talk.recorder.said[0].text, kNotShown);
}

TEST(ImapSecrets, AreNotShownIfTheServerRepeatsThemLater) {
  for (const std::string_view answer : {"* BAD was it secret?\r\n", "A2 NO secret\r\n", "A2 OK secret\n"}) {
    ImapPlan plan = noop_plan(1);
    plan.login.way = LoginPlan::Way::command;
    plan.login.users = {{.user = "u", .password = "secret"}};
    ImapDialogue talk(std::move(plan));
    talk.supply = 1;
    talk.greet();
    talk.says("A1 OK [CAPABILITY IMAP4rev1] x\r\n");
    talk.says(answer);
    ASSERT_FALSE(talk.recorder.said.empty()) << answer;
    EXPECT_EQ(talk.recorder.said[0].text, kNotShown) << answer;
  }
}

TEST(ImapSecrets, OtherWordsAreShown) {
  ImapPlan plan = noop_plan(1);
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = "u", .password = "secret"}};
  ImapDialogue talk(std::move(plan));
  talk.greet();
  talk.says("A1 NO LOGIN u ***\r\n");
  EXPECT_EQ(talk.recorder.said[0].text, "A1 NO LOGIN u ***");
}

struct Bad {
  ToyRules rules;
  std::string says;
  std::string client;
  std::string reason;
};

TEST(ImapAuthenticate, FailsByName) {
  const ToyRules proven{.name = "SCRAM", .client_begins = false, .challenges = 1, .proof = "proof"};
  for (const Bad& bad : {
           Bad{proven, "A1 NO no\r\n", "", "auth-refused"},
           // The server says that all is well and has not shown that it knows the password.
           Bad{proven, "A1 OK welcome\r\n", "", "auth-server-proof"},
           Bad{proven, "+ " + to_base64("lie") + "\r\n", "*\r\n", "auth-server-proof"},
           Bad{proven, "+ !\r\n", "*\r\n", "auth-challenge"},
           Bad{{.name = "SCRAM"}, "+ " + to_base64("more") + "\r\n", "*\r\n", "auth-challenge"},
       }) {
    ImapDialogue talk(sasl_plan(bad.rules));
    talk.supply = 1;
    talk.greet("IMAP4rev1 SASL-IR AUTH=SCRAM");
    EXPECT_EQ(talk.says(bad.says), bad.client);
    if (!bad.client.empty()) talk.says("A1 BAD cancelled\r\n");
    EXPECT_TRUE(talk.session.over());
    EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{bad.reason}) << bad.says;
    EXPECT_EQ(talk.begun, 0U);
  }
}

TEST(ImapAuthenticate, AnOkAfterACancelledExchangeIsNone) {
  ImapDialogue talk(sasl_plan({.name = "SCRAM", .client_begins = false, .challenges = 1, .proof = "proof"}));
  talk.greet("IMAP4rev1 AUTH=SCRAM");
  talk.says("+ " + to_base64("lie") + "\r\n");
  talk.says("A1 OK never mind\r\n");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"auth-server-proof"});
}

TEST(ImapAuthenticate, WhatWentWrongFirstIsTheFailure) {
  ImapDialogue talk(sasl_plan({.name = "SCRAM", .client_begins = false, .challenges = 1, .proof = "proof"}));
  talk.greet("IMAP4rev1 AUTH=SCRAM");
  EXPECT_EQ(talk.says("+ " + to_base64("lie") + "\r\n"), "*\r\n");
  EXPECT_EQ(talk.says("+ !\r\n"), "*\r\n");
  EXPECT_EQ(talk.recorder.said.size(), 1U);
  talk.says("A1 BAD cancelled\r\n");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"auth-server-proof"});
  EXPECT_EQ(talk.recorder.said.size(), 2U);
  for (const Said& said : talk.recorder.said) {
    EXPECT_EQ(said.name, "auth-server-proof");
    EXPECT_EQ(said.command, "AUTHENTICATE");
  }
}

TEST(ImapAuthenticate, AChallengeBeforeTheAnswerToTheLastIsNotAskedFor) {
  ImapDialogue talk(sasl_plan({.name = "SCRAM", .client_begins = false, .challenges = 2}));
  talk.greet("IMAP4rev1 AUTH=SCRAM");
  talk.says("+ " + to_base64("a") + "\r\n+ " + to_base64("b") + "\r\n");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"protocol-unasked-continuation"});
}

}  // namespace
}  // namespace backtalk::session::test
