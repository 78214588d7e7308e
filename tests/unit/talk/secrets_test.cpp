// SPDX-License-Identifier: Apache-2.0 OR MIT
// Secrets are shown nowhere: not as they are typed, and not where the server repeats them.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "session/base64.hpp"
#include "stage.hpp"
#include "talk/secrets.hpp"

namespace backtalk::talk::test {
namespace {

constexpr std::string_view kPassword = "Tr0ub4dor";

// Neither the password nor its base64 is shown, nor that of PLAIN, but "***" is.
void expect_hidden(const Stage& stage) {
  EXPECT_NE(stage.shown().find("***"), std::string::npos) << stage.shown();
  for (const std::string& secret : {std::string(kPassword), session::to_base64(kPassword),
                                    session::to_base64(std::string("\0u\0", 3) + std::string(kPassword))}) {
    EXPECT_EQ(stage.shown().find(secret), std::string::npos) << stage.shown();
    EXPECT_EQ(stage.notation().find(secret), std::string::npos) << stage.notation();
  }
}

std::string plain() {
  return session::to_base64(std::string("\0u\0", 3).append(kPassword));
}

std::string line(std::string_view before, std::string_view secret = kPassword, std::string_view behind = "") {
  return std::string(before).append(secret).append(behind);
}

TEST(HiddenSecrets, PassAndApop) {
  Stage stage(Protocol::pop3, {.explain = true});
  stage.hears("+OK <1@a.b>").says("USER u").hears("+OK").says(line("pass "));
  stage.hears(line("-ERR you said PASS "))
      .says(line("APOP u "))
      .hears(line("-ERR APOP u ", kPassword, " is wrong"));
  stage.says("PASS " + session::to_base64(kPassword)).hears("-ERR no");
  EXPECT_EQ(stage.shown().find("C: pass ***\n") == std::string::npos, false) << stage.shown();
  EXPECT_NE(stage.shown().find("C: APOP u ***\n"), std::string::npos);
  EXPECT_NE(stage.shown().find("S: -ERR you said PASS ***\n"), std::string::npos) << stage.shown();
  expect_hidden(stage);
}

// The scheme was wrong, or the port: what is typed is a login all the same.
TEST(HiddenSecrets, ALoginOfAnotherProtocol) {
  const std::string pass = line("PASS ");
  const std::string apop = line("APOP u ");
  const std::string tagged = line("a LOGIN u ");
  const std::string authenticate = "a authenticate PLAIN " + plain();
  const std::string auth = "AUTH PLAIN " + plain();
  const auto expect_shown = [](Protocol protocol, std::string_view greeting, std::string_view answer,
                               const std::string& said, const std::string& shown) {
    Stage stage(protocol);
    if (!greeting.empty()) stage.hears(greeting);
    stage.says(said).hears(answer);
    EXPECT_NE(stage.shown().find("C: " + shown + "\n"), std::string::npos) << stage.shown();
    expect_hidden(stage);
  };
  const std::string no = line(" you said ");
  for (const auto& [said, shown] : {std::pair{pass, "PASS ***"},
                                    {apop, "APOP u ***"},
                                    {tagged, "a LOGIN u ***"},
                                    {authenticate, "a authenticate PLAIN ***"}})
    expect_shown(Protocol::smtp, "220 hi", "500" + no, said, shown);
  for (const auto& [said, shown] :
       {std::pair{tagged, "a LOGIN u ***"}, {authenticate, "a authenticate PLAIN ***"}})
    expect_shown(Protocol::pop3, "+OK hi", "-ERR" + no, said, shown);
  for (const auto& [said, shown] :
       {std::pair{pass, "PASS ***"}, {apop, "APOP u ***"}, {auth, "AUTH PLAIN ***"}})
    expect_shown(Protocol::imap, "* OK hi", "* BAD" + no, said, shown);
  for (const auto& [said, shown] :
       {std::pair{pass, "PASS ***"}, {tagged, "a LOGIN u ***"}, {auth, "AUTH PLAIN ***"}})
    expect_shown(Protocol::http, "", "HTTP/1.1 400" + no, said, shown);
}

TEST(HiddenSecrets, APasswordMayHaveSpaces) {
  Stage stage(Protocol::pop3);
  stage.hears("+OK").says("PASS a b").hears("-ERR `a b`");
  EXPECT_EQ(stage.shown(), "S: +OK\nC: PASS ***\nS: -ERR `***`\n");
}

TEST(HiddenSecrets, LoginAsAtomQuotedAndLiteral) {
  Stage stage(Protocol::imap, {.explain = true});
  stage.hears("* OK hi").says(line("a LOGIN u ")).hears(line("a NO u ", kPassword, " no"));
  stage.says(line("b login \"u\" \"", kPassword, "\"")).hears(line("b NO \"", kPassword, "\""));
  stage.says("c LOGIN {1+}")
      .says("u {9}")
      .hears("+ go")
      .says(kPassword)
      .hears(line("c BAD ", session::to_base64(kPassword)));
  expect_hidden(stage);
  EXPECT_NE(stage.shown().find("C: a LOGIN u ***\n"), std::string::npos) << stage.shown();
  EXPECT_NE(stage.shown().find("C: b login \"u\" ***\n"), std::string::npos) << stage.shown();
  EXPECT_NE(stage.shown().find("C: c LOGIN {1+}\nC: u {9}\nS: + go\n"), std::string::npos) << stage.shown();
  EXPECT_NE(stage.shown().find("C: ***\nS: c BAD ***\n"), std::string::npos) << stage.shown();
}

TEST(HiddenSecrets, AnEscapedPasswordIsHiddenAsItIsMeant) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says(R"(a LOGIN u "a\"b\\c")").hears(R"(a NO a"b\c)");
  EXPECT_EQ(stage.shown(), "S: * OK hi\nC: a LOGIN u ***\nS: a NO ***\n");
}

TEST(HiddenSecrets, AuthPlainWithAndWithoutInitialResponse) {
  Stage stage(Protocol::smtp, {.explain = true});
  stage.hears("220 hi").says("AUTH PLAIN " + plain()).hears("501 AUTH PLAIN " + plain() + " is wrong");
  stage.says("AUTH PLAIN").hears("334 ").says(plain()).hears(line("535 "));
  EXPECT_TRUE(stage.is_done());
  EXPECT_NE(stage.shown().find("S: 501 AUTH PLAIN *** is wrong\n"), std::string::npos) << stage.shown();
  expect_hidden(stage);
}

TEST(HiddenSecrets, AuthenticateAndWhatAnswersAPlus) {
  Stage stage(Protocol::imap, {.explain = true});
  stage.hears("* OK hi").says("a AUTHENTICATE PLAIN " + plain()).hears("a NO no");
  stage.says("b AUTHENTICATE LOGIN").hears("+ VXNlcm5hbWU6").says("dQ==").hears("+ UGFzc3dvcmQ6");
  stage.says(session::to_base64(kPassword)).hears("b NO " + session::to_base64(kPassword));
  EXPECT_TRUE(stage.is_done());
  expect_hidden(stage);
}

TEST(HiddenSecrets, TheTokenOfXoauth2) {
  const std::string token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg";
  Stage stage(Protocol::pop3);
  stage.hears("+OK hi").says("AUTH XOAUTH2 " + session::to_base64("user=a@b.c\x01"
                                                                  "auth=Bearer " +
                                                                  token + "\x01\x01"));
  stage.hears("-ERR the token " + token + " is old");
  EXPECT_EQ(stage.shown(), "S: +OK hi\nC: AUTH XOAUTH2 ***\nS: -ERR the token *** is old\n");
}

TEST(HiddenSecrets, ALoginThatIsRefusedHalfwayIsStillOne) {
  Stage stage(Protocol::smtp);
  stage.hears("220 hi").says("AUTH LOGIN").hears("504 no").says("dQ==").hears("500 what?");
  stage.says(session::to_base64(kPassword)).hears(line("500 ", session::to_base64(kPassword)));
  EXPECT_EQ(stage.shown(), "S: 220 hi\nC: AUTH LOGIN\nS: 504 no\nC: ***\nS: 500 what?\nC: ***\nS: 500 ***\n");
  stage.says("NOOP x").hears("250 ok").says("NOPE y");
  EXPECT_TRUE(stage.shown().ends_with("C: NOOP x\nS: 250 ok\nC: NOPE y\n")) << "a command ends that";
}

TEST(HiddenSecrets, ARefusedLiteralOfLogin) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi")
      .says("a LOGIN u {9}")
      .hears("a NO LOGINDISABLED")
      .says(kPassword)
      .hears(line("", kPassword, " BAD what?"));
  expect_hidden(stage);
}

