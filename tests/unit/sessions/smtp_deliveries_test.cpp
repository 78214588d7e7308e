// SPDX-License-Identifier: Apache-2.0 OR MIT
// Messages that carry an identity, and what their sender tells of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "smtp_dialogue.hpp"
#include "told_deliveries.hpp"

namespace backtalk::session::test {
namespace {

using testing::ElementsAre;

class SmtpDeliveries : public testing::Test {
 protected:
  SmtpPlan plan(SmtpPlan::Submission submission = SmtpPlan::Submission::data) {
    SmtpPlan plan = plan_of(1, submission);
    plan.recipients = {"b@x", "c@x"};
    plan.recipients_in_turn = true;
    plan.deliveries = &log_;
    return plan;
  }

  ToldDeliveries log_;
};

TEST_F(SmtpDeliveries, BeginWithTheFieldAndTakeRecipientsInTurn) {
  SmtpDialogue talk(plan());
  talk.supply = 2;
  ASSERT_EQ(talk.greet(), "MAIL FROM:<a@example.org>\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "RCPT TO:<b@x>\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"), "DATA\r\n") << "one of the two";
  EXPECT_EQ(talk.says("354 go\r\n"), field_of(0) + "Subject: x\r\n\r\nHello\r\n.\r\n");
  EXPECT_THAT(log_.told, ElementsAre("sent 0"));
  talk.says("250 ok\r\n");
  EXPECT_THAT(log_.told, ElementsAre("sent 0", "accepted 0"));
  EXPECT_EQ(talk.says("250 ok\r\n"), "RCPT TO:<c@x>\r\n");
}

TEST_F(SmtpDeliveries, CountTheFieldIntoWhatBdatAndSizeSay) {
  SmtpDialogue talk(plan(SmtpPlan::Submission::bdat));
  talk.supply = 1;
  const std::size_t octets = field_of(0).size() + std::string_view("Subject: x\r\n\r\nHello\r\n").size();
  ASSERT_EQ(talk.greet("250-server.example\r\n250-SIZE 100000\r\n250 CHUNKING\r\n"),
            "MAIL FROM:<a@example.org> SIZE=" + std::to_string(octets) + "\r\n");
  talk.says("250 ok\r\n");
  EXPECT_EQ(talk.says("250 ok\r\n"),
            "BDAT " + std::to_string(octets) + " LAST\r\n" + field_of(0) + "Subject: x\r\n\r\nHello\r\n");
}

TEST_F(SmtpDeliveries, AreRefusedOrNeverSent) {
  SmtpDialogue talk(plan());
  talk.supply = 2;
  talk.greet();
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.says("354 go\r\n");
  talk.says("554 no\r\n");
  EXPECT_THAT(log_.told, ElementsAre("sent 0", "refused 0"));
  talk.says("550 no\r\n");
  EXPECT_THAT(log_.told, ElementsAre("sent 0", "refused 0")) << "the second did not get as far";
}

TEST_F(SmtpDeliveries, AreAcceptedByTheReplyToTheirRecipient) {
  SmtpPlan lmtp = plan();
  lmtp.lmtp = true;
  SmtpDialogue talk(std::move(lmtp));
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.says("354 go\r\n");
  talk.says("250 ok\r\n");
  EXPECT_THAT(log_.told, ElementsAre("sent 0", "accepted 0"));
}

TEST_F(SmtpDeliveries, AreInDoubtWithoutAReply) {
  SmtpDialogue talk(plan());
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.says("354 go\r\n");
  talk.session.end(Ending::failed, kReset, talk.now());
  EXPECT_THAT(log_.told, ElementsAre("sent 0"));
}

}  // namespace
}  // namespace backtalk::session::test
