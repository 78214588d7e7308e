// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "smtp_conversation.hpp"

namespace backtalk::serve {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;

Faults slow(std::uint64_t ns) {
  Faults faults;
  faults.service = {.kind = ServicePlan::Kind::constant, .ns = ns};
  return faults;
}

TEST(SmtpServerService, OnlyTheEndOfAMessageTakesTime) {
  SmtpConversation talk(slow(kMillisecond));
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

// STARTTLS (RFC 3207)

TEST(SmtpServerStartTls, IsOfferedInClearTextAndNotOverTls) {
  SmtpConversation talk({}, {.starttls = true});
  talk.say("EHLO x\r\n");
  EXPECT_NE(talk.server().output().find("\r\n250-STARTTLS\r\n"), std::string::npos);
  EXPECT_EQ(talk.heard(), "250");
  talk.say("STARTTLS\r\n");
  EXPECT_EQ(talk.heard(), "220");
  ASSERT_TRUE(talk.server().wants_tls());
  talk.server().tls_established();
  EXPECT_FALSE(talk.server().wants_tls());
  talk.say("EHLO x\r\n");
  EXPECT_EQ(talk.server().output().find("STARTTLS"), std::string::npos);
  EXPECT_EQ(talk.heard(), "250");
  talk.say("STARTTLS\r\n");
  EXPECT_EQ(talk.heard(), "503");
}

TEST(SmtpServerStartTls, ForgetsWhatWasSaidInClearText) {
  SmtpConversation talk({}, {.starttls = true});
  talk.say("EHLO x\r\nMAIL FROM:<a>\r\nSTARTTLS\r\n");
  EXPECT_EQ(talk.heard(), "250 250 220");
  talk.server().tls_established();
  talk.say("RCPT TO:<b>\r\nMAIL FROM:<a>\r\n");
  EXPECT_EQ(talk.heard(), "503 503");
}

// A command behind STARTTLS, injected by whoever can write to the connection, is not answered: what
// is left is for the driver to discard.
TEST(SmtpServerStartTls, DoesNotReadWhatIsBehindIt) {
  SmtpConversation talk({}, {.starttls = true});
  talk.say("EHLO x\r\nSTARTTLS\r\nMAIL FROM:<a>\r\n");
  EXPECT_EQ(talk.heard(), "250 220");
  EXPECT_EQ(talk.left(), "MAIL FROM:<a>\r\n");
}

TEST(SmtpServerStartTls, HasNoParametersAndMustBeOffered) {
  SmtpConversation with({}, {.starttls = true});
  with.say("EHLO x\r\nSTARTTLS now\r\n");
  EXPECT_EQ(with.heard(), "250 501");
  EXPECT_FALSE(with.server().wants_tls());
  SmtpConversation without;
  without.say("EHLO x\r\nSTARTTLS\r\n");
  EXPECT_EQ(without.heard(), "250 502");
  EXPECT_FALSE(without.server().wants_tls());
}

// Delivery to the mailboxes of the process

class Delivery : public testing::Test {
 protected:
  // What the server says to this, by codes; `octets_max` bounds what is kept.
  std::string say(std::string_view octets, bool lmtp = false) {
    const Faults faults;
    SmtpServer server({.lmtp = lmtp}, faults, counts_, &store_);
    server.restart();
    server.output().clear();
    const std::string hello = lmtp ? "LHLO x\r\n" : "EHLO x\r\n";
    EXPECT_EQ(server.consume(hello), hello.size());
    server.output().clear();
    EXPECT_EQ(server.consume(octets), octets.size());
    std::string codes;
    for (std::string_view rest = server.output(); !rest.empty(); rest.remove_prefix(rest.find("\r\n") + 2))
      codes.append(codes.empty() ? "" : " ").append(rest.substr(0, 3));
    server.hang_up();
    return codes;
  }
  [[nodiscard]] std::size_t count(std::string_view user) {
    return store_.open(user).account->inbox()->view().size();
  }

  SmtpCounts counts_;
  mailbox::Store store_{{.messages = 0, .octets_max = 20'000}};
};

TEST_F(Delivery, KeepsWhatWasSent) {
  EXPECT_EQ(say("MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nRCPT TO:<@route,@z:c@y>\r\nDATA\r\nA: "
                "b\r\n\r\n..dot\r\n.\r\n"),
            "250 250 250 354 250");
  ASSERT_EQ(count("b"), 1U);
  EXPECT_EQ(store_.open("b").account->inbox()->view().item(0).message->octets(), "A: b\r\n\r\n.dot\r\n");
  EXPECT_EQ(count("c"), 1U);
  EXPECT_EQ(say("MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nBDAT 3\r\na\nb", false), "250 250 250");
  EXPECT_EQ(count("b"), 1U);  // it was not the last chunk
  EXPECT_EQ(say("MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nBDAT 3 LAST\r\na\nb", false), "250 250 250");
  EXPECT_EQ(store_.open("b").account->inbox()->view().item(1).message->octets(), "a\r\nb\r\n");
}

TEST_F(Delivery, RefusesWhatThereIsNoRoomFor) {
  const std::string mail =
      "MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n" + std::string(8000, 'x') + "\r\n.\r\n";
  EXPECT_EQ(say(mail), "250 250 354 250");
  EXPECT_EQ(say(mail), "250 250 354 250");
  EXPECT_EQ(say(mail), "250 250 354 452");
  EXPECT_EQ(count("b"), 2U);
  EXPECT_EQ(counts_.messages, 2U);
  EXPECT_EQ(counts_.messages_refused, 1U);
  EXPECT_LE(store_.budget().used(), 20'000U);
}

TEST_F(Delivery, LmtpAnswersForEachRecipient) {
  const std::string mail = "MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nRCPT TO:<c@y>\r\nDATA\r\nhi\r\n.\r\n";
  EXPECT_EQ(say(mail, true), "250 250 250 354 250 250");
  EXPECT_EQ(count("b"), 1U);
  EXPECT_EQ(count("c"), 1U);
}

TEST_F(Delivery, WhatIsGivenUpCostsNothing) {
  EXPECT_EQ(say("MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\n"), "250 250");
  const std::uint64_t before = store_.budget().used();
  EXPECT_EQ(say("MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n" + std::string(5000, 'x')), "250 250 354");
  EXPECT_EQ(store_.budget().used(), before);
}

TEST_F(Delivery, AMessageHasNoNul) {
  EXPECT_EQ(say(std::string_view("MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nBDAT 3 LAST\r\na\0b", 48)),
            "250 250 554");
}

TEST(SmtpServerService, NoopAndRsetTakeTimeToo) {
  SmtpConversation talk(slow(kMillisecond));
  for (const std::string_view command : {"NOOP\r\n", "RSET\r\n"}) {
    talk.say(command);
    EXPECT_EQ(talk.heard(), "");
    EXPECT_EQ(talk.server().work_ns(), kMillisecond);
    talk.server().finish_work();
    EXPECT_EQ(talk.heard(), "250");
  }
}

TEST(SmtpServerService, OnlyTheLastChunkTakesTime) {
  SmtpConversation talk(slow(kMillisecond));
  talk.say("EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nBDAT 2\r\nab");
  EXPECT_EQ(talk.heard(), "250 250 250 250");
  talk.say("BDAT 0 LAST\r\n");
  EXPECT_EQ(talk.heard(), "");
  talk.server().finish_work();
  EXPECT_EQ(talk.heard(), "250");
}

TEST(SmtpServerService, PipelinedCommandsWaitAndAreNotLost) {
  SmtpConversation talk(slow(kMillisecond));
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
TEST(SmtpServerService, LmtpTakesTimeOncePerMessage) {
  SmtpConversation talk(slow(kMillisecond), {.lmtp = true});
  talk.say("LHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nDATA\r\n.\r\n");
  EXPECT_EQ(talk.heard(), "250 250 250 250 354");
  talk.server().finish_work();
  EXPECT_EQ(talk.heard(), "250 250");
}

TEST(SmtpServerService, WithoutAServiceTimeEverythingIsAnsweredAtOnce) {
  SmtpConversation talk;
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
TEST(SmtpServerOutput, ConsumptionStopsWhileEnoughIsQueued) {
  SmtpConversation talk;
  talk.say(repeat("EHLO x\r\n", 4000));
  EXPECT_GE(talk.server().output().size(), SmtpServer::kOutputEnough);
  EXPECT_GT(talk.left().size(), 24'000U);
  EXPECT_LT(talk.finish(), SmtpServer::kOutputEnough + kLongestReply);
  EXPECT_EQ(talk.lines_finished(), 7 * 4000);
}

TEST(SmtpServerOutput, NothingIsConsumedUntilOutputIsCollected) {
  SmtpConversation talk;
  talk.say(repeat("EHLO x\r\n", 4000));
  const std::size_t before = talk.server().output().size();
  talk.say("NOOP\r\n");
  EXPECT_EQ(talk.server().output().size(), before);
}

// RFC 2033 4.2: one reply for each recipient, to a single dot.
TEST(SmtpServerOutput, RepliesToOneCommandCanComeInParts) {
  SmtpConversation talk({}, {.lmtp = true});
  talk.say("LHLO x\r\nMAIL FROM:<a>\r\n");
  talk.say(repeat("RCPT TO:<b>\r\n", 100'000));
  talk.say("DATA\r\n.\r\nNOOP\r\n");
  EXPECT_LT(talk.finish(), SmtpServer::kOutputEnough + kLongestReply);
  EXPECT_EQ(talk.lines_finished(), 7 + 1 + 100'000 + 1 + 100'000 + 1);
  EXPECT_EQ(talk.counts().messages, 1U);
}

// RFC 1870 5 and 6.1.
TEST(SmtpServerSize, ADeclaredSizeThatIsTooBigOrInvalidIsRefused) {
  for (const auto& [size, code] :
       {std::pair{"", "250"}, std::pair{" SIZE=0", "250"}, std::pair{" SIZE=52428800", "250"},
        std::pair{" BODY=8BITMIME size=10", "250"}, std::pair{" SIZE=52428801", "552"},
        std::pair{" SIZE=18446744073709551616", "552"}, std::pair{" SIZE=99999999999999999999999", "552"},
        std::pair{" SIZE=-1", "501"}, std::pair{" SIZE=", "501"}, std::pair{" SIZE", "501"},
        std::pair{" SIZE=1e3", "501"}, std::pair{" SIZE=0x10", "501"},
        std::pair{" SIZE=99999999999999999999999x", "501"}}) {
    SmtpConversation talk;
    talk.say("EHLO x\r\nMAIL FROM:<a>" + std::string(size) + "\r\n");
    EXPECT_EQ(talk.heard(), std::string("250 ") + code) << size;
  }
}

TEST(SmtpServerSize, AMessageThatTurnsOutTooBigIsRefused) {
  SmtpConversation talk;
  talk.say("EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nBDAT 52428801 LAST\r\n");
  const std::string mebibyte(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 50; ++i) talk.say(mebibyte);
  EXPECT_EQ(talk.heard(), "250 250 250");
  talk.say("x");
  EXPECT_EQ(talk.server().output(), "552 5.3.4 Message too big\r\n");
  EXPECT_EQ(talk.counts().messages_refused, 1U);
  EXPECT_EQ(talk.counts().messages, 0U);
}

TEST(SmtpServerClosing, AClientThatMayStillBeSendingGetsTime) {
  Faults one_message;
  one_message.smtp.messages_max = 1;
  for (const auto& [said, closing] :
       {std::pair{"NOOP\r\n", session::Closing::not_yet}, std::pair{"QUIT\r\n", session::Closing::at_once},
        std::pair{"a\nb", session::Closing::when_client_ends},
        std::pair{"BDAT many\r\n", session::Closing::when_client_ends},
        std::pair{"EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n.\r\n"
                  "MAIL FROM:<a>\r\nRCPT TO:<b>\r\n",
                  session::Closing::when_client_ends}}) {
    SmtpConversation talk(one_message);
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
    SmtpConversation talk(faults);
    talk.say("a\nb");
    EXPECT_EQ(talk.server().closing(), closing);
  }
}

}  // namespace
}  // namespace backtalk::serve