TEST(HiddenSecrets, ALoginInThePlaceOfDone) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi")
      .says("a IDLE")
      .hears("+ idling")
      .says(line("b LOGIN u "))
      .hears(line("a BAD b LOGIN u "));
  expect_hidden(stage);
}

TEST(HiddenSecrets, ALoginWithALiteralInThePlaceOfDone) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("a IDLE").hears("+ idling").says("b LOGIN u {9}").hears("a BAD what?");
  stage.says(kPassword).hears(line("* BAD "));
  expect_hidden(stage);
}

TEST(HiddenSecrets, AResponseWithoutItsPadding) {
  const std::string response = session::to_base64(std::string("\0u\0", 3) + std::string(kPassword) + "1");
  ASSERT_TRUE(response.ends_with("=="));
  Stage stage(Protocol::smtp);
  stage.hears("220 hi").says("AUTH PLAIN " + response.substr(0, response.size() - 2));
  stage.hears(line("535 it is ", kPassword, "1"));
  expect_hidden(stage);
}

TEST(HiddenSecrets, CredentialsOfHttp) {
  Stage stage(Protocol::http);
  const std::string basic = session::to_base64("u:" + std::string(kPassword));
  stage.says("GET / HTTP/1.1").says("Authorization: Basic " + basic).says("");
  stage.hears("HTTP/1.1 401 Unauthorized").hears(line("X-Said: ")).hears("Content-Length: 0").hears("");
  EXPECT_NE(stage.shown().find("C: Authorization: Basic ***\n"), std::string::npos) << stage.shown();
  EXPECT_NE(stage.shown().find("S: X-Said: ***\n"), std::string::npos) << stage.shown();
}

