// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/auth_exchange.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "session/base64.hpp"
#include "toy_login.hpp"

namespace backtalk::session::test {
namespace {

TEST(AuthExchange, WritesTheInitialResponseOfRfc4954) {
  const LoginPlan plan = toy_login({});
  AuthExchange auth(plan, 0);
  EXPECT_EQ(auth.mechanism(), "PLAIN");
  EXPECT_EQ(auth.begin(), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
  EXPECT_TRUE(auth.complete());
}

TEST(AuthExchange, ConnectionsTakeUsersInTurn) {
  const LoginPlan plan = toy_login({});
  for (const std::uint32_t index : {0U, 1U, 2U, 3U, 4'000'000'001U}) {
    const AuthExchange auth(plan, index);
    EXPECT_EQ(auth.credentials().user, index % 2 == 0 ? "tim" : "tom");
  }
}

TEST(AuthExchange, AnEmptyInitialResponseIsAnEqualsSign) {
  const LoginPlan plan = toy_login({.empty_initial = true});
  AuthExchange auth(plan, 0);
  EXPECT_EQ(auth.begin(), "=");
}

TEST(AuthExchange, AWithheldInitialResponseAnswersTheFirstChallenge) {
  for (const bool empty : {false, true}) {
    const LoginPlan plan = toy_login({.empty_initial = empty});
    AuthExchange auth(plan, 0);
    ASSERT_TRUE(auth.begin());
    auth.withhold_initial();
    EXPECT_FALSE(auth.complete()) << "nothing was said yet";
    const auto answer = auth.answer("");
    EXPECT_EQ(answer.line, empty ? "" : "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
    EXPECT_EQ(answer.failure, "");
    EXPECT_TRUE(auth.complete());
  }
}

TEST(AuthExchange, TheChallengeBeforeAWithheldResponseIsEmpty) {
  const LoginPlan plan = toy_login({});
  AuthExchange auth(plan, 0);
  ASSERT_TRUE(auth.begin());
  auth.withhold_initial();
  const auto answer = auth.answer("Zm9v");
  EXPECT_EQ(answer.line, "*");
  EXPECT_EQ(answer.failure, kAuthChallenge);
}

TEST(AuthExchange, AnswersEachChallengeInBase64) {
  const LoginPlan plan = toy_login({.client_begins = false, .challenges = 2});
  AuthExchange auth(plan, 0);
  EXPECT_EQ(auth.begin(), std::nullopt);
  EXPECT_EQ(auth.answer(to_base64("one")).line, to_base64("re:one"));
  EXPECT_FALSE(auth.complete());
  EXPECT_EQ(auth.answer("").line, to_base64("re:"));
  EXPECT_TRUE(auth.complete());
  EXPECT_EQ(auth.begin(), std::nullopt) << "another connection";
  EXPECT_FALSE(auth.complete());
}

// Found by fuzzing: what a server says on one connection does not depend on those before.
TEST(AuthExchange, TheResponseOfTheLastConnectionIsForgotten) {
  const LoginPlan plan = toy_login({.name = "LOGIN", .client_begins = false, .challenges = 1});
  AuthExchange auth(plan, 0);
  EXPECT_FALSE(auth.begin());
  const std::string line(auth.answer("Zm9vYmFy").line);
  EXPECT_TRUE(auth.is_quoted_in("-ERR " + line));
  EXPECT_FALSE(auth.begin());
  EXPECT_FALSE(auth.is_quoted_in("-ERR " + line));
}

// Texts are cut, and connections end in the middle of a word.
TEST(AuthExchange, TheBeginningOfASecretAtTheEndIsOne) {
  LoginPlan plan = toy_login({});
  plan.users = {{.user = "u", .password = "long password"}};
  AuthExchange auth(plan, 0);
  const std::string initial(auth.begin().value());
  EXPECT_TRUE(auth.is_quoted_in("it was long passw"));
  EXPECT_TRUE(auth.is_quoted_in("it was " + initial.substr(0, 8)));
  EXPECT_TRUE(auth.is_quoted_in("long pass")) << "nothing before it";
  EXPECT_TRUE(auth.is_quoted_in("long long passwords")) << "a long one need not be a word";
  EXPECT_FALSE(auth.is_quoted_in("it was long pa")) << "that could be chance";
  EXPECT_FALSE(auth.is_quoted_in("it was long passw, or so"));
}

TEST(AuthExchange, TheEndOfASecretAtTheBeginningIsOne) {
  LoginPlan plan = toy_login({});
  plan.users = {{.user = "u", .password = "long password"}};
  const AuthExchange auth(plan, 0);
  EXPECT_TRUE(auth.is_quoted_in("password is wrong"));
  EXPECT_FALSE(auth.is_quoted_in("the password is wrong"));
  EXPECT_FALSE(auth.is_quoted_in("assword is wrong")) << "that could be chance";
  std::string cut = "password, long password";
  auth.hide_in(cut);
  EXPECT_EQ(cut, "xxxxxxxx, xxxxxxxxxxxxx");
}

// A short one is one only as a word of its own.
TEST(AuthExchange, AShortSecretIsAWord) {
  LoginPlan plan = toy_login({.client_begins = false});
  plan.users = {{.user = "u", .password = "secret7"}};
  const AuthExchange auth(plan, 0);
  for (unsigned value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool continues = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    for (const std::string& text :
         {"x " + std::string(1, c) + "secret7 x", "x secret7" + std::string(1, c) + " x"})
      EXPECT_EQ(auth.is_quoted_in(text), !continues) << value;
  }
  EXPECT_TRUE(auth.is_quoted_in("xsecret7 secret7")) << "the second";
}

TEST(AuthExchange, ALongSecretHasEightOctets) {
  LoginPlan plan = toy_login({.client_begins = false});
  for (const std::string password : {"1234567", "12345678"}) {
    plan.users = {{.user = "u", .password = password}};
    AuthExchange auth(plan, 0);
    EXPECT_EQ(auth.is_quoted_in("x" + password + "x"), password.size() == 8);
    auth.sent("a" + password.substr(1));
    EXPECT_EQ(auth.is_quoted_in("a" + password.substr(1)), password.size() == 8)
        << "what was sent in another form";
  }
}

// "501 Invalid: 'AHVzZXIAc2Vj...'"
TEST(AuthExchange, WhatWasSentIsFoundWhereAServerHasCutIt) {
  LoginPlan plan = toy_login({});
  std::string token;
  for (int i = 1000; i < 1300; ++i) token += std::to_string(i);
  plan.users = {{.user = "u", .password = token}};
  AuthExchange auth(plan, 0);
  const std::string initial(auth.begin().value());
  EXPECT_TRUE(auth.is_quoted_in("no: '" + initial.substr(0, 20) + "...'"));
  EXPECT_TRUE(auth.is_quoted_in("no: '..." + initial.substr(initial.size() - 20) + "'"));
  EXPECT_TRUE(auth.is_quoted_in(initial.substr(400, 512))) << "all of a text that is cut at both ends";
  EXPECT_TRUE(auth.is_quoted_in(token.substr(400, 512))) << "the password too";
  EXPECT_FALSE(auth.is_quoted_in("no: '" + initial.substr(0, 7) + "...'")) << "that could be chance";
  std::string octets =
      "a " + initial.substr(0, 20) + " b " + initial.substr(initial.size() - 20) + " " + initial;
  auth.hide_in(octets);
  EXPECT_EQ(octets, "a " + std::string(20, 'x') + " b " + std::string(20, 'x') + " " +
                        std::string(initial.size(), 'x'));
}

TEST(AuthExchange, HidesAllThatIsSecretInAStream) {
  LoginPlan plan = toy_login({});
  plan.users = {{.user = "u", .password = "no one"}};
  AuthExchange auth(plan, 0);
  const std::string initial(auth.begin().value());
  const std::string hidden(initial.size(), 'x');
  std::string octets = "no one no one " + initial + " no ones\r\n" + initial + initial.substr(0, 9);
  auth.hide_in(octets);
  EXPECT_EQ(octets, "xxxxxx xxxxxx " + hidden + " no ones\r\n" + hidden + "xxxxxxxxx");
  octets = "no onesno one!no one";
  auth.hide_in(octets);
  EXPECT_EQ(octets, "no onesno one!xxxxxx");
  auth.sent("\"no\\\" one\"");
  octets = "LOGIN u \"no\\\" one\"";
  auth.hide_in(octets);
  EXPECT_EQ(octets, "LOGIN u xxxxxxxxxx");
}

TEST(AuthExchange, WhatIsNotBase64CancelsIt) {
  const LoginPlan plan = toy_login({.client_begins = false, .challenges = 1});
  for (const std::string_view challenge : {"=", "Zg", "Zg== ", "Go ahead", "\x80", "*"}) {
    AuthExchange auth(plan, 0);
    EXPECT_EQ(auth.begin(), std::nullopt);
    const auto answer = auth.answer(challenge);
    EXPECT_EQ(answer.line, "*") << challenge;
    EXPECT_EQ(answer.failure, kAuthChallenge);
    EXPECT_FALSE(auth.complete());
  }
}

TEST(AuthExchange, AWrongProofHasItsName) {
  const LoginPlan plan = toy_login({.client_begins = false, .challenges = 1, .proof = "proof"});
  AuthExchange auth(plan, 0);
  EXPECT_EQ(auth.begin(), std::nullopt);
  const auto answer = auth.answer(to_base64("prof"));
  EXPECT_EQ(answer.line, "*");
  EXPECT_EQ(answer.failure, kAuthServerProof);
}

TEST(AuthExchange, ApopAnswersTheGreetingsTimestamp) {
  LoginPlan plan = toy_login({.client_begins = false, .challenges = 1});
  plan.way = LoginPlan::Way::apop;
  AuthExchange auth(plan, 0);
  EXPECT_EQ(auth.apop("POP3 ready"), std::nullopt);
  EXPECT_EQ(auth.apop("POP3 ready <1@b>"), "re:<1@b>");
  EXPECT_TRUE(auth.is_quoted_in("-ERR not re:<1@b>")) << "passwords can be tried against it";
  EXPECT_EQ(auth.apop("POP3 ready <2@b>"), "re:<2@b>") << "another connection";
}

}  // namespace
}  // namespace backtalk::session::test
