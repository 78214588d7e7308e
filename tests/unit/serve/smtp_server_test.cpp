// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/smtp_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
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

  // Lets it go on with what it left, and with answers that it owes, until it has done all; how many
  // octets of output it never passed in one go.
  std::size_t finish() {
    std::size_t most = 0;
    do {
      most = std::max(most, server_.output().size());
      replies_ += std::ranges::count(server_.output(), '\n');
      server_.output().clear();
      say("");
    } while (!left_.empty() || server_.has_more() || !server_.output().empty());
    return most;
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
  [[nodiscard]] std::ptrdiff_t lines_finished() const { return replies_; }

 private:
  Faults faults_;
  SmtpCounts counts_;
  SmtpServer server_;
  std::string left_;
  std::ptrdiff_t replies_ = 0;
};

Faults slow(std::uint64_t ns) {
  Faults faults;
  faults.smtp.service = {.kind = ServicePlan::Kind::constant, .ns = ns};
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

std::string repeat(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

constexpr std::size_t kLongestReply = 200;

// What a client asks for in one segment comes to seventeen times as much.
TEST(SmtpServerOutput, NoMoreIsConsumedOnceItIsEnough) {
  Conversation talk;
  talk.say(repeat("EHLO x\r\n", 4000));
  EXPECT_GE(talk.server().output().size(), SmtpServer::kOutputEnough);
  EXPECT_GT(talk.left().size(), 24'000U);
  EXPECT_LT(talk.finish(), SmtpServer::kOutputEnough + kLongestReply);
  EXPECT_EQ(talk.lines_finished(), 7 * 4000);
}

TEST(SmtpServerOutput, NothingIsConsumedUntilItIsTaken) {
  Conversation talk;
  talk.say(repeat("EHLO x\r\n", 4000));
  const std::size_t before = talk.server().output().size();
  talk.say("NOOP\r\n");
  EXPECT_EQ(talk.server().output().size(), before);
}

// RFC 2033 4.2: one reply for each recipient, to a single dot.
TEST(SmtpServerOutput, TheAnswersToOneCommandComeInPartsToo) {
  Conversation talk({}, true);
  talk.say("LHLO x\r\nMAIL FROM:<a>\r\n");
  talk.say(repeat("RCPT TO:<b>\r\n", 100'000));
  talk.say("DATA\r\n.\r\nNOOP\r\n");
  EXPECT_LT(talk.finish(), SmtpServer::kOutputEnough + kLongestReply);
  EXPECT_EQ(talk.lines_finished(), 7 + 1 + 100'000 + 1 + 100'000 + 1);
  EXPECT_EQ(talk.counts().messages, 1U);
}

// RFC 1870 5 and 6.1.
TEST(SmtpServerSize, WhatIsDeclaredTooBigIsRefusedAndWhatIsNoSizeToo) {
  for (const auto& [size, code] :
       {std::pair{"", "250"}, std::pair{" SIZE=0", "250"}, std::pair{" SIZE=52428800", "250"},
        std::pair{" BODY=8BITMIME size=10", "250"}, std::pair{" SIZE=52428801", "552"},
        std::pair{" SIZE=18446744073709551616", "552"}, std::pair{" SIZE=99999999999999999999999", "552"},
        std::pair{" SIZE=-1", "501"}, std::pair{" SIZE=", "501"}, std::pair{" SIZE", "501"},
        std::pair{" SIZE=1e3", "501"}, std::pair{" SIZE=0x10", "501"},
        std::pair{" SIZE=99999999999999999999999x", "501"}}) {
    Conversation talk;
    talk.say("EHLO x\r\nMAIL FROM:<a>" + std::string(size) + "\r\n");
    EXPECT_EQ(talk.heard(), std::string("250 ") + code) << size;
  }
}

TEST(SmtpServerSize, AMessageThatTurnsOutTooBigIsRefusedForThat) {
  Conversation talk;
  talk.say("EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nBDAT 52428801 LAST\r\n");
  const std::string mebibyte(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 50; ++i) talk.say(mebibyte);
  EXPECT_EQ(talk.heard(), "250 250 250");
  talk.say("x");
  EXPECT_EQ(talk.server().output(), "552 5.3.4 Message too big\r\n");
  EXPECT_EQ(talk.counts().messages_refused, 1U);
  EXPECT_EQ(talk.counts().messages, 0U);
}

TEST(SmtpServerClosing, AClientThatMayStillBeSendingIsGivenTime) {
  Faults one_message;
  one_message.smtp.messages_max = 1;
  for (const auto& [said, closing] :
       {std::pair{"NOOP\r\n", session::Closing::not_yet}, std::pair{"QUIT\r\n", session::Closing::at_once},
        std::pair{"a\nb", session::Closing::when_client_ends},
        std::pair{"BDAT many\r\n", session::Closing::when_client_ends},
        std::pair{"EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n.\r\n"
                  "MAIL FROM:<a>\r\nRCPT TO:<b>\r\n",
                  session::Closing::when_client_ends}}) {
    Conversation talk(one_message);
    talk.say(said);
    EXPECT_EQ(talk.server().closing(), closing) << said;
  }
}

TEST(SmtpServerClosing, AFaultClosesAtOnce) {
  for (const auto& [fault, closing] : {std::pair{ReplyFault::close, session::Closing::at_once},
                                       std::pair{ReplyFault::half, session::Closing::at_once},
                                       std::pair{ReplyFault::reset, session::Closing::with_reset}}) {
    Faults faults;
    faults.replies = {.fault = fault, .after_replies = 1};
    Conversation talk(faults);
    talk.say("a\nb");
    EXPECT_EQ(talk.server().closing(), closing);
  }
}

}  // namespace
}  // namespace backtalk::serve