TEST(HiddenSecrets, CredentialsOfHttpWithMistakes) {
  const std::string basic = session::to_base64("u:" + std::string(kPassword));
  for (const std::string& field : {"Authorization : Basic " + basic, " authorization:\tBasic\t" + basic + " ",
                                   "Authorization:" + basic, "Authorization: Basic\r\n " + basic + "\t"}) {
    for (const bool with_request_line : {true, false}) {
      Stage stage(Protocol::http);
      if (with_request_line) stage.says("GET / HTTP/1.1");
      const std::size_t cut = field.find('\r');
      stage.says(field.substr(0, cut));
      if (cut != std::string::npos) stage.says(field.substr(cut + 2));
      stage.says("Host: a").says("");
      stage.hears("HTTP/1.1 401 No").hears(line("X-Said: ", kPassword, " " + basic));
      expect_hidden(stage);
      EXPECT_EQ(stage.shown().find(basic), std::string::npos) << stage.shown();
      EXPECT_NE(stage.shown().find("C: Host: a\n"), std::string::npos) << stage.shown();
    }
  }
}

// The field has no scheme (RFC 6265 4.2.1): all of it is a secret, and so is each cookie.
TEST(HiddenSecrets, Cookies) {
  for (const std::string field : {"Cookie: id=1; SID=31d4d96e407aad42", "cookie :id=1; SID=31d4d96e407aad42",
                                  "Cookie: id=1;\r\n SID=31d4d96e407aad42"}) {
    Stage stage(Protocol::http);
    const std::size_t cut = std::min(field.find('\r'), field.size());
    stage.says("GET / HTTP/1.1").says(field.substr(0, cut));
    if (cut != field.size()) stage.says(field.substr(cut + 2));
    stage.says("Host: a").says("");
    stage.hears("HTTP/1.1 400 No").hears("X-Said: SID=31d4d96e407aad42").hears("X-Value: 31d4d96e407aad42");
    EXPECT_EQ(stage.shown().find("31d4"), std::string::npos) << stage.shown();
    EXPECT_EQ(stage.shown().find("id=1"), std::string::npos) << stage.shown();
    EXPECT_NE(stage.shown().find("C: Host: a\n"), std::string::npos) << stage.shown();
    EXPECT_NE(stage.shown().find("S: X-Value: ***\n"), std::string::npos) << stage.shown();
  }
}

TEST(HiddenSecrets, InCapitalsAndWithout) {
  Stage stage(Protocol::smtp);
  stage.hears("220 hi").says("AUTH PLAIN " + plain());
  stage.hears("535 tr0ub4dor TR0UB4DOR, ahuavhiwdwi0zg9y!");
  EXPECT_TRUE(stage.shown().ends_with("S: 535 *** ***, ***!\n")) << stage.shown();
}

TEST(HiddenSecrets, CutInTheMiddleOfALine) {
  Stage stage(Protocol::pop3);
  stage.hears("+OK hi").says(line("PASS ")).hears("-ERR `Tr0ub4do...' is wrong");
  EXPECT_TRUE(stage.shown().ends_with("S: -ERR `***...' is wrong\n")) << stage.shown();
}

TEST(HiddenSecrets, WithTabsAndMoreBlanksThanOne) {
  const std::string repeated = std::string(kPassword) + " " + plain() + " is wrong";
  for (const std::string& said : {"AUTH  PLAIN  " + plain(), "AUTH PLAIN " + plain() + " ",
                                  "AUTH\tPLAIN\t" + plain(), " AUTH PLAIN\t " + plain()}) {
    Stage smtp(Protocol::smtp);
    smtp.hears("220 hi").says(said).hears("535 " + repeated);
    EXPECT_TRUE(smtp.shown().ends_with("***\nS: 535 *** *** is wrong\n")) << smtp.shown();
    Stage pop3(Protocol::pop3);
    pop3.hears("+OK hi").says(said).hears("-ERR " + repeated);
    EXPECT_TRUE(pop3.shown().ends_with("***\nS: -ERR *** *** is wrong\n")) << pop3.shown();
  }
  for (const std::string& said : {line("PASS  ", kPassword, "  "), line("PASS\t")}) {
    Stage stage(Protocol::pop3);
    stage.hears("+OK hi").says(said).hears(line("-ERR it is "));
    expect_hidden(stage);
  }
  for (const std::string& said : {line("a LOGIN u\t"), line("a LOGIN\tu\t"), line("a  LOGIN  u  ")}) {
    Stage stage(Protocol::imap);
    stage.hears("* OK hi").says(said).hears(line("a BAD it is "));
    expect_hidden(stage);
  }
}

