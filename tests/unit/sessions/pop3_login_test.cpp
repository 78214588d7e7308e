// SPDX-License-Identifier: Apache-2.0 OR MIT
// How a POP3 client logs in: USER and PASS, APOP (RFC 1939 7), AUTH (RFC 5034), STLS (RFC 2595).
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "pop3_dialogue.hpp"
#include "session/base64.hpp"

namespace backtalk::session::test {
namespace {

using Failures = std::vector<std::string>;
using Way = LoginPlan::Way;

const ToyRules kServerBegins{.client_begins = false, .challenges = 1};

struct Refused {
  std::string_view title;
  std::vector<std::string_view> answers;
  std::string_view name;
  std::string_view command;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.title;
}

class RefusedLogin : public testing::TestWithParam<Refused> {};

TEST_P(RefusedLogin, FailsTheConnectionUnderItsName) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
  talk.supply = 1;
  std::string last;
  for (const std::string_view answer : GetParam().answers) last = talk.says(answer);
  EXPECT_EQ(last, "");
  EXPECT_EQ(talk.recorder.failures, Failures{std::string(GetParam().name)});
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, GetParam().name);
  EXPECT_EQ(talk.recorder.said[0].command, GetParam().command);
  EXPECT_EQ(talk.recorder.said[0].text + "\r\n", GetParam().answers.back());
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.begun, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, RefusedLogin,
    testing::Values(
        Refused{"greeting", {"-ERR too many\r\n"}, "greeting-refused", "GREETING"},
        Refused{"greeting with a code", {"-ERR [SYS/TEMP] full\r\n"}, "reply-sys-temp", "GREETING"},
        Refused{"user", {"+OK\r\n", "-ERR who?\r\n"}, "auth-refused", "USER"},
        Refused{"password", {"+OK\r\n", "+OK\r\n", "-ERR no\r\n"}, "auth-refused", "PASS"},
        Refused{"by AUTH", {"+OK\r\n", "+OK\r\n", "-ERR [AUTH] no\r\n"}, "auth-refused", "PASS"},
        Refused{"locked", {"+OK\r\n", "+OK\r\n", "-ERR [IN-USE] no\r\n"}, "reply-in-use", "PASS"},
        Refused{"too soon", {"+OK\r\n", "+OK\r\n", "-ERR [LOGIN-DELAY] no\r\n"}, "reply-login-delay", "PASS"},
        Refused{"broken", {"+OK\r\n", "+OK\r\n", "-ERR [SYS/PERM] no\r\n"}, "reply-sys-perm", "PASS"}));

TEST(Pop3Login, ANameThatWouldBeTwoLinesIsNeverSent) {
  for (const bool of_password : {false, true}) {
    Pop3Plan plan = pop3_plan(pop3_script({"STAT"}));
    (of_password ? plan.login.users[0].password : plan.login.users[0].user) = "u1\r\nDELE 1";
    Pop3Dialogue talk(plan);
    std::string said = talk.says("+OK\r\n");
    if (of_password) said = talk.says("+OK\r\n");
    EXPECT_EQ(said, "");
    EXPECT_EQ(talk.recorder.failures, Failures{"command-too-long"});
  }
}

// All that follows "PASS " is the password, as long as it fits into what goes out at once.
TEST(Pop3Login, APasswordHasAnyLengthThatFits) {
  for (const std::size_t octets : {300U, 1500U, 5000U}) {
    Pop3Plan plan = pop3_plan(pop3_script({"STAT"}));
    plan.login.users[0].password = std::string(octets, 'p');
    Pop3Dialogue talk(plan);
    talk.says("+OK\r\n");
    const std::string said = talk.says("+OK\r\n");
    EXPECT_EQ(said, octets < 5000 ? "PASS " + plan.login.users[0].password + "\r\n" : "");
    EXPECT_EQ(talk.session.over(), octets == 5000);
  }
}

