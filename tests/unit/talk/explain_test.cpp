// SPDX-License-Identifier: Apache-2.0 OR MIT
// How answers read, in plain words under each.
#include <gtest/gtest.h>

#include <string_view>

#include "stage.hpp"

namespace backtalk::talk::test {
namespace {

constexpr ConversationSettings kExplained{.explain = true};

TEST(Explain, AReplyOfSmtp) {
  Stage stage(Protocol::smtp, kExplained);
  stage.hears("220 hi").says("EHLO a").hears("250-me").hears("250-SIZE 100").hears("250-_x").hears("250 DSN");
  stage.says("RCPT TO:<a@b.c>").hears("550 5.1.1 who?");
  EXPECT_EQ(stage.shown(), R"(S: 220 hi
# 220: done
C: EHLO a
S: 250-me
S: 250-SIZE 100
S: 250-_x
S: 250 DSN
# 250: done; 4 lines
# offers SIZE (100), DSN
# warning: `_x` is no extension: the text does not have the form that its name requires
C: RCPT TO:<a@b.c>
S: 550 5.1.1 who?
# 550: refused; 5.1.1: about an address
)");
}

TEST(Explain, ResponsesOfPop3) {
  Stage stage(Protocol::pop3, kExplained);
  stage.hears("+OK <1@a.b>").says("CAPA").hears("+OK").hears("USER").hears("SASL PLAIN").hears(".");
  stage.says("STAT").hears("+OK 2 320").says("LIST").hears("+OK").hears("1 120").hears("2 x").hears(".");
  stage.says("PASS x").hears("-ERR [IN-USE] no");
  EXPECT_EQ(stage.shown(), R"(S: +OK <1@a.b>
# +OK; APOP would sign <1@a.b>
C: CAPA
S: +OK
# +OK, and lines up to a dot
S: USER
S: SASL PLAIN
S: .
# offers USER, SASL (PLAIN)
# lines: 2, octets without the dot: 0
C: STAT
S: +OK 2 320
# +OK; messages: 2, octets: 320
C: LIST
S: +OK
# +OK, and lines up to a dot
S: 1 120
S: 2 x
# warning: line 2, offset 2: the text does not have the form that its name requires
S: .
# messages: 2, octets: 120
C: PASS ***
S: -ERR [IN-USE] no
# -ERR: refused; response code IN-USE
)");
}

TEST(Explain, ResponsesOfImap) {
  Stage stage(Protocol::imap, kExplained);
  stage.hears("* OK hi").says("a SELECT INBOX").hears("* 3 EXISTS").hears("* FLAGS (\\Seen)");
  stage.hears("a OK [READ-WRITE] done")
      .says("b FETCH 1 (UID FLAGS)")
      .hears("* 1 FETCH (UID 7 FLAGS (\\Seen))");
  stage.hears("b OK done").says("c LIST").hears("* LIST (\\Noselect) \"/\" \"a b\"").hears("c BAD what?");
  EXPECT_EQ(stage.shown(), R"(S: * OK hi
# OK: a notice
C: a SELECT INBOX
S: * 3 EXISTS
# 3 messages in the mailbox
S: * FLAGS (\Seen)
# flags of the mailbox: \Seen
S: a OK [READ-WRITE] done
# the answer to a: OK: done; response code READ-WRITE
C: b FETCH 1 (UID FLAGS)
S: * 1 FETCH (UID 7 FLAGS (\Seen))
# message 1; UID 7; FLAGS \Seen
S: b OK done
# the answer to b: OK: done
C: c LIST
S: * LIST (\Noselect) "/" "a b"
# mailbox `a b`; hierarchy by `/`; \Noselect
S: c BAD what?
# the answer to c: BAD: not understood, or not now
)");
}

TEST(Explain, AResponseOfHttp) {
  Stage stage(Protocol::http, kExplained);
  stage.says("GET / HTTP/1.1")
      .says("")
      .hears("HTTP/1.1 404 Not Found")
      .hears("Content-Length: 4")
      .hears("")
      .hears("ab");
  EXPECT_EQ(stage.shown(), R"(C: GET / HTTP/1.1
C: 
S: HTTP/1.1 404 Not Found
S: Content-Length: 4
S: 
# 404: the request is refused; a body of 4 octets; the connection stays open
S: ab
# the body is complete: 4 octets
)");
}

TEST(Explain, AnOfferThatDoesNotEndIsCut) {
  Stage stage(Protocol::pop3, {.explain = true});
  stage.hears("+OK hi").says("CAPA").hears("+OK");
  for (int i = 0; i < 4000; ++i) stage.hears("X-MORE with words");
  const std::size_t before = stage.shown().size();
  stage.hears(".");
  EXPECT_LT(stage.shown().size(), before + 20'000);
  EXPECT_NE(stage.shown().find(", and more\n", before), std::string::npos);
}

}  // namespace
}  // namespace backtalk::talk::test
