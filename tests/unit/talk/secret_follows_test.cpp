// SPDX-License-Identifier: Apache-2.0 OR MIT
// Where what is typed next must not be shown.
#include <gtest/gtest.h>

#include <string_view>

#include "stage.hpp"

namespace backtalk::talk::test {
namespace {

bool follows(Stage& stage, std::string_view beginning) {
  return stage.conversation().secret_follows(beginning);
}

TEST(SecretFollows, BehindTheWordsOfALogin) {
  Stage pop3(Protocol::pop3);
  pop3.hears("+OK hi");
  for (const std::string_view line : {"PASS ", "pass ", "PASS a ", "APOP u1 ", "AUTH PLAIN "})
    EXPECT_TRUE(follows(pop3, line)) << line;
  for (const std::string_view line : {"", "PASS", "USER ", "APOP ", "AUTH ", "TOP 1 "})
    EXPECT_FALSE(follows(pop3, line)) << line;
  Stage imap(Protocol::imap);
  imap.hears("* OK hi");
  for (const std::string_view line : {"1 LOGIN u1 ", "1 AUTHENTICATE PLAIN "})
    EXPECT_TRUE(follows(imap, line)) << line;
  for (const std::string_view line : {"1 LOGIN ", "1 SELECT ", "1 FETCH 1 "})
    EXPECT_FALSE(follows(imap, line)) << line;
}

TEST(SecretFollows, WhereTheServerHasAsked) {
  Stage smtp(Protocol::smtp);
  smtp.hears("220 hi").says("AUTH LOGIN").hears("334 VXNlcm5hbWU6");
  EXPECT_TRUE(follows(smtp, ""));
  smtp.says("dTE=").hears("334 UGFzc3dvcmQ6");
  EXPECT_TRUE(follows(smtp, ""));
  smtp.says("cA==").hears("235 ok");
  EXPECT_FALSE(follows(smtp, ""));
  Stage imap(Protocol::imap);
  imap.hears("* OK hi").says("1 LOGIN u1 {3}").hears("+ go on");
  EXPECT_TRUE(follows(imap, ""));
  imap.says("abc").hears("1 OK").says("2 APPEND INBOX {3}").hears("+ go on");
  EXPECT_FALSE(follows(imap, "")) << "a literal that is no secret";
}

TEST(SecretFollows, BehindTheLiteralOfALogin) {
  Stage imap(Protocol::imap);
  imap.hears("* OK hi").says("a LOGIN {3+}");
  EXPECT_TRUE(follows(imap, "bob "));
  EXPECT_FALSE(follows(imap, "")) << "the user";
  EXPECT_FALSE(follows(imap, "b "));
  imap.says("bob secret").hears("a OK").says("b APPEND {5+}");
  EXPECT_FALSE(follows(imap, "INBOX "));
}

TEST(SecretFollows, InCredentialsOfHttp) {
  Stage http(Protocol::http);
  EXPECT_FALSE(follows(http, "GET / "));
  http.says("GET / HTTP/1.1");
  EXPECT_TRUE(follows(http, "Authorization: "));
  EXPECT_TRUE(follows(http, "Cookie: "));
  EXPECT_FALSE(follows(http, "Cookie2: "));
  EXPECT_FALSE(follows(http, "Accept: "));
}

TEST(SecretFollows, NotInAMessage) {
  Stage smtp(Protocol::smtp);
  smtp.hears("220 hi").says("DATA").hears("354 go on");
  EXPECT_FALSE(follows(smtp, "PASS "));
  EXPECT_FALSE(follows(smtp, ""));
}

}  // namespace
}  // namespace backtalk::talk::test