// Their words go into results, which are shown to others.
TEST(Pop3Login, APasswordThatTheServerRepeatsIsNotShown) {
  for (const std::string_view answer : {"-ERR 'PASS pas...' is wrong\r\n", "-ERR PASS \"pass\" is wrong\r\n",
                                        "-ERR [AUTH] pass\r\n", "no such password: pass\r\n"}) {
    Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
    talk.says("+OK\r\n");
    talk.says("+OK\r\n");
    talk.says(answer);
    ASSERT_EQ(talk.recorder.said.size(), 1U);
    EXPECT_EQ(talk.recorder.said[0].text, kNotShown);
  }
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
  talk.says("+OK\r\n");
  talk.says("+OK\r\n");
  talk.says("-ERR it was pass");
  talk.session.end(Ending::failed, "closed", talk.now());
  EXPECT_EQ(talk.recorder.said.at(0).text, kNotShown);
}

TEST(Pop3Login, APasswordThatTheServerRepeatsLaterIsNotShown) {
  for (const std::string_view answer :
       {"-ERR not with pass\r\n", "pass\r\n", "+OK 1 2\r\n-ERR pass\r\n", "-ERR pass"}) {
    Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
    talk.supply = 1;
    talk.says("+OK\r\n");
    talk.says("+OK\r\n");
    talk.says("+OK\r\n");
    talk.says(answer);
    talk.session.end(Ending::failed, "closed", talk.now());
    ASSERT_FALSE(talk.recorder.said.empty()) << answer;
    EXPECT_EQ(talk.recorder.said[0].text, kNotShown) << answer;
  }
}

// What was said before anything secret went out has nothing to hide, whatever went out on the last
// connection.
TEST(Pop3Login, OnlyAnswersToLoginsAreHidden) {
  Pop3Dialogue talk(pop3_plan_by(Way::sasl, kServerBegins));
  talk.says("+OK\r\n");
  talk.says("+OK\r\nSASL PLAIN\r\n.\r\n");
  const std::string response = talk.says("+ Zm9vYmFy\r\n");
  talk.says("-ERR " + response);
  talk.session.restart(talk.now());
  talk.says("+OK\r\n");
  talk.says("-ERR " + response);
  ASSERT_EQ(talk.recorder.said.size(), 2U);
  EXPECT_EQ(talk.recorder.said[0].text, kNotShown);
  EXPECT_EQ(talk.recorder.said[1].text + "\r\n", "-ERR " + response);
}

// --- APOP

TEST(Pop3Apop, AnswersTheTimestampOfTheGreeting) {
  Pop3Plan plan = pop3_plan_by(Way::apop, kServerBegins);
  plan.login.users[0].user = "mrose";
  Pop3Dialogue talk(plan);
  talk.supply = 1;
  EXPECT_EQ(talk.says("+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"),
            "APOP mrose re:<1896.697170952@dbc.mtview.ca.us>\r\n");
  EXPECT_EQ(talk.says("+OK maildrop has 1 message (369 octets)\r\n"), "STAT\r\n");
  EXPECT_EQ(talk.recorder.accepted["APOP"], 1);
}

TEST(Pop3Apop, IsNotSaidWithoutATimestamp) {
  for (const std::string_view greeting : {"+OK\r\n", "+OK ready <>\r\n", "+OK <no at sign>\r\n"}) {
    Pop3Dialogue talk(pop3_plan_by(Way::apop, kServerBegins));
    talk.supply = 1;
    EXPECT_EQ(talk.says(greeting), "");
    EXPECT_EQ(talk.recorder.failures, Failures{"auth-missing"}) << greeting;
  }
}

TEST(Pop3Apop, TheTimestampOfTheLastConnectionIsForgotten) {
  Pop3Dialogue talk(pop3_plan_by(Way::apop, kServerBegins));
  EXPECT_EQ(talk.says("+OK <1@a>\r\n"), "APOP u1 re:<1@a>\r\n");
  talk.session.end(Ending::failed, "closed", talk.now());
  talk.session.restart(talk.now());
  EXPECT_EQ(talk.says("+OK none\r\n"), "");
  EXPECT_EQ(talk.recorder.failures, (Failures{"closed", "auth-missing"}));
}

// --- AUTH

/// What the client says once it knows which mechanisms there are.
std::string greet(Pop3Dialogue& talk) {
  EXPECT_EQ(talk.says("+OK ready\r\n"), "CAPA\r\n");
  return talk.says("+OK\r\nSASL PLAIN CRAM-MD5 SCRAM-SHA-256 EXTERNAL\r\n.\r\n");
}

