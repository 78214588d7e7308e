// SPDX-License-Identifier: Apache-2.0 OR MIT
// Somebody who talks by hand goes on where an answer can be read all the same.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "stage.hpp"
#include "talk/flaw.hpp"

namespace backtalk::talk::test {
namespace {

constexpr ConversationSettings kLenient{.lenient = true};

Stage& hears_octets(Stage& stage, std::string_view octets) {
  // The warnings do not depend on the cuts.
  for (const char one : octets) stage.conversation().receive({&one, 1});
  return stage;
}

TEST(Lenient, ABareLineFeedIsAWarningWithOffsetAndClause) {
  Stage stage(Protocol::smtp, kLenient);
  hears_octets(stage, "220-hi\r\n220 there\n");
  EXPECT_EQ(stage.shown(),
            "S: 220-hi\nS: 220 there\n"
            "# warning: bare-lf at offset 17 of what the server sent (RFC 5321 2.3.8): " +
                std::string(sentence(ErrorCode::bare_lf)) + "\n");
  EXPECT_TRUE(stage.may_type());
}

TEST(Lenient, OtherwiseItEndsTheConversation) {
  Stage stage(Protocol::smtp);
  hears_octets(stage, "220 hi\n");
  EXPECT_FALSE(stage.may_type());
  EXPECT_NE(
      stage.conversation().problem().find("bare-lf at offset 6 of what the server sent (RFC 5321 2.3.8)"),
      std::string::npos)
      << stage.conversation().problem();
}

TEST(Lenient, TheOffsetIsThatInTheStream) {
  Stage stage(Protocol::smtp, kLenient);
  stage.hears("220 hi").says("EHLO me");
  hears_octets(stage, "250-me\r\n251 x\r\n");
  EXPECT_NE(stage.shown().find("code-mismatch at offset 18 of what the server sent (RFC 5321 4.2.1)"),
            std::string::npos)
      << stage.shown();
  EXPECT_EQ(stage.due(), 0U);
}

TEST(Lenient, WhatIsRightHasNoWarning) {
  Stage smtp(Protocol::smtp, kLenient);
  smtp.hears("220 hi").says("EHLO me").hears("250-me").hears("250 SIZE").says("QUIT").hears("221 bye");
  EXPECT_EQ(smtp.shown().find('#'), std::string::npos) << smtp.shown();
  Stage pop3(Protocol::pop3, kLenient);
  pop3.hears("+OK hi").says("AUTH PLAIN").hears("+ ").says("AHUAcA==").hears("+OK");
  pop3.says("LIST").hears("+OK").hears("1 120").hears(".");
  EXPECT_EQ(pop3.shown().find('#'), std::string::npos) << pop3.shown();
}

TEST(Lenient, Pop3) {
  Stage stage(Protocol::pop3, kLenient);
  hears_octets(stage, "+ok hi\n");
  EXPECT_NE(stage.shown().find("# warning: "), std::string::npos) << stage.shown();
  EXPECT_NE(stage.shown().find("(RFC 1939 3)"), std::string::npos) << stage.shown();
  stage.says("LIST");
  hears_octets(stage, "+OK\r\n1 120\n.\r\n");
  EXPECT_NE(stage.shown().find("S: 1 120\n# warning: bare-lf at offset 17 "), std::string::npos)
      << stage.shown();
  EXPECT_EQ(stage.due(), 0U);
}

TEST(Lenient, WhatCannotBeReadEndsItAllTheSame) {
  Stage stage(Protocol::smtp, kLenient);
  stage.hears("hello");
  EXPECT_FALSE(stage.may_type());
  EXPECT_NE(stage.conversation().problem().find("(RFC 5321 4.2)"), std::string::npos);
}

TEST(Lenient, NothingIsReadBehindTheAcceptanceOfTls) {
  Stage stage(Protocol::smtp, kLenient);
  stage.hears("220 hi").says("STARTTLS");
  stage.conversation().receive("220 go\n250 injected\n");
  EXPECT_NE(stage.conversation().problem().find("starttls-injection"), std::string::npos);
  EXPECT_EQ(stage.shown().find("injected"), std::string::npos);
}

}  // namespace
}  // namespace backtalk::talk::test
