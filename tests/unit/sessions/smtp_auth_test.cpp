// SPDX-License-Identifier: Apache-2.0 OR MIT
// AUTH (RFC 4954), with mechanisms that need no library.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "session/base64.hpp"
#include "smtp_dialogue.hpp"
#include "toy_login.hpp"

namespace backtalk::session::test {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kOffers = "250-s\r\n250-PIPELINING\r\n250 AUTH CRAM-MD5 PLAIN\r\n";
constexpr std::string_view kSuccess = "235 2.7.0 Authentication successful\r\n";
constexpr std::string_view kMail = "MAIL FROM:<a@example.org>\r\n";

const ToyRules kPlain{.name = "PLAIN"};
const ToyRules kCramMd5{.name = "CRAM-MD5", .client_begins = false, .challenges = 1};
const ToyRules kScram{.name = "SCRAM-SHA-256", .challenges = 2, .proof = "v=proof"};

SmtpPlan plan_with(const ToyRules& rules) {
  SmtpPlan plan = plan_of(1);
  plan.login = toy_login(rules);
  return plan;
}

// A client that has said EHLO and been told what there is.
class AuthDialogue : public SmtpDialogue {
 public:
  explicit AuthDialogue(const ToyRules& rules, std::string_view offers = kOffers)
      : SmtpDialogue(plan_with(rules)) {
    supply = 1;
    said_first = greet(offers);
  }
  /// The connection failed under that name, once, and no message went out.
  void expect_failure(const std::string& name) {
    EXPECT_TRUE(session.over());
    EXPECT_EQ(recorder.failures, std::vector<std::string>{name});
    EXPECT_EQ(client(), "");
    EXPECT_EQ(begun, 0U);
    EXPECT_EQ(session.waiting_since(), 0U);
  }
  std::string said_first;
};

// RFC 4954 section 4.1, the first example, with another user.
TEST(SmtpAuth, TheInitialResponseGoesWithTheCommand) {
  AuthDialogue talk(kPlain);
  EXPECT_EQ(talk.said_first, "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n");
  EXPECT_FALSE(talk.session.ready());
  EXPECT_EQ(talk.says(kSuccess), kMail);
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_EQ(talk.recorder.accepted["AUTH"], 1);
  EXPECT_EQ(talk.recorder.statuses["AUTH"]["235"], 1);
}

// The third example: the server speaks first.
TEST(SmtpAuth, AChallengeIsAnswered) {
  AuthDialogue talk(kCramMd5);
  EXPECT_EQ(talk.said_first, "AUTH CRAM-MD5\r\n");
  EXPECT_EQ(talk.says("334 PENCeUxFREJoU0NnbmhNWitOMjNGNndAZWx3b29kLmlubm9zb2Z0LmNvbT4=\r\n"),
            to_base64("re:<CByLEDBhSCgnhMZ+N23F6w@elwood.innosoft.com>") + "\r\n");
  EXPECT_EQ(talk.session.waiting_since(), talk.now()) << "a timeout counts from the response";
  EXPECT_EQ(talk.says(kSuccess), kMail);
  EXPECT_EQ(talk.recorder.sent["AUTH"], 1) << "an exchange is one command";
  EXPECT_EQ(talk.recorder.accepted["AUTH"], 1);
}

TEST(SmtpAuth, TheServerProvesItselfInAChallengeOfItsOwn) {
  AuthDialogue talk(kScram, "250-s\r\n250 AUTH SCRAM-SHA-256\r\n");
  talk.says("334 " + to_base64("r=x") + "\r\n");
  EXPECT_EQ(talk.says("334 " + to_base64("v=proof") + "\r\n"), to_base64("re:v=proof") + "\r\n");
  EXPECT_EQ(talk.says(kSuccess), kMail);
}

TEST(SmtpAuth, AnEmptyChallengeIsAChallenge) {
  for (const std::string_view empty : {"334 \r\n", "334\r\n"}) {
    AuthDialogue talk(kCramMd5);
    EXPECT_EQ(talk.says(empty), to_base64("re:") + "\r\n");
  }
}

TEST(SmtpAuth, AnEmptyInitialResponseIsAnEqualsSign) {
  const AuthDialogue talk({.name = "PLAIN", .empty_initial = true});
  EXPECT_EQ(talk.said_first, "AUTH PLAIN =\r\n");
}

// RFC 4954 4: a command line has 512 octets; the initial response that does not fit answers an
// empty challenge.
TEST(SmtpAuth, AnInitialResponseThatDoesNotFitWaits) {
  SmtpPlan plan = plan_with(kPlain);
  std::string& password = plan.login.users[0].password;
  const auto said = [&plan](std::size_t octets) {
    plan.login.users[0].password.assign(octets, 'p');
    SmtpDialogue talk(plan);
    return talk.greet(kOffers);
  };
  std::size_t octets = 300;
  while (said(octets) != "AUTH PLAIN\r\n") ++octets;
  EXPECT_LE(said(octets - 1).size(), 512U);
  EXPECT_GT(said(octets - 1).size(), 505U);

  password.assign(2560, 'p');
  SmtpDialogue talk(plan);
  talk.supply = 1;
  EXPECT_EQ(talk.greet(kOffers), "AUTH PLAIN\r\n");
  const std::string response = talk.says("334 \r\n");
  EXPECT_EQ(from_base64(response.substr(0, response.size() - 2)),
            std::string("\0tim\0", 5) + std::string(2560, 'p'));
  EXPECT_EQ(talk.says(kSuccess), kMail);
}

// Exactly that long it goes out; the mechanism's name makes up the length.
TEST(SmtpAuth, ACommandOf512OctetsIsWhole) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "no offer is that long";
  constexpr std::size_t kAround = "AUTH  AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n"sv.size();
  for (const std::size_t octets : {512U, 513U}) {
    const std::string name(octets - kAround, 'X');
    const AuthDialogue talk({.name = name}, "250-s\r\n250 AUTH " + name + "\r\n");
    EXPECT_EQ(talk.said_first,
              "AUTH " + name + (octets == 512 ? " AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n" : "\r\n"));
  }
}