TEST(Pop3Auth, AMechanismThatIsNotOfferedIsNotTried) {
  for (const std::string_view capabilities :
       {"+OK\r\nSASL LOGIN XPLAIN\r\n.\r\n", "+OK\r\nUSER\r\n.\r\n", "-ERR what?\r\n"}) {
    Pop3Dialogue talk(pop3_plan_by(Way::sasl, {}));
    talk.says("+OK ready\r\n");
    EXPECT_EQ(talk.says(capabilities), "");
    EXPECT_EQ(talk.recorder.failures, Failures{"auth-missing"});
    EXPECT_TRUE(talk.recorder.notes.empty()) << "nobody asked for PIPELINING";
  }
}

TEST(Pop3Auth, AnInitialResponseGoesWithTheCommand) {
  Pop3Dialogue talk(pop3_plan_by(Way::sasl, {}));
  talk.supply = 1;
  EXPECT_EQ(greet(talk), "AUTH PLAIN AHUxAHBhc3M=\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\n");
  EXPECT_EQ(talk.recorder.accepted["AUTH"], 1);
}

TEST(Pop3Auth, AnEmptyInitialResponseIsAnEqualsSign) {  // RFC 5034 4
  Pop3Dialogue talk(pop3_plan_by(Way::sasl, {.name = "EXTERNAL", .empty_initial = true}));
  EXPECT_EQ(greet(talk), "AUTH EXTERNAL =\r\n");
}

// RFC 5034 4: a command has 255 octets at most.
TEST(Pop3Auth, ALongInitialResponseWaitsForAnEmptyChallenge) {
  Pop3Plan plan = pop3_plan_by(Way::sasl, {});
  plan.login.users[0].password = std::string(600, 'x');
  Pop3Dialogue talk(plan);
  talk.supply = 1;
  EXPECT_EQ(greet(talk), "AUTH PLAIN\r\n");
  const std::string response = talk.says("+ \r\n");
  EXPECT_EQ(response.size(), 810U);
  EXPECT_EQ(response.substr(0, 12), "AHUxAHh4eHh4");
  EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\n");
}

// Exactly that long it goes out; the mechanism's name makes up the length.
TEST(Pop3Auth, ACommandOf255OctetsIsWhole) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "no capability is that long";
  constexpr std::size_t kAround = std::string_view("AUTH  AHUxAHBhc3M=\r\n").size();
  for (const std::size_t octets : {255U, 256U}) {
    const std::string name(octets - kAround, 'X');
    Pop3Dialogue talk(pop3_plan_by(Way::sasl, {.name = name}));
    talk.says("+OK ready\r\n");
    EXPECT_EQ(talk.says("+OK\r\nSASL " + name + "\r\n.\r\n"),
              "AUTH " + name + (octets == 255 ? " AHUxAHBhc3M=\r\n" : "\r\n"));
  }
}

TEST(Pop3Auth, AResponseThatFitsNoLineEndsTheConnection) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "no challenge is that long";
  Pop3Dialogue talk(pop3_plan_by(Way::sasl, kServerBegins));
  greet(talk);
  EXPECT_EQ(talk.says("+ " + to_base64(std::string(4000, 'x')) + "\r\n"), "");
  EXPECT_EQ(talk.recorder.failures, Failures{"command-too-long"});
  EXPECT_TRUE(talk.session.over());
}

TEST(Pop3Auth, ChallengesAreAnswered) {
  Pop3Dialogue talk(pop3_plan_by(Way::sasl, {.name = "CRAM-MD5", .client_begins = false, .challenges = 1}));
  talk.supply = 1;
  EXPECT_EQ(greet(talk), "AUTH CRAM-MD5\r\n");
  const Nanoseconds sent = talk.now();
  EXPECT_EQ(talk.says("+ PDFAYT4=\r\n"), "cmU6PDFAYT4=\r\n");
  EXPECT_EQ(talk.session.waiting_since(), sent + 1) << "the time of the response counts";
  EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\n");
  EXPECT_EQ(talk.recorder.sent["AUTH"], 1);
  EXPECT_EQ(talk.recorder.accepted["AUTH"], 1) << "one answer, whatever the number of challenges";
}