TEST(HiddenSecrets, ALoginWithoutItsTag) {
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says(line("LOGIN u ")).hears(line("LOGIN BAD ", kPassword, "?"));
  stage.says("login {1}").hears("login BAD what?").says(kPassword).hears("* BAD what?");
  stage.says("AUTHENTICATE LOGIN").hears("AUTHENTICATE BAD what?");
  stage.says(session::to_base64(kPassword)).hears("* BAD what?");
  stage.says("AUTHENTICATE PLAIN " + plain()).hears("AUTHENTICATE BAD what?");
  expect_hidden(stage);
  EXPECT_NE(stage.shown().find("C: LOGIN u ***\n"), std::string::npos) << stage.shown();
  stage.says("login SELECT Drafts").hears("login OK done");
  EXPECT_NE(stage.shown().find("C: login SELECT Drafts\n"), std::string::npos) << "a tag may be any word";
  EXPECT_TRUE(stage.is_done());
}

TEST(HiddenSecrets, ALoginThatIsAcceptedEarly) {
  Stage stage(Protocol::smtp);
  stage.hears("220 hi").says("AUTH LOGIN").hears("235 welcome").says("dQ==").hears("500 what?");
  stage.says(session::to_base64(kPassword)).hears(line("500 "));
  expect_hidden(stage);
  EXPECT_EQ(stage.shown().find("dQ=="), std::string::npos) << stage.shown();
  stage.says("XFOO bar").hears("500 what?");
  EXPECT_NE(stage.shown().find("C: XFOO bar\n"), std::string::npos) << "no response looks like that";
}

TEST(HiddenSecrets, AResponseThatIsNotWantedAnyMore) {
  Stage smtp(Protocol::smtp);
  smtp.hears("220 hi").says("AUTH LOGIN").hears("334 ").hears("535 too late").says("QUIT").hears("221 bye");
  EXPECT_TRUE(smtp.is_done());
  EXPECT_NE(smtp.shown().find("C: QUIT\n"), std::string::npos) << smtp.shown();
  Stage pop3(Protocol::pop3);
  pop3.hears("+OK hi").says("AUTH LOGIN").hears("+ ").hears("-ERR too late");
  pop3.says(session::to_base64(kPassword)).hears(line("-ERR ")).says("QUIT").hears("+OK bye");
  EXPECT_TRUE(pop3.is_done());
  expect_hidden(pop3);
}

TEST(HiddenSecrets, TheTokenWithItsSchemeInSmallLetters) {
  const std::string token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg";
  Stage stage(Protocol::imap);
  stage.hears("* OK hi").says("a AUTHENTICATE OAUTHBEARER " + session::to_base64("n,a=u,\x01port=1\x01"
                                                                                 "auth=bearer " +
                                                                                 token + "\x01\x01"));
  stage.hears("a NO the token " + token + " is old");
  EXPECT_TRUE(stage.shown().ends_with("S: a NO the token *** is old\n")) << stage.shown();
}

TEST(HiddenSecrets, TheOctetsThatGoOutAreThoseTyped) {
  Stage stage(Protocol::pop3);
  stage.hears("+OK hi").says(line("PASS "));
  EXPECT_EQ(stage.sent(), line("PASS ", kPassword, "\r\n"));
}

TEST(Secrets, AShortOneIsHiddenWhereItIsAWord) {
  Secrets secrets;
  secrets.add("ok");
  EXPECT_EQ(secrets.hidden("+ok: ok, okay (ok)"), "+***: ***, okay (***)");
}

TEST(Secrets, OverlappingOnesAreHiddenOnce) {
  Secrets secrets;
  secrets.add("abcdefghij");
  secrets.add("fghijklmno");
  EXPECT_EQ(secrets.hidden("1 abcdefghijklmno 2 abcdefghij"), "1 *** 2 ***");
}

TEST(Secrets, WithoutSecretsATextIsAsItWas) {
  EXPECT_EQ(Secrets().hidden("250 ok"), "250 ok");
}

}  // namespace
}  // namespace backtalk::talk::test
