// SPDX-License-Identifier: Apache-2.0 OR MIT
// STARTTLS (RFC 3207): the handshake itself is the driver's, and the tests' `tls_established`
// stands for it.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "smtp_dialogue.hpp"

namespace backtalk::session::test {
namespace {

constexpr std::string_view kGreeting = "220 server.example ESMTP\r\n";
constexpr std::string_view kOffer = "250-server.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n";
constexpr std::string_view kGoAhead = "220 2.0.0 go ahead\r\n";
constexpr std::string_view kEhlo = "EHLO client.example\r\n";

SmtpPlan secure_plan(unsigned depth = 1) {
  SmtpPlan plan = plan_of(depth);
  plan.starttls = true;
  return plan;
}

// To where STARTTLS waits for its reply.
class StartTls : public testing::Test {
 protected:
  void SetUp() override {
    talk.supply = 1;
    talk.says(kGreeting);
    ASSERT_EQ(talk.says(kOffer), "STARTTLS\r\n");
  }
  void expect_failure(const std::string& name) {
    EXPECT_TRUE(talk.session.over());
    EXPECT_FALSE(talk.session.wants_tls());
    EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{name});
    EXPECT_EQ(talk.session.waiting_since(), 0U);
    EXPECT_EQ(talk.client(), "");
    EXPECT_EQ(talk.begun, 0U) << "no message may go out in the clear";
  }
  SmtpDialogue talk{secure_plan()};
};

TEST_F(StartTls, TheMessageFollowsTheHandshake) {
  EXPECT_FALSE(talk.session.wants_tls());
  EXPECT_EQ(talk.says(kGoAhead), "") << "nothing is said until the handshake is done";
  EXPECT_TRUE(talk.session.wants_tls());
  EXPECT_FALSE(talk.session.ready());
  EXPECT_EQ(talk.session.room(), 0U);
  EXPECT_EQ(talk.session.waiting_since(), talk.now()) << "a timeout covers the handshake";
  EXPECT_EQ(talk.tls_established(), kEhlo);
  EXPECT_FALSE(talk.session.wants_tls());
  EXPECT_EQ(talk.says("250 server.example\r\n"), "MAIL FROM:<a@example.org>\r\n");
  for (const std::string_view reply : {"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"}) {
    talk.says(reply);
  }
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.accepted["STARTTLS"], 1);
  EXPECT_EQ(talk.recorder.sent["EHLO"], 2);
  EXPECT_TRUE(talk.recorder.failures.empty());
}

// RFC 3207 4.2: whoever sits between may have added to what was said in the clear, or taken from
// it.
TEST(StartTlsOffers, FromBeforeTheHandshakeAreDiscarded) {
  SmtpDialogue talk(secure_plan(4));
  talk.supply = 2;
  // Five lines, as many as tiny limits take.
  talk.greet("250-s\r\n250-PIPELINING\r\n250-SIZE\r\n250-CHUNKING\r\n250 STARTTLS\r\n");
  talk.says(kGoAhead);
  talk.tls_established();
  EXPECT_EQ(talk.says("250 s\r\n"), "MAIL FROM:<a@example.org>\r\n") << "lock step, and no SIZE";
  SmtpDialogue other(secure_plan(4));
  other.supply = 1;
  other.greet("250-s\r\n250 STARTTLS\r\n");
  other.says(kGoAhead);
  other.tls_established();
  EXPECT_EQ(other.says("250-s\r\n250 PIPELINING\r\n"),
            "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n");
}

TEST(StartTlsOffers, DoNotTriggerASecondStartTls) {
  SmtpDialogue talk(secure_plan());
  talk.supply = 1;
  talk.greet(kOffer);
  talk.says(kGoAhead);
  talk.tls_established();
  EXPECT_EQ(talk.says(kOffer), "MAIL FROM:<a@example.org>\r\n");
}

TEST(StartTlsOffers, AreIgnoredWithoutTheOption) {
  SmtpDialogue talk(plan_of(1));
  talk.supply = 1;
  EXPECT_EQ(talk.greet(kOffer), "MAIL FROM:<a@example.org>\r\n");
}

TEST(StartTlsOffers, AreAwaitedAgainOnEachConnection) {
  SmtpDialogue talk(secure_plan());
  for (int connection = 0; connection < 2; ++connection) {
    talk.session.restart(talk.now());
    EXPECT_EQ(talk.says(kGreeting), kEhlo);
    EXPECT_EQ(talk.says(kOffer), "STARTTLS\r\n");
    talk.says(kGoAhead);
    EXPECT_TRUE(talk.session.wants_tls());
    if (connection == 0) talk.session.end(Ending::failed, "closed", talk.now());
  }
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"closed"});
}

