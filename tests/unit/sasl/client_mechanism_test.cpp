// SPDX-License-Identifier: Apache-2.0 OR MIT
// The client's side of each mechanism: the examples of the RFCs, and whole exchanges.
#include <gmock/gmock.h>

#include <string>
#include <string_view>

#include "exchanges.hpp"

namespace backtalk::sasl::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;
using namespace std::string_literals;

TEST(ClientMechanism, HasTheNameThatServersOffer) {
  for (const Mechanism one : kAllOfSasl) EXPECT_EQ(client_mechanism(one)->name(), name_of(one));
  EXPECT_EQ(client_mechanism(Mechanism::scram_sha_256)->name(), "SCRAM-SHA-256");
  EXPECT_EQ(client_mechanism(Mechanism::apop)->name(), "APOP");
}

TEST(ClientMechanism, SaysWhetherItRevealsThePassword) {
  for (const Mechanism one : kAllOfSasl)
    EXPECT_EQ(client_mechanism(one)->reveals_password(), reveals_password(one));
  EXPECT_FALSE(client_mechanism(Mechanism::apop)->reveals_password());
  EXPECT_FALSE(reveals_password(Mechanism::cram_md5));
  EXPECT_TRUE(reveals_password(Mechanism::xoauth2));
}

// RFC 4616 section 4, without the authorization identity.
TEST(ClientMechanism, PlainIsOneMessage) {
  const auto exchange = client(Mechanism::plain);
  EXPECT_EQ(exchange->begin(kTim), "\0tim\0tanstaaftanstaaf"s);
  EXPECT_TRUE(exchange->complete());
}

TEST(ClientMechanism, LoginAnswersTwoQuestions) {
  const auto exchange = client(Mechanism::login);
  EXPECT_EQ(exchange->begin(kTim), std::nullopt);
  EXPECT_FALSE(exchange->complete());
  EXPECT_EQ(exchange->respond("User Name\0"s), "tim");  // as the draft has it
  EXPECT_FALSE(exchange->complete());
  EXPECT_EQ(exchange->respond("Password:"), "tanstaaftanstaaf");
  EXPECT_TRUE(exchange->complete());
}

// RFC 2195 section 2.
TEST(ClientMechanism, CramMd5SignsTheChallenge) {
  const auto exchange = client(Mechanism::cram_md5);
  EXPECT_EQ(exchange->begin(kTim), std::nullopt);
  EXPECT_EQ(exchange->respond("<1896.697170952@postoffice.reston.mci.net>"),
            "tim b913a602c7eda7a495b4e6e7334d3890");
  EXPECT_TRUE(exchange->complete());
}

TEST(ClientMechanism, ScramBeginsAsRfc7677HasIt) {
  const auto exchange = client(Mechanism::scram_sha_256);
  const auto first = exchange->begin({.user = "u=s,er", .password = "pencil"});
  ASSERT_TRUE(first);
  EXPECT_THAT(std::string(*first), StartsWith("n,,n=u=3Ds=2Cer,r="));
  EXPECT_GT(first->size(), std::string_view("n,,n=u=3Ds=2Cer,r=").size() + 16) << "the nonce";
  EXPECT_FALSE(exchange->complete());
}

TEST(ClientMechanism, ScramHasANewNonceEachTime) {
  const auto exchange = client(Mechanism::scram_sha_256);
  const std::string one(*exchange->begin(kTim));
  EXPECT_NE(exchange->begin(kTim), one);
}

// As Google documents it.
TEST(ClientMechanism, Xoauth2CarriesTheToken) {
  const auto exchange = client(Mechanism::xoauth2);
  EXPECT_EQ(exchange->begin(
                {.user = "someuser@example.com", .password = "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg=="}),
            "user=someuser@example.com\x01"
            "auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\x01\x01");
  EXPECT_TRUE(exchange->complete());
}

TEST(ClientMechanism, Xoauth2AnswersARefusalWithNothing) {
  const auto exchange = client(Mechanism::xoauth2);
  ASSERT_TRUE(exchange->begin(kTim));
  EXPECT_EQ(exchange->respond(R"({"status":"400"})"), "");
  EXPECT_FALSE(exchange->complete()) << "a success after that would not be one";
  EXPECT_EQ(exchange->failure(), "");
}

// --- Whole exchanges

class EachMechanism : public testing::TestWithParam<Mechanism> {};

