#include "serve/smtp_server.hpp"

#include <gtest/gtest.h>

#include <string>

namespace backtalk::serve {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;

// A client and its server, without a connection.
class Conversation {
 public:
  explicit Conversation(const Faults& faults = {}, bool lmtp = false)
      : faults_(faults), server_(lmtp, faults_, counts_) {
    server_.restart();
    (void)heard();
  }

  // Says this, and what the server left of what was said before; nothing the server left is lost.
  void say(std::string_view octets) {
    left_ += octets;
    left_.erase(0, server_.consume(left_));
  }

  // The codes of the replies that came since.
  [[nodiscard]] std::string heard() {
    std::string codes;
    std::string_view rest = server_.output();
    while (!rest.empty()) {
      const std::size_t end = rest.find("\r\n") + 2;
      if (rest[3] == ' ') codes.append(codes.empty() ? "" : " ").append(rest.substr(0, 3));
      rest.remove_prefix(end);
    }
    server_.output().clear();
    return codes;
  }

  [[nodiscard]] SmtpServer& server() { return server_; }
  [[nodiscard]] const SmtpCounts& counts() const { return counts_; }
  [[nodiscard]] const std::string& left() const { return left_; }

 private:
  Faults faults_;
  SmtpCounts counts_;
  SmtpServer server_;
  std::string left_;
};

Faults slow(std::uint64_t ns) {
  Faults faults;
  faults.service = {.kind = ServicePlan::Kind::constant, .ns = ns};
  return faults;
}

TEST(SmtpServerService, TheEndOfAMessageTakesItsTimeAndNothingBeforeIt) {
  Conversation talk(slow(kMillisecond));
  talk.say("EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n");
  EXPECT_EQ(talk.heard(), "250 250 250 354");
  EXPECT_EQ(talk.server().work_ns(), 0U);
  talk.say("hello\r\n.\r\n");
  EXPECT_EQ(talk.heard(), "");
  EXPECT_EQ(talk.server().work_ns(), kMillisecond);
  EXPECT_EQ(talk.counts().messages, 0U);
  talk.server().finish_work();
  EXPECT_EQ(talk.heard(), "250");
  EXPECT_EQ(talk.server().work_ns(), 0U);
  EXPECT_EQ(talk.counts().messages, 1U);
}

TEST(SmtpServerService, NoopAndRsetTakeItToo) {
  Conversation talk(slow(kMillisecond));
  for (const std::string_view command : {"NOOP\r\n", "RSET\r\n"}) {
    talk.say(command);
    EXPECT_EQ(talk.heard(), "");
    EXPECT_EQ(talk.server().work_ns(), kMillisecond);
    talk.server().finish_work();
    EXPECT_EQ(talk.heard(), "250");
  }
}

TEST(SmtpServerService, OfChunksTheLastTakesIt) {
  Conversation talk(slow(kMillisecond));
  talk.say("EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nBDAT 2\r\nab");
  EXPECT_EQ(talk.heard(), "250 250 250 250");
  talk.say("BDAT 0 LAST\r\n");
  EXPECT_EQ(talk.heard(), "");
  talk.server().finish_work();
  EXPECT_EQ(talk.heard(), "250");
}

TEST(SmtpServerService, WhatIsPipelinedBehindItWaitsItsTurnAndIsNotLost) {
  Conversation talk(slow(kMillisecond));
  talk.say("NOOP\r\nVRFY x\r\nNOOP\r\nQUIT\r\n");
  EXPECT_EQ(talk.left(), "VRFY x\r\nNOOP\r\nQUIT\r\n");
  EXPECT_EQ(talk.heard(), "");
  talk.server().finish_work();
  EXPECT_EQ(talk.heard(), "250");
  talk.say("");
  EXPECT_EQ(talk.heard(), "252");
  EXPECT_EQ(talk.left(), "QUIT\r\n");
  EXPECT_FALSE(talk.server().over());
  talk.server().finish_work();
  talk.say("");
  EXPECT_EQ(talk.heard(), "250 221");
  EXPECT_TRUE(talk.server().over());
}

// RFC 2033 4.2: one reply for each recipient; the message is worked on once.
TEST(SmtpServerService, LmtpTakesItOnceAMessage) {
  Conversation talk(slow(kMillisecond), true);
  talk.say("LHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nDATA\r\n.\r\n");
  EXPECT_EQ(talk.heard(), "250 250 250 250 354");
  talk.server().finish_work();
  EXPECT_EQ(talk.heard(), "250 250");
}

TEST(SmtpServerService, WithoutItEverythingIsAnsweredAtOnce) {
  Conversation talk;
  talk.say("NOOP\r\nRSET\r\nNOOP\r\n");
  EXPECT_EQ(talk.heard(), "250 250 250");
  EXPECT_EQ(talk.left(), "");
}

}  // namespace
}  // namespace backtalk::serve
