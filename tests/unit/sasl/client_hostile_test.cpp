// SPDX-License-Identifier: Apache-2.0 OR MIT
// Servers that are not who they say they are, or that speak nonsense.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "exchanges.hpp"

namespace backtalk::sasl::test {
namespace {

using session::kAuthChallenge;
using session::kAuthServerProof;
using namespace std::string_literals;

// To where the server's first message is expected, with the client's nonce.
class HostileScram : public testing::Test {
 protected:
  void SetUp() override {
    const auto first = exchange->begin(kTim);
    ASSERT_TRUE(first);
    nonce = first->substr(std::string_view("n,,n=tim,r=").size());
  }
  [[nodiscard]] std::string server_first(std::string_view iterations = "4096") const {
    return "r=" + nonce + "server,s=QSXCR+Q6sek8bf92,i=" + std::string(iterations);
  }
  void expect_failure(std::string_view challenge, std::string_view name) {
    EXPECT_EQ(exchange->respond(challenge), std::nullopt) << challenge;
    EXPECT_EQ(exchange->failure(), name) << challenge;
    EXPECT_FALSE(exchange->complete());
    EXPECT_EQ(exchange->respond(""), std::nullopt) << "it stays given up";
    EXPECT_EQ(exchange->failure(), name);
  }
  std::unique_ptr<session::SaslExchange> exchange = client(Mechanism::scram_sha_256);
  std::string nonce;
};

TEST_F(HostileScram, AServerMustProveThatItKnowsThePassword) {
  ASSERT_TRUE(exchange->respond(server_first()));
  EXPECT_FALSE(exchange->complete()) << "success without a proof";
  expect_failure("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", kAuthServerProof);
}

// RFC 5802 section 7, server-error: the refusal itself follows.
TEST_F(HostileScram, AnErrorIsAnsweredOnceAndIsNoProof) {
  ASSERT_TRUE(exchange->respond(server_first()));
  EXPECT_EQ(exchange->respond("e=invalid-proof"), "");
  EXPECT_FALSE(exchange->complete());
  expect_failure("e=invalid-proof", kAuthChallenge);
}

TEST_F(HostileScram, NoProofIsTakenAfterAnError) {
  ASSERT_TRUE(exchange->respond(server_first()));
  EXPECT_EQ(exchange->respond("e=other-error"), "");
  expect_failure("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", kAuthChallenge);
}

TEST_F(HostileScram, ShortAndLongProofsAreNone) {
  ASSERT_TRUE(exchange->respond(server_first()));
  expect_failure("v=", kAuthServerProof);
  SetUp();
  ASSERT_TRUE(exchange->respond(server_first()));
  expect_failure("v=" + std::string(2000, 'A'), kAuthServerProof);
}

TEST_F(HostileScram, NonsenseInPlaceOfAProof) {
  ASSERT_TRUE(exchange->respond(server_first()));
  expect_failure("", kAuthChallenge);
}

TEST_F(HostileScram, ANonceMustBeginWithTheClients) {
  expect_failure("r=server,s=QSXCR+Q6sek8bf92,i=4096", kAuthChallenge);
}

// Not one of them is computed.
TEST_F(HostileScram, IterationsAreBounded) {
  EXPECT_EQ(kScramIterationsMax, 100'000U);
  for (const std::string_view count : {"100001", "1000000", "4294967295", "18446744073709551615"}) {
    expect_failure(server_first(count), session::kAuthIterations);
    SetUp();
  }
  EXPECT_TRUE(exchange->respond(server_first("100000")));
}

// A server that changes the salt with each login would have all of them computed each time.
TEST_F(HostileScram, IterationsOfAChangedSaltAreFewer) {
  const auto other_salt = [this](std::string_view iterations) {
    return "r=" + nonce + "server,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=" + std::string(iterations);
  };
  EXPECT_EQ(kScramChangedIterationsMax, 20'000U);
  ASSERT_TRUE(exchange->respond(server_first("100000")));
  SetUp();
  EXPECT_TRUE(exchange->respond(server_first("100000"))) << "they are kept";
  SetUp();
  expect_failure(other_salt("20001"), session::kAuthIterations);
  SetUp();
  EXPECT_TRUE(exchange->respond(other_salt("20000")));
}

TEST_F(HostileScram, IterationsAreANumber) {
  for (const std::string_view count : {"99999999999999999999999", "0", "-1", "", "4096x", "+5"}) {
    expect_failure(server_first(count), kAuthChallenge);
    SetUp();
  }
}

TEST_F(HostileScram, FirstMessagesThatAreNone) {
  for (const std::string& message :
       {""s, "x"s, "m=ext,"s + server_first(), "r="s + nonce, "r="s + nonce + "x,i=4096"s,
        "s=QSXCR+Q6sek8bf92,i=4096"s, server_first() + "\0"s,
        "r="s + nonce + "x\0,s=QSXCR+Q6sek8bf92,i=4096"s, "r="s + nonce + "x,s=,i=4096"s,
        "r="s + nonce + "x,s=!,i=4096"s, "\r\n"s, std::string(5000, 'r')}) {
    expect_failure(message, kAuthChallenge);
    SetUp();
  }
}

TEST_F(HostileScram, NoMoreChallengesAfterTheProof) {
  const auto theirs = server();
  const Outcome outcome = run(*exchange, *theirs, "SCRAM-SHA-256", kTim);
  ASSERT_TRUE(outcome.complete);
  expect_failure("v=AAAA", kAuthChallenge);
}

TEST(HostileCramMd5, ChallengesThatWouldBeReadOtherwiseThanTheyAre) {
  const auto exchange = client(Mechanism::cram_md5);
  for (const std::string& challenge : {""s, "<a@b>\0<c@d>"s, std::string(kChallengeOctetsMax + 1, 'x')}) {
    ASSERT_EQ(exchange->begin(kTim), std::nullopt);
    EXPECT_EQ(exchange->respond(challenge), std::nullopt);
    EXPECT_EQ(exchange->failure(), kAuthChallenge);
    EXPECT_FALSE(exchange->complete());
  }
}

// What is signed goes back as digits: nothing of the challenge does.
TEST(HostileCramMd5, LineEndsInAChallengeAreSignedLikeAnyOctet) {
  const auto exchange = client(Mechanism::cram_md5);
  exchange->begin(kTim);
  const auto response = exchange->respond("<a@b>\r\nQUIT");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->size(), std::string_view("tim ").size() + 32);
}

TEST(HostileLogin, AsksNoThirdQuestion) {
  const auto exchange = client(Mechanism::login);
  exchange->begin(kTim);
  ASSERT_TRUE(exchange->respond("Username:"));
  ASSERT_TRUE(exchange->respond("Password:"));
  EXPECT_EQ(exchange->respond("Shoe size:"), std::nullopt);
  EXPECT_EQ(exchange->failure(), kAuthChallenge);
}

TEST(HostilePlain, AsksNothing) {
  const auto exchange = client(Mechanism::plain);
  exchange->begin(kTim);
  EXPECT_EQ(exchange->respond(""), std::nullopt);
  EXPECT_EQ(exchange->failure(), kAuthChallenge);
  EXPECT_FALSE(exchange->complete());
}

TEST(HostileXoauth2, RefusesOnce) {
  const auto exchange = client(Mechanism::xoauth2);
  exchange->begin(kTim);
  EXPECT_EQ(exchange->respond("{}"), "");
  EXPECT_EQ(exchange->respond("{}"), std::nullopt);
  EXPECT_EQ(exchange->failure(), kAuthChallenge);
  exchange->begin(kTim);
  EXPECT_EQ(exchange->respond(std::string(kChallengeOctetsMax + 1, ' ')), std::nullopt);
}

TEST(HostileExchange, BeforeItsBeginningNothingIsAnswered) {
  for (const Mechanism one : kAllOfSasl) {
    if (one == Mechanism::xoauth2) continue;
    const auto exchange = client(one);
    EXPECT_FALSE(exchange->complete());
    EXPECT_EQ(exchange->respond("<a@b>"), std::nullopt) << name_of(one);
  }
}

}  // namespace
}  // namespace backtalk::sasl::test