TEST_P(EachMechanism, LetsInWhoKnowsThePassword) {
  const auto ours = client(GetParam());
  const auto theirs = server();
  for (const bool initial : {true, false}) {
    const Outcome outcome = run(*ours, *theirs, name_of(GetParam()), kTim, initial);
    EXPECT_TRUE(outcome.accepted) << "initial response: " << initial;
    EXPECT_TRUE(outcome.complete);
    EXPECT_EQ(outcome.user, "tim");
    EXPECT_EQ(outcome.client_failure, "");
  }
}

TEST_P(EachMechanism, KeepsOutWhoDoesNot) {
  const auto ours = client(GetParam());
  const auto theirs = server();
  for (const session::Credentials& wrong : {session::Credentials{.user = "tim", .password = "guess"},
                                            {.user = "tom", .password = kTim.password}}) {
    const Outcome outcome = run(*ours, *theirs, name_of(GetParam()), wrong);
    EXPECT_FALSE(outcome.accepted) << wrong.user;
  }
  EXPECT_TRUE(run(*ours, *theirs, name_of(GetParam()), kTim).accepted) << "both start afresh";
}

TEST_P(EachMechanism, TakesUtf8) {
  const session::Credentials jorg{.user = "j\xC3\xB6rg", .password = "p\xC3\xA4ss w\xC3\xB6rd"};
  EXPECT_TRUE(can_prepare(GetParam(), jorg.user));
  const auto ours = client(GetParam());
  const auto theirs = server();
  EXPECT_TRUE(run(*ours, *theirs, name_of(GetParam()), jorg).accepted);
}

INSTANTIATE_TEST_SUITE_P(All, EachMechanism, testing::ValuesIn(kAllOfSasl), [](const auto& mechanism) {
  std::string name(name_of(mechanism.param));
  std::erase(name, '-');
  return name;
});

// The salted password is kept; another user, or another salt, must not get it.
TEST(ScramExchange, OneExchangeServesManyConnections) {
  const auto ours = client(Mechanism::scram_sha_256);
  const auto theirs = server();
  const session::Credentials jorg{.user = "j\xC3\xB6rg", .password = "p\xC3\xA4ss w\xC3\xB6rd"};
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(run(*ours, *theirs, "SCRAM-SHA-256", kTim).accepted) << i;
    EXPECT_TRUE(run(*ours, *theirs, "SCRAM-SHA-256", jorg).accepted) << i;
  }
}

TEST(ScramExchange, TheSameSaltGivesTheSameKey) {
  const auto ours = client(Mechanism::scram_sha_256);
  const auto proof = [&ours](const session::Credentials& who, std::string_view salt) {
    const std::string nonce(ours->begin(who)->substr(std::string_view("n,,n=tim,r=").size()));
    return ours->respond("r=" + nonce + "x,s=" + std::string(salt) + ",i=4096").has_value();
  };
  EXPECT_TRUE(proof(kTim, "QSXCR+Q6sek8bf92"));
  EXPECT_TRUE(proof(kTim, "QSXCR+Q6sek8bf92"));
  EXPECT_TRUE(proof(kTim, "W22ZaJ0SNY7soEsUEjb6gQ=="));
}

TEST(ScramExchange, AnotherPasswordHasAnotherKey) {
  const auto ours = client(Mechanism::scram_sha_256);
  const auto theirs = server();
  const session::Credentials wrong{.user = kTim.user, .password = "guess"};
  EXPECT_TRUE(run(*ours, *theirs, "SCRAM-SHA-256", kTim).accepted);
  EXPECT_FALSE(run(*ours, *theirs, "SCRAM-SHA-256", wrong).accepted);
  EXPECT_TRUE(run(*ours, *theirs, "SCRAM-SHA-256", kTim).accepted);
}

TEST(CanPrepare, RefusesWhatSaslprepForbids) {  // RFC 4013 2.3: a private use character
  EXPECT_FALSE(can_prepare(Mechanism::scram_sha_256, "a\xEE\x80\x80"));
  EXPECT_FALSE(can_prepare(Mechanism::cram_md5, "a\xFFz")) << "not UTF-8";
  EXPECT_TRUE(can_prepare(Mechanism::plain, "a\xFFz")) << "goes out as it is";
}

}  // namespace
}  // namespace backtalk::sasl::test