TEST(Pop3Auth, ABareContinuationIsAnEmptyChallenge) {  // docs/quirks.md
  Pop3Dialogue talk(pop3_plan_by(Way::sasl, kServerBegins));
  greet(talk);
  EXPECT_EQ(talk.says("+\r\n"), "cmU6\r\n");
}

TEST(Pop3Auth, ARefusalFailsTheConnection) {
  Pop3Dialogue talk(pop3_plan_by(Way::sasl, {}));
  greet(talk);
  EXPECT_EQ(talk.says("-ERR [AUTH] no\r\n"), "");
  EXPECT_EQ(talk.recorder.failures, Failures{"auth-refused"});
  EXPECT_EQ(talk.recorder.statuses["AUTH"]["-ERR [AUTH]"], 1);
}

TEST(Pop3Auth, AWrongChallengeCancels) {  // RFC 5034 4: "*"
  for (const auto& [challenge, name] :
       {std::pair{"+ bm90IHRoaXM=\r\n", kAuthServerProof}, {"+ ***\r\n", kAuthChallenge}}) {
    Pop3Dialogue talk(pop3_plan_by(Way::sasl, {.client_begins = false, .challenges = 1, .proof = "this"}));
    greet(talk);
    EXPECT_EQ(talk.says(challenge), "*\r\n");
    EXPECT_EQ(talk.says("-ERR cancelled\r\n"), "");
    EXPECT_EQ(talk.recorder.failures, Failures{std::string(name)});
    EXPECT_EQ(talk.recorder.said.at(0).text + "\r\n", challenge);
  }
}

TEST(Pop3Auth, AServerThatGoesOnAfterTheCancellationIsLeft) {
  for (const std::string_view answer : {"+ Zm9v\r\n", "+OK fine\r\n"}) {
    Pop3Dialogue talk(pop3_plan_by(Way::sasl, kServerBegins));
    talk.supply = 1;
    greet(talk);
    talk.says("+ ***\r\n");
    EXPECT_EQ(talk.says(answer), "");
    EXPECT_EQ(talk.recorder.failures, Failures{"auth-challenge"});
    EXPECT_TRUE(talk.session.over());
  }
}

TEST(Pop3Auth, AServerThatDoesNotProveItselfIsNotBelieved) {
  for (const std::string_view answer : {"+OK\r\n", "+ \r\n"}) {
    Pop3Dialogue talk(
        pop3_plan_by(Way::sasl, {.name = "SCRAM-SHA-256", .client_begins = false, .challenges = 2}));
    talk.supply = 1;
    greet(talk);
    talk.says(answer);
    if (!talk.session.over()) talk.says("+OK\r\n");
    EXPECT_EQ(talk.recorder.failures, Failures{"auth-server-proof"});
    EXPECT_EQ(talk.begun, 0U);
  }
}

// Two challenges, or a challenge and the verdict, before the client has said anything.
TEST(Pop3Auth, EarlyAnswersFail) {
  for (const std::string_view early : {"+ \r\n+ \r\n", "+ \r\n+OK\r\n"}) {
    Pop3Dialogue talk(pop3_plan_by(Way::sasl, kServerBegins));
    talk.supply = 1;
    greet(talk);
    EXPECT_EQ(talk.says(early), "");
    EXPECT_EQ(talk.recorder.failures, Failures{"reply-unexpected"});
    EXPECT_EQ(talk.begun, 0U);
  }
}

TEST(Pop3Auth, AChallengeToAnotherCommandBreaksTheProtocol) {
  Pop3Dialogue talk(pop3_plan(pop3_script({"STAT"})));
  talk.supply = 1;
  talk.log_in();
  talk.says("+ Zm9v\r\n");
  EXPECT_EQ(talk.recorder.ends.at(0).reason, "protocol-unexpected-continuation");
}

// --- STLS

constexpr std::string_view kCapa = "+OK\r\nSTLS\r\nPIPELINING\r\n.\r\n";

Pop3Plan stls_plan(unsigned depth = 1) {
  Pop3Plan plan = pop3_plan(pop3_script({"STAT"}), depth);
  plan.starttls = true;
  return plan;
}