TEST(SmtpAuth, AResponseWaitsForRoom) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP() << "no challenge is that long";
  AuthDialogue talk(kCramMd5);
  talk.session.consume("334 " + to_base64(std::string(2000, 'x')) + "\r\n", talk.now());
  std::array<char, 2500> little;
  EXPECT_EQ(talk.session.produce(little, talk.now()), 0U);
  EXPECT_EQ(talk.client(), to_base64("re:" + std::string(2000, 'x')) + "\r\n");
}

TEST(SmtpAuth, EachConnectionLogsInAsItsUser) {
  const SmtpPlan plan = plan_with(kPlain);
  Recorder recorder(kSmtpNames);
  for (const std::uint32_t index : {0U, 1U, 2U}) {
    SmtpSession session(plan, {.index = index, .observer = recorder});
    session.restart(1);
    std::array<char, Session::kOutputMin> out;
    for (const std::string_view text : {std::string_view("220 s\r\n"), kOffers}) {
      session.consume(text, 1);
      const std::size_t n = session.produce(out, 1);
      if (text == kOffers) {
        EXPECT_EQ(std::string_view(out.data(), n),
                  index == 1 ? "AUTH PLAIN AHRvbQB4\r\n" : "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n");
      }
    }
  }
}

TEST(SmtpAuth, IsSaidAgainOnEachConnection) {
  AuthDialogue talk(kCramMd5);
  talk.says("334 \r\n");
  for (int connection = 0; connection < 2; ++connection) {
    talk.session.end(Ending::failed, "closed", talk.now());
    talk.session.restart(talk.now());
    EXPECT_EQ(talk.greet(kOffers), "AUTH CRAM-MD5\r\n");
    EXPECT_EQ(talk.says("334 Zm9v\r\n"), to_base64("re:foo") + "\r\n");
  }
  EXPECT_EQ(talk.says(kSuccess), kMail);
}

TEST(SmtpAuth, NamesOfMechanismsHaveNoCase) {
  const AuthDialogue talk(kPlain, "250-s\r\n250 auth x-Plain plain\r\n");
  EXPECT_EQ(talk.said_first.substr(0, 10), "AUTH PLAIN");
}

TEST(SmtpAuth, LmtpHasItToo) {
  SmtpPlan plan = plan_with(kPlain);
  plan.lmtp = true;
  SmtpDialogue talk(plan);
  EXPECT_EQ(talk.greet(kOffers).substr(0, 10), "AUTH PLAIN");
}

// What EHLO offered before still holds: no security layer was put in between.
TEST(SmtpAuth, TheOfferOfEhloIsUsedAfterwards) {
  SmtpPlan plan = plan_with(kPlain);
  plan.depth = 4;
  SmtpDialogue talk(plan);
  talk.supply = 1;
  talk.greet("250-s\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 AUTH PLAIN\r\n");
  EXPECT_EQ(talk.says(kSuccess), "MAIL FROM:<a@example.org> SIZE=21\r\nRCPT TO:<b@example.net>\r\nDATA\r\n");
}

