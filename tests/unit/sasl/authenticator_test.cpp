// SPDX-License-Identifier: Apache-2.0 OR MIT
// The server's side: clients that keep to the mechanisms are in client_mechanism_test.cpp; these do
// not.
#include "sasl/authenticator.hpp"

#include <gmock/gmock.h>

#include <string>
#include <string_view>

#include "exchanges.hpp"

namespace backtalk::sasl::test {
namespace {

using session::AuthStep;
using Kind = session::AuthStep::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::string_literals;

TEST(AuthenticatorOffer, IsAllOfSasl) {
  EXPECT_THAT(server()->mechanisms(), ElementsAre("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2"));
}

TEST(AuthenticatorOffer, NamesAreComparedWithoutRegardToCase) {
  EXPECT_EQ(server()->begin("plain", "\0tim\0tanstaaftanstaaf"s).kind, Kind::success);
}

TEST(AuthenticatorOffer, UnknownMechanismsFail) {
  const auto theirs = server();
  for (const std::string_view name : {"", "APOP", "GSSAPI", "PLAIN ", "EXTERNAL", "ANONYMOUS"}) {
    EXPECT_EQ(theirs->begin(name, "tim").kind, Kind::failure) << name;
    EXPECT_EQ(theirs->step("tim").kind, Kind::failure);
  }
}

TEST(AuthenticatorCommand, PasswordsAreCompared) {
  const auto theirs = server();
  EXPECT_TRUE(theirs->accepts("tim", "tanstaaftanstaaf"));
  for (const std::string& wrong : {""s, "tanstaaf"s, "tanstaaftanstaaf\0"s, "TANSTAAFTANSTAAF"s})
    EXPECT_FALSE(theirs->accepts("tim", wrong));
  EXPECT_FALSE(theirs->accepts("tom", "tanstaaftanstaaf"));
  EXPECT_FALSE(theirs->accepts("", ""));
}

TEST(AuthenticatorCommand, DigestsAreCompared) {
  const auto known = authenticators([](std::string_view) { return "tanstaaf"; })();
  EXPECT_TRUE(known->accepts_digest("mrose", "<1896.697170952@dbc.mtview.ca.us>",
                                    "c4c9334bac560ecc979e58001b3e22fb"));
  EXPECT_FALSE(known->accepts_digest("mrose", "<1896.697170952@dbc.mtview.ca.us>", ""));
  EXPECT_FALSE(known->accepts_digest("mrose", "<1896@dbc.mtview.ca.us>", "c4c9334bac560ecc979e58001b3e22fb"));
  EXPECT_FALSE(server()->accepts_digest("tom", "<a@b>", ""));
}

TEST(AuthenticatorExchange, AsksForWhatTheClientHasNotSaid) {
  const auto theirs = server();
  AuthStep step = theirs->begin("PLAIN", std::nullopt);
  EXPECT_EQ(step.kind, Kind::challenge);
  EXPECT_EQ(step.text, "");
  EXPECT_EQ(theirs->step("\0tim\0tanstaaftanstaaf"s).kind, Kind::success);
  step = theirs->begin("CRAM-MD5", std::nullopt);
  EXPECT_THAT(std::string(step.text), StartsWith("<"));
  step = theirs->begin("LOGIN", std::nullopt);
  EXPECT_THAT(std::string(step.text), HasSubstr("User"));
  EXPECT_EQ(theirs->step("tim").kind, Kind::challenge);
  step = theirs->step("tanstaaftanstaaf");
  EXPECT_EQ(step.kind, Kind::success);
  EXPECT_EQ(step.text, "tim");
}

TEST(AuthenticatorExchange, LoginTakesItsUserFromTheInitialResponse) {
  const auto theirs = server();
  EXPECT_EQ(theirs->begin("LOGIN", "tim").kind, Kind::challenge);
  EXPECT_EQ(theirs->step("tanstaaftanstaaf").kind, Kind::success);
}

TEST(AuthenticatorExchange, ServerFinalMessageIsAnsweredWithNothing) {
  const auto ours = client(Mechanism::scram_sha_256);
  const auto theirs = server();
  for (const bool polite : {true, false}) {
    AuthStep step = theirs->begin("SCRAM-SHA-256", ours->begin(kTim));
    ASSERT_EQ(step.kind, Kind::challenge);
    step = theirs->step(*ours->respond(step.text));
    ASSERT_EQ(step.kind, Kind::challenge);
    EXPECT_THAT(std::string(step.text), StartsWith("v="));
    EXPECT_EQ(theirs->step(polite ? "" : "x").kind, polite ? Kind::success : Kind::failure);
    EXPECT_EQ(theirs->step("").kind, Kind::failure) << "the exchange is over";
  }
}

TEST(AuthenticatorExchange, ARefusedTokenIsExplainedFirst) {
  const auto theirs = server();
  const AuthStep step = theirs->begin("XOAUTH2",
                                      "user=tim\x01"
                                      "auth=Bearer wrong\x01\x01");
  EXPECT_EQ(step.kind, Kind::challenge);
  EXPECT_THAT(std::string(step.text), HasSubstr("401"));
  EXPECT_EQ(theirs->step("").kind, Kind::failure);
}

// --- Hostile clients

TEST(HostileClient, ResponsesThatAreNone) {
  const auto theirs = server();
  for (const std::string_view name : theirs->mechanisms()) {
    for (const std::string& response :
         {""s, "\0"s, "\0\0\0\0"s, "\0tim"s, "\0tim\0"s, "\xFF\xFE"s, "tim \r\n"s, "n,,"s, "n,,n=tim,r="s,
          "p=tls,,n=tim,r=x"s, "user=tim\x01\x01"s, std::string(kResponseOctetsMax, 'x'),
          std::string(kResponseOctetsMax + 1, '\0')}) {
      AuthStep step = theirs->begin(name, response);
      for (int i = 0; i < 5 && step.kind == Kind::challenge; ++i) step = theirs->step(response);
      EXPECT_EQ(step.kind, name == "CRAM-MD5" ? Kind::malformed : Kind::failure) << name;
      EXPECT_EQ(theirs->step("").kind, Kind::failure);
    }
  }
}

TEST(HostileClient, NobodyActsForAnother) {
  EXPECT_EQ(server()->begin("PLAIN", "root\0tim\0tanstaaftanstaaf"s).kind, Kind::failure);
  EXPECT_EQ(server()->begin("PLAIN", "tim\0tim\0tanstaaftanstaaf"s).kind, Kind::success);
}

TEST(HostileClient, AnOldChallengeCannotBeAnsweredAgain) {
  const auto ours = client(Mechanism::cram_md5);
  const auto theirs = server();
  ours->begin(kTim);
  const std::string response(*ours->respond(theirs->begin("CRAM-MD5", std::nullopt).text));
  ASSERT_EQ(theirs->step(response).kind, Kind::success);
  ASSERT_EQ(theirs->begin("CRAM-MD5", std::nullopt).kind, Kind::challenge);
  EXPECT_EQ(theirs->step(response).kind, Kind::failure);
}

TEST(HostileClient, CramMd5HasNoInitialResponse) {
  EXPECT_EQ(server()->begin("CRAM-MD5", "").kind, Kind::malformed);
}

}  // namespace
}  // namespace backtalk::sasl::test
