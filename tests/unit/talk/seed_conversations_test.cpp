// SPDX-License-Identifier: Apache-2.0 OR MIT
// The conversations by hand that this project grew from, whole, and cut at every octet.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "stage.hpp"

namespace backtalk::talk::test {
namespace {

constexpr std::string_view kSmtp = R"(S: 220 Owlsbarn server ready and waiting... ESMTP
C: EHLO imago
S: 250-Owlsbarn server ready and waiting...
S: 250-PIPELINING
S: 250 8BITMIME
C: MAIL FROM: <test@example.com>
S: 250 ok
C: RCPT TO: <stefano@foo.bar>
S: 250 ok
C: RCPT TO: <stefano-cell@foo.bar>
S: 250 ok
C: DATA
S: 354 go ahead
C: From: <test@example.com>
C: To: <stefano@foo.bar>, <stefano-cell@foo.bar>
C: Subject: This is a test
C: 
C: Hello there
C: 
C: SR
C: .
S: 250 ok 1118262778 qp 18322
C: QUIT
S: 221 Good bye.
)";

constexpr std::string_view kPop3 = R"(S: +OK Gpop h19pf1023865rnb ready.
C: USER example
S: +OK send PASS
C: PASS ***
S: +OK Welcome.
C: STAT
S: +OK 10 16286
C: LIST
S: +OK 10 messages (16286 bytes)
S: 1 4435
S: 2 1891
S: 10 729
S: .
C: UIDL
S: +OK
S: 1 GmailIdff726c90ed4c1a1
S: 10 GmailId1038993cffda13f6
S: .
C: TOP 1 0
S: +OK message follows
S: Message-ID: <dd0a2bd40410070106689e1d19@mail.gmail.com>
S: Content-Type: multipart/alternative;
S:  boundary="----=_Part_141_22594222.1097136378333"
S: Received:: by 10.54.8.63; Thu, 7 Oct 2004 01:06:18 -0700 (PDT)
S: 
S: .
C: DELE 1
S: +OK marked for deletion
C: RSET
S: +OK
C: QUIT
S: +OK Farewell.
)";

constexpr std::string_view kImap =
    R"(S: * OK [CAPABILITY IMAP4REV1 LOGIN-REFERRALS STARTTLS LOGINDISABLED] servername.domain.net IMAP4rev1 2003.339 at Wed, 17 Aug 2005 12:00:20 +0200 (SAST)
C: 1 CAPABILITY
S: * CAPABILITY IMAP4REV1 IDLE NAMESPACE MAILBOX-REFERRALS BINARY UNSELECT SCAN SORT THREAD=REFERENCES THREAD=ORDEREDSUBJECT MULTIAPPEND LOGIN-REFERRALS STARTTLS LOGINDISABLED
S: 1 OK CAPABILITY completed
C: 2 LOGOUT
S: * BYE servername.domain.net IMAP4rev1 server terminating connection
S: 2 OK LOGOUT completed
)";

constexpr std::string_view kHttp10 = R"(C: GET http://www.example.com/ HTTP/1.0
C: 
S: HTTP/1.1 200 OK
S: Date: Wed, 21 Dec 2005 21:49:37 GMT
S: Content-Length: 14
S: Connection: close
S: Content-Type: text/html
S: 
S: <p>Hello</p>
)";

constexpr std::string_view kHttp11 = R"(C: GET / HTTP/1.1
C: Host: www.example.com
C: Connection: close
C: 
S: HTTP/1.1 200 OK
S: Transfer-Encoding: chunked
S: Connection: close
S: 
S: 5
S: Hello
S: 0
S: 
)";

constexpr std::string_view kHttpKept = R"(C: GET / HTTP/1.1
C: Host: www.example.com
C: 
S: HTTP/1.1 304 Not Modified
S: Content-Length: 722
S: 
C: HEAD / HTTP/1.1
C: Host: www.example.com
C: 
S: HTTP/1.1 200 OK
S: Content-Length: 722
S: 
)";

struct Seed {
  Protocol protocol;
  std::string_view text;
  std::string_view secret;  // what was typed where the text has asterisks
};