TEST(SmtpAuth, FollowsStartTls) {
  SmtpPlan plan = plan_with(kPlain);
  plan.starttls = true;
  SmtpDialogue talk(plan);
  EXPECT_EQ(talk.greet("250-s\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"), "STARTTLS\r\n");
  EXPECT_EQ(talk.says("220 go\r\n"), "");
  EXPECT_EQ(talk.tls_established(), "EHLO client.example\r\n");
  EXPECT_EQ(talk.says(kOffers).substr(0, 10), "AUTH PLAIN");
}

// --- Refusals

class NotOfferedAuth : public testing::TestWithParam<std::string_view> {};

TEST_P(NotOfferedAuth, NothingOfTheLoginIsSent) {
  AuthDialogue talk(kPlain, GetParam());
  if (talk.said_first == "HELO client.example\r\n") talk.said_first = talk.says("250 s\r\n");
  EXPECT_EQ(talk.said_first, "");
  talk.expect_failure("auth-missing");
}

INSTANTIATE_TEST_SUITE_P(Offers, NotOfferedAuth,
                         testing::Values("250 s\r\n", "250-s\r\n250 AUTH\r\n", "250-s\r\n250 AUTH LOGIN\r\n",
                                         "250-s\r\n250 AUTH XPLAIN PLAINX\r\n",
                                         "250 AUTH PLAIN\r\n",  // the first line is the greeting
                                         "502 what?\r\n"));

TEST(SmtpAuthOffer, BeforeTheHandshakeIsForgotten) {
  SmtpPlan plan = plan_with(kPlain);
  plan.starttls = true;
  SmtpDialogue talk(plan);
  talk.greet("250-s\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n");
  talk.says("220 go\r\n");
  talk.tls_established();
  EXPECT_EQ(talk.says("250 s\r\n"), "");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"auth-missing"});
}

class RefusedAuth : public testing::TestWithParam<std::string_view> {};

TEST_P(RefusedAuth, FailsTheConnection) {
  AuthDialogue talk(kPlain);
  talk.says(GetParam());
  talk.expect_failure("auth-refused");
  EXPECT_EQ(talk.recorder.refused["AUTH"], 1);
  EXPECT_EQ(talk.recorder.statuses["AUTH"][std::string(GetParam().substr(0, 3))], 1);
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "auth-refused");
  EXPECT_EQ(talk.recorder.said[0].command, "AUTH");
}

INSTANTIATE_TEST_SUITE_P(Replies, RefusedAuth,
                         testing::Values("535 5.7.8 Authentication credentials invalid\r\n",
                                         "454 4.7.0 Temporary authentication failure\r\n",
                                         "534 5.7.9 too weak\r\n", "500 5.5.6 line too long\r\n",
                                         "538 5.7.11 Encryption required\r\n", "421 4.3.2 closing\r\n"));

TEST(SmtpAuth, ARefusalMayFollowAChallenge) {  // XOAUTH2
  AuthDialogue talk(kCramMd5);
  talk.says("334 e30=\r\n");
  talk.says("535 5.7.8 no\r\n");
  talk.expect_failure("auth-refused");
}

// --- Hostile servers

struct HostileReply {
  std::string_view says;
  std::string name;
};

class HostileAuth : public testing::TestWithParam<HostileReply> {};

TEST_P(HostileAuth, FailsTheConnectionUnderItsName) {
  AuthDialogue talk(kCramMd5);
  EXPECT_EQ(talk.says(GetParam().says), "") << "nothing is said to it any more";
  talk.expect_failure(GetParam().name);
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    Replies, HostileAuth,
    testing::Values(HostileReply{"334 Go ahead\r\n", "auth-challenge"},
                    HostileReply{"334 =\r\n", "auth-challenge"}, HostileReply{"334 Zg\r\n", "auth-challenge"},
                    HostileReply{"334  Zm9v\r\n", "auth-challenge"},
                    HostileReply{"334 Zm9v\xFF===\r\n", "auth-challenge"},
                    HostileReply{"334-Zm9v\r\n334 Zm9v\r\n", "auth-challenge"},
                    HostileReply{"354 Zm9v\r\n", "reply-unexpected"},
                    // A success before there was anything to succeed.
                    HostileReply{"235 welcome\r\n", "auth-server-proof"},
                    HostileReply{"250 welcome\r\n", "auth-server-proof"},
                    // Answers to what was not said yet.
                    HostileReply{"334 Zm9v\r\n235 welcome\r\n", "unsolicited-reply"},
                    HostileReply{"334 Zm9v\r\n334 Zm9v\r\n", "unsolicited-reply"},
                    HostileReply{"334 Zm9v\n", "protocol-bare-lf"},
                    HostileReply{std::string_view("334 Zm\0v\r\n", 10), "protocol-nul"}));