// --- Hostile servers, and those between

TEST_F(StartTls, ARefusalFailsTheConnection) {  // RFC 3207 4: 454
  talk.says("454 4.7.0 TLS not available\r\n");
  expect_failure("starttls-refused");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "starttls-refused");
  EXPECT_EQ(talk.recorder.said[0].command, "STARTTLS");
  EXPECT_EQ(talk.recorder.said[0].text, "454 4.7.0 TLS not available");
}

TEST_F(StartTls, AnUnexpectedReplyIsNotAnAcceptance) {
  talk.says("354 go\r\n");
  expect_failure("reply-unexpected");
}

TEST_F(StartTls, AClosingServiceFailsTheConnection) {
  talk.says("421 4.3.2 shutting down\r\n");
  expect_failure("starttls-refused");
}

// CVE-2021-38371 and its like: a reply that is taken for one to what the client says under TLS.
TEST_F(StartTls, ClearTextAfterTheAcceptanceIsAnInjection) {
  talk.says(std::string(kGoAhead) + "250 server.example\r\n");
  expect_failure("protocol-starttls-injection");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].text, "250 server.example");
  EXPECT_EQ(talk.recorder.said[0].offset, kGreeting.size() + kOffer.size() + kGoAhead.size());
}

TEST_F(StartTls, OneInjectedOctetIsEnough) {
  talk.says(std::string(kGoAhead) + "2");
  expect_failure("protocol-starttls-injection");
}

TEST_F(StartTls, InjectedOctetsCanArriveLater) {
  talk.says(kGoAhead);
  ASSERT_TRUE(talk.session.wants_tls());
  talk.says("");
  ASSERT_TRUE(talk.session.wants_tls());
  talk.says("250 server.example\r\n");
  expect_failure("protocol-starttls-injection");
  EXPECT_EQ(talk.recorder.said[0].offset, kGreeting.size() + kOffer.size() + kGoAhead.size());
}

TEST_F(StartTls, AnAcceptanceOfTwoLinesCanArriveInPieces) {
  for (const char c : std::string_view("220-go\r\n220 ahead\r")) EXPECT_EQ(talk.says({&c, 1}), "");
  EXPECT_FALSE(talk.session.wants_tls());
  talk.says("\n");
  EXPECT_TRUE(talk.session.wants_tls());
}

TEST_F(StartTls, AFailedHandshakeFailsTheConnection) {
  talk.says(kGoAhead);
  talk.session.end(Ending::failed, "tls-certificate", talk.now());
  expect_failure("tls-certificate");
}

TEST_F(StartTls, AHandshakeThatIsCutShortIsUnfinished) {
  talk.says(kGoAhead);
  talk.session.end(Ending::unfinished, {}, talk.now());
  expect_failure("handshake-unfinished");
}

struct NoOffer {
  bool lmtp;
  std::string_view reply;
  std::string_view reason;
};

void PrintTo(const NoOffer& offer, std::ostream* out) {
  *out << (offer.lmtp ? "LMTP, " : "") << offer.reply.substr(0, offer.reply.find('\r'));
}

class NotOffered : public testing::TestWithParam<NoOffer> {};

TEST_P(NotOffered, NothingIsSentInTheClear) {
  SmtpPlan plan = secure_plan();
  plan.lmtp = GetParam().lmtp;
  SmtpDialogue talk(plan);
  talk.supply = 1;
  talk.says(kGreeting);
  EXPECT_EQ(talk.says(GetParam().reply), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{std::string(GetParam().reason)});
  EXPECT_EQ(talk.begun, 0U);
}

INSTANTIATE_TEST_SUITE_P(Replies, NotOffered,
                         testing::Values(NoOffer{false, "250-s\r\n250 PIPELINING\r\n", "starttls-missing"},
                                         // The first line of the reply is the greeting.
                                         NoOffer{false, "250 STARTTLS\r\n", "starttls-missing"},
                                         NoOffer{false, "250-s\r\n250 XSTARTTLS\r\n", "starttls-missing"},
                                         // HELO has no extensions.
                                         NoOffer{false, "502 what?\r\n", "starttls-missing"},
                                         NoOffer{false, "450 later\r\n", "hello-refused"},
                                         NoOffer{true, "250-s\r\n250 PIPELINING\r\n", "starttls-missing"},
                                         NoOffer{true, "502 what?\r\n", "hello-refused"}));

#ifdef BACKTALK_CHECK_PRECONDITIONS

TEST_F(StartTls, AnUnrequestedHandshakeEndsTheProgram) {
  EXPECT_DEATH(talk.tls_established(), "broken precondition of backtalk");
}

#endif

}  // namespace
}  // namespace backtalk::session::test