const std::vector<Seed> kSeeds{{Protocol::smtp, kSmtp, ""},   {Protocol::pop3, kPop3, "example-password"},
                               {Protocol::imap, kImap, ""},   {Protocol::http, kHttp10, ""},
                               {Protocol::http, kHttp11, ""}, {Protocol::http, kHttpKept, ""}};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(lines.back().size() + 1);
  }
  return lines;
}

// What is typed there.
std::string typed(std::string_view line, const Seed& seed) {
  std::string text(line.substr(3));
  if (const std::size_t at = text.find(kHidden); at != std::string::npos) text.replace(at, 3, seed.secret);
  return text;
}

// Plays it to the end; each run of lines of the server arrives in pieces of that size.
void play(const Seed& seed, Stage& stage, std::size_t piece) {
  std::string heard;
  const auto hear = [&] {
    for (std::string_view rest = heard; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
      stage.conversation().receive(rest.substr(0, piece));
    heard.clear();
  };
  for (const std::string_view line : lines_of(seed.text)) {
    if (line.starts_with("S: ")) {
      heard.append(line.substr(3)).append("\r\n");
    } else {
      hear();
      stage.says(typed(line, seed));
    }
  }
  hear();
}

TEST(SeedConversations, AreSpokenAsTheyStand) {
  if (detail::kTinyLimits) GTEST_SKIP() << "lines are longer than tiny limits allow";
  for (const Seed& seed : kSeeds) {
    Stage stage(seed.protocol);
    play(seed, stage, std::string::npos);
    EXPECT_EQ(stage.shown(), seed.text);
    EXPECT_TRUE(stage.is_done()) << stage.conversation().problem();
  }
}

TEST(SeedConversations, EachLineGoesOutWithCrlf) {
  if (detail::kTinyLimits) GTEST_SKIP() << "lines are longer than tiny limits allow";
  for (const Seed& seed : kSeeds) {
    Stage stage(seed.protocol);
    play(seed, stage, std::string::npos);
    std::string expected;
    for (const std::string_view line : lines_of(seed.text)) {
      if (line.starts_with("C: ")) expected.append(typed(line, seed)).append("\r\n");
    }
    EXPECT_EQ(stage.sent(), expected);
  }
}

TEST(SeedConversations, WhatIsShownDoesNotDependOnTheCuts) {
  if (detail::kTinyLimits) GTEST_SKIP() << "lines are longer than tiny limits allow";
  for (const Seed& seed : kSeeds) {
    Stage whole(seed.protocol, {.explain = true});
    play(seed, whole, std::string::npos);
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U}) {
      Stage stage(seed.protocol, {.explain = true});
      play(seed, stage, piece);
      EXPECT_EQ(stage.shown(), whole.shown()) << piece;
      EXPECT_TRUE(stage.is_done()) << stage.conversation().problem();
    }
  }
}

// Wherever a connection ends before its last line, something was not answered.
TEST(SeedConversations, ACutConnectionLeavesSomethingUnanswered) {
  if (detail::kTinyLimits) GTEST_SKIP() << "lines are longer than tiny limits allow";
  for (const Seed& seed : kSeeds) {
    std::string heard;
    for (const std::string_view line : lines_of(seed.text)) {
      if (line.starts_with("S: ")) heard.append(line.substr(3)).append("\r\n");
    }
    for (std::size_t cut = 0; cut < heard.size(); ++cut) {
      Stage stage(seed.protocol, {.pipeline = true});
      std::string_view left = std::string_view(heard).substr(0, cut);
      // All that may go out goes out, and then a line more is heard.
      std::vector<std::string_view> lines = lines_of(seed.text);
      std::erase_if(lines, [](std::string_view line) { return line.starts_with("S: "); });
      std::size_t next = 0;
      while (true) {
        while (next < lines.size() && stage.may_type()) stage.says(typed(lines[next++], seed));
        if (left.empty()) break;
        const std::string_view piece = left.substr(0, left.find('\n') + 1);
        const std::string_view some = piece.empty() ? left : piece;
        stage.conversation().receive(some);
        left.remove_prefix(some.size());
      }
      stage.conversation().end_of_stream();
      EXPECT_FALSE(stage.is_done() && next == lines.size()) << cut << "\n" << stage.shown();
    }
  }
}

}  // namespace
}  // namespace backtalk::talk::test