TEST(HostileAuthServer, AWrongProofFailsTheConnection) {
  AuthDialogue talk(kScram, "250-s\r\n250 AUTH SCRAM-SHA-256\r\n");
  talk.says("334 Zm9v\r\n");
  EXPECT_EQ(talk.says("334 " + to_base64("v=guess") + "\r\n"), "");
  talk.expect_failure("auth-server-proof");
}

TEST(HostileAuthServer, NoProofAtAllFailsTheConnection) {
  AuthDialogue talk(kScram, "250-s\r\n250 AUTH SCRAM-SHA-256\r\n");
  talk.says("334 Zm9v\r\n");
  talk.says(kSuccess);
  talk.expect_failure("auth-server-proof");
}

TEST(HostileAuthServer, AsksWithoutEndInVain) {
  AuthDialogue talk(kCramMd5);
  EXPECT_NE(talk.says("334 Zm9v\r\n"), "");
  EXPECT_EQ(talk.says("334 Zm9v\r\n"), "");
  talk.expect_failure("auth-challenge");
}

TEST(HostileAuthServer, AChallengeOfPlainIsNotAnswered) {
  AuthDialogue talk(kPlain);
  EXPECT_EQ(talk.says("334 \r\n"), "");
  talk.expect_failure("auth-challenge");
}

TEST(HostileAuthServer, WhatFollowsTheSuccessIsUnsolicited) {
  AuthDialogue talk(kPlain);
  talk.says("235 2.7.0 ok\r\n250 2.1.0 ok\r\n");
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"unsolicited-reply"});
  EXPECT_EQ(talk.begun, 0U);
}

TEST(HostileAuthServer, ClosesWithinTheExchange) {
  AuthDialogue talk(kCramMd5);
  talk.says("334 Zm9v\r\n");
  talk.session.end(Ending::failed, "closed", talk.now());
  talk.expect_failure("closed");
}

// Some servers quote what they do not understand.
TEST(HostileAuthServer, QuotesOfTheSecretAreNotShown) {
  for (const std::string_view reply : {"500 5.5.1 what is AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm?\r\n",
                                       "535 5.7.8 tim:tanstaaftanstaaf\r\n"}) {
    AuthDialogue talk(kPlain);
    talk.says(reply);
    ASSERT_EQ(talk.recorder.said.size(), 1U);
    EXPECT_EQ(talk.recorder.said[0].text, kNotShown);
  }
  AuthDialogue talk(kPlain);
  talk.says("535 5.7.8 bad user or password for tim\r\n");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].text, "535 5.7.8 bad user or password for tim");
}

// However they come: in what is no reply, behind the reply, in one that is cut, or much later.
TEST(HostileAuthServer, QuotesOfTheSecretAreNeverShown) {
  for (const std::string_view octets : std::vector<std::string_view>{
           "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n", "535 5.7.8 \0 tanstaaftanstaaf\r\n"sv,
           "235 2.7.0 ok\r\n535 5.7.8 tanstaaftanstaaf\r\n", "535 5.7.8 tanstaaftans",
           "235 2.7.0 ok\r\n550 5.7.1 not with tanstaaftanstaaf\r\n"}) {
    AuthDialogue talk(kPlain);
    talk.says(octets);
    talk.session.end(Ending::failed, "closed", talk.now());
    ASSERT_EQ(talk.recorder.said.size(), 1U) << octets;
    EXPECT_EQ(talk.recorder.said[0].text, kNotShown) << octets;
  }
}

TEST(HostileAuthServer, RepliesInPiecesChangeNothing) {
  AuthDialogue talk(kCramMd5);
  std::string said;
  for (const char c : std::string_view("334 Zm9v\r\n")) said += talk.says({&c, 1});
  EXPECT_EQ(said, to_base64("re:foo") + "\r\n");
  for (const char c : kSuccess) said = talk.says({&c, 1});
  EXPECT_EQ(said, kMail);
}

}  // namespace
}  // namespace backtalk::session::test