// To where STLS waits for its answer.
class Stls : public testing::Test {
 protected:
  void SetUp() override {
    talk.supply = 1;
    ASSERT_EQ(talk.says("+OK ready\r\n"), "CAPA\r\n");
    ASSERT_EQ(talk.says(kCapa), "STLS\r\n");
  }
  void expect_failure(const std::string& name) {
    EXPECT_TRUE(talk.session.over());
    EXPECT_FALSE(talk.session.wants_tls());
    EXPECT_EQ(talk.recorder.failures, Failures{name});
    EXPECT_EQ(talk.session.waiting_since(), 0U);
    EXPECT_EQ(talk.client(), "");
    EXPECT_EQ(talk.recorder.sent.count("USER"), 0U) << "nothing of the login may go out in the clear";
  }
  Pop3Dialogue talk{stls_plan()};
};

TEST_F(Stls, TheLoginFollowsTheHandshake) {
  EXPECT_EQ(talk.says("+OK begin TLS\r\n"), "");
  EXPECT_TRUE(talk.session.wants_tls());
  EXPECT_EQ(talk.session.room(), 0U);
  EXPECT_EQ(talk.session.waiting_since(), talk.now()) << "a timeout covers the handshake";
  EXPECT_EQ(talk.tls_established(), "USER u1\r\n");
  EXPECT_FALSE(talk.session.wants_tls());
  talk.says("+OK\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\n");
  EXPECT_EQ(talk.recorder.accepted["STLS"], 1);
}

TEST(StlsOffers, FromBeforeTheHandshakeAreDiscarded) {
  Pop3Dialogue talk(stls_plan(4));
  talk.supply = 2;
  talk.says("+OK\r\n");
  talk.says(kCapa);
  talk.says("+OK\r\n");
  EXPECT_EQ(talk.tls_established(), "CAPA\r\n");
  EXPECT_EQ(talk.says("+OK\r\nTOP\r\n.\r\n"), "USER u1\r\n");
  talk.says("+OK\r\n");
  EXPECT_EQ(talk.says("+OK\r\n"), "STAT\r\n") << "lock step";
}

TEST_F(Stls, ARefusalFailsTheConnection) {
  talk.says("-ERR [SYS/TEMP] not now\r\n");
  expect_failure("starttls-refused");
  EXPECT_EQ(talk.recorder.said.at(0).text, "-ERR [SYS/TEMP] not now");
}

TEST_F(Stls, ClearTextAfterTheAcceptanceIsAnInjection) {  // CVE-2021-38371 and its like
  talk.says("+OK\r\n+OK logged in\r\n");
  expect_failure("protocol-starttls-injection");
  EXPECT_EQ(talk.recorder.said.at(0).text, "+OK logged in");
}

TEST_F(Stls, OneInjectedOctetIsEnough) {
  talk.says("+OK\r\n+");
  expect_failure("protocol-starttls-injection");
}

TEST_F(Stls, InjectedOctetsCanArriveLater) {
  talk.says("+OK\r\n");
  ASSERT_TRUE(talk.session.wants_tls());
  talk.says("+OK\r\n");
  expect_failure("protocol-starttls-injection");
}

TEST_F(Stls, AFailedHandshakeFailsTheConnection) {
  talk.says("+OK\r\n");
  talk.session.end(Ending::failed, "tls-certificate", talk.now());
  expect_failure("tls-certificate");
}

TEST(StlsOffers, AreNeeded) {
  for (const std::string_view answer : {"+OK\r\nTOP\r\n.\r\n", "+OK\r\nXSTLS\r\n.\r\n", "-ERR what?\r\n",
                                        "-ERR STLS\r\n", "+OK STLS\r\n.\r\n"}) {
    Pop3Dialogue talk(stls_plan());
    talk.supply = 1;
    talk.says("+OK\r\n");
    EXPECT_EQ(talk.says(answer), "");
    EXPECT_EQ(talk.recorder.failures, Failures{"starttls-missing"}) << answer;
    EXPECT_EQ(talk.begun, 0U);
  }
}

}  // namespace
}  // namespace backtalk::session::test
