// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/salted_passwords.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "exchanges.hpp"
#include "sasl/gsasl_client.hpp"

namespace backtalk::sasl::test {
namespace {

constexpr ServerFirst kFirst{.salt = "QSXCR+Q6sek8bf92", .iterations = 4096};

TEST(SaltedPasswords, AreOfOneUserPasswordSaltAndCount) {
  SaltedPasswords kept;
  EXPECT_EQ(kept.find(kTim, kFirst), "");
  kept.keep(kTim, kFirst, "abcd");
  EXPECT_EQ(kept.find(kTim, kFirst), "abcd");
  EXPECT_EQ(kept.find({.user = "tom", .password = kTim.password}, kFirst), "");
  EXPECT_EQ(kept.find({.user = kTim.user, .password = "guess"}, kFirst), "");
  EXPECT_EQ(kept.find(kTim, {.salt = "W22ZaJ0SNY7soEsUEjb6gQ==", .iterations = 4096}), "");
  EXPECT_EQ(kept.find(kTim, {.salt = kFirst.salt, .iterations = 4097}), "");
}

// A server with another salt for each login does not make it grow.
TEST(SaltedPasswords, AreOneForEachUser) {
  SaltedPasswords kept;
  kept.keep(kTim, kFirst, "abcd");
  kept.keep(kTim, {.salt = "W22ZaJ0SNY7soEsUEjb6gQ==", .iterations = 4096}, "ef01");
  EXPECT_EQ(kept.find(kTim, kFirst), "");
  EXPECT_EQ(kept.find(kTim, {.salt = "W22ZaJ0SNY7soEsUEjb6gQ==", .iterations = 4096}), "ef01");
}

TEST(SaltedPasswords, AreChangedByTheServer) {
  SaltedPasswords kept;
  EXPECT_FALSE(kept.is_changed(kTim, kFirst)) << "the first";
  kept.keep(kTim, kFirst, "abcd");
  EXPECT_FALSE(kept.is_changed(kTim, kFirst));
  EXPECT_FALSE(kept.is_changed({.user = "tom", .password = kTim.password}, kFirst));
  EXPECT_FALSE(kept.is_changed({.user = kTim.user, .password = "guess"}, kFirst));
  EXPECT_TRUE(kept.is_changed(kTim, {.salt = "W22ZaJ0SNY7soEsUEjb6gQ==", .iterations = 4096}));
  EXPECT_TRUE(kept.is_changed(kTim, {.salt = kFirst.salt, .iterations = 4097}));
}

// The client's proof, at a server with `kFirst`; without its nonce, which differs.
class ScramKeys : public testing::Test {
 protected:
  [[nodiscard]] static bool proves(session::SaslExchange& exchange) {
    const std::string nonce(exchange.begin(kTim)->substr(std::string_view("n,,n=tim,r=").size()));
    return exchange.respond("r=" + nonce + "x,s=" + std::string(kFirst.salt) + ",i=4096").has_value();
  }

  std::shared_ptr<SaltedPasswords> kept_ = std::make_shared<SaltedPasswords>();
  std::shared_ptr<const session::SaslMechanism> scram_ = gsasl_mechanism(Mechanism::scram_sha_256, kept_);
};

// RFC 5802 section 3: SaltedPassword := Hi(Normalize(password), salt, i), 32 octets of SHA-256.
TEST_F(ScramKeys, AreKeptForAllConnectionsOfARun) {
  ASSERT_TRUE(proves(*scram_->make_exchange()));
  const std::string salted = kept_->find(kTim, kFirst);
  EXPECT_EQ(salted.size(), 64U) << "in hexadecimal";
  ASSERT_TRUE(proves(*scram_->make_exchange()));
  EXPECT_EQ(kept_->find(kTim, kFirst), salted);
}

// What is kept is used: the exchange works with it, right or wrong.
TEST_F(ScramKeys, AreNotComputedAgain) {
  const std::string planted(64, 'a');
  kept_->keep(kTim, kFirst, planted);
  ASSERT_TRUE(proves(*scram_->make_exchange()));
  EXPECT_EQ(kept_->find(kTim, kFirst), planted);
}

}  // namespace
}  // namespace backtalk::sasl::test
