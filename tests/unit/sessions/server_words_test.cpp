// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the server said when it refused or went wrong, as the observer is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "backtalk/smtp/reply_parser.hpp"
#include "session/server_stream.hpp"
#include "smtp_dialogue.hpp"

namespace backtalk::session::test {
namespace {

using Words = std::vector<Said>;

constexpr std::string_view kGreeting = "220 server.example ESMTP\r\n";

// --- Refusals

TEST(ServerWords, ARefusedRecipientIsQuotedWithItsReply) {  // RFC 5321 3.3, Appendix D
  SmtpPlan plan = plan_of(1);
  plan.recipients = {"Green@foo.com", "Brown@foo.com"};
  SmtpDialogue talk(plan);
  talk.supply = 1;
  const std::string_view sender = "250 OK\r\n";
  const std::string_view first = "550 No such user here\r\n";
  talk.greet();
  talk.says(sender);
  talk.says(first);
  talk.says("250 OK\r\n");
  talk.says("354 Start mail input; end with <CRLF>.<CRLF>\r\n");
  talk.says("250 OK\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U) << "one recipient has it, and yet the refusal is told";
  EXPECT_EQ(talk.recorder.said, (Words{{"reply-5xx", "RCPT", "550", "550 No such user here",
                                        kGreeting.size() + kFullEhlo.size() + sender.size()}}));
}

TEST(ServerWords, TheEnhancedCodeStaysInTheText) {  // RFC 2034 3
  SmtpDialogue talk(plan_of(1));
  talk.supply = 1;
  talk.greet();
  talk.says("250 2.1.0 ok\r\n");
  talk.says("554 5.7.1 <u@x>: Relay access denied\r\n");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].text, "554 5.7.1 <u@x>: Relay access denied");
}

TEST(ServerWords, AllLinesOfAReplyAreQuoted) {  // RFC 5321 4.2.1
  SmtpDialogue talk(plan_of(1));
  talk.supply = 1;
  talk.greet();
  talk.says("451-4.7.1 Greylisted\r\n451-\r\n451 4.7.1 Try again\r\n");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "reply-4xx");
  EXPECT_EQ(talk.recorder.said[0].command, "MAIL");
  EXPECT_EQ(talk.recorder.said[0].text, "451-4.7.1 Greylisted\r\n451-\r\n451 4.7.1 Try again");
}

TEST(ServerWords, AGreetingThatRefusesIsQuoted) {  // RFC 5321 3.1
  SmtpDialogue talk(plan_of(1));
  talk.says("554 5.7.1 go away\r\n");
  EXPECT_EQ(talk.recorder.said, (Words{{"greeting-refused", "GREETING", "554", "554 5.7.1 go away", 0}}));
}

TEST(ServerWords, ARefusedHelloIsQuoted) {
  SmtpDialogue talk(plan_of(1));
  talk.says(kGreeting);
  talk.says("502 what?\r\n");  // HELO is tried: that fails nothing
  talk.says("501 no such name\r\n");
  ASSERT_EQ(talk.recorder.said.size(), 2U);
  EXPECT_EQ(talk.recorder.said[0], (Said{"reply-5xx", "EHLO", "502", "502 what?", kGreeting.size()}));
  EXPECT_EQ(talk.recorder.said[1],
            (Said{"hello-refused", "HELO", "501", "501 no such name", kGreeting.size() + 11}));
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"hello-refused"});
}

TEST(ServerWords, AClosingServiceIsQuoted) {  // RFC 5321 3.8: a server may say 421 to any command
  SmtpDialogue talk(plan_of(1));
  talk.supply = 1;
  talk.greet();
  talk.says("421 4.3.2 shutting down\r\n");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "service-closing");
  EXPECT_EQ(talk.recorder.said[0].command, "MAIL");
  EXPECT_EQ(talk.recorder.said[0].text, "421 4.3.2 shutting down");
}

TEST(ServerWords, LmtpQuotesEachRefusedRecipient) {  // RFC 2033 4.2
  SmtpPlan plan = plan_of(1);
  plan.lmtp = true;
  plan.recipients = {"a@x", "b@x"};
  SmtpDialogue talk(plan);
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.says("250 ok\r\n");
  talk.says("354 go\r\n");
  talk.says("250 delivered\r\n452 <b@x> is over quota\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].command, "DOT");
  EXPECT_EQ(talk.recorder.said[0].text, "452 <b@x> is over quota");
}

TEST(ServerWords, NothingIsQuotedWithoutFailures) {
  SmtpDialogue talk(plan_of(2));
  talk.supply = 1;
  talk.greet();
  talk.says("250 ok\r\n250 ok\r\n354 go\r\n");
  talk.says("250 queued\r\n");
  talk.session.finish();
  talk.client();
  talk.says("221 bye\r\n");
  talk.session.end(Ending::failed, "closed", 99);
  EXPECT_TRUE(talk.recorder.said.empty());
}

// --- What breaks the protocol

TEST(ServerWords, TheGreetingOfAnotherProtocolIsQuoted) {
  SmtpDialogue talk(plan_of(1));
  talk.says("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n");
  EXPECT_EQ(talk.recorder.said,
            (Words{{"protocol-bad-code", "GREETING", "none", "HTTP/1.1 400 Bad Request", 0}}));
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"protocol-bad-code"});
}

TEST(ServerWords, OctetsAreQuotedAsTheyAre) {
  SmtpDialogue talk(plan_of(1));
  const std::string line("220 \xE4\xFF ho\0st\r\n", 14);
  talk.says(line);
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "protocol-nul");
  EXPECT_EQ(talk.recorder.said[0].text, line.substr(0, 12));
  EXPECT_EQ(talk.recorder.said[0].offset, line.find('\0'));

  SmtpDialogue refused(plan_of(1));
  refused.says("554 gr\xC3\xBC\xC3\x9F dich\r\n");
  ASSERT_EQ(refused.recorder.said.size(), 1U);
  EXPECT_EQ(refused.recorder.said[0].text, "554 gr\xC3\xBC\xC3\x9F dich");
}

TEST(ServerWords, ALineOfHundredThousandOctetsIsBounded) {
  const std::string line = "220 " + std::string(100'000, 'x');
  for (const std::size_t piece : {line.size(), std::size_t{1}, std::size_t{4096}}) {
    SmtpDialogue talk(plan_of(1));
    for (std::size_t at = 0; at < line.size(); at += piece)
      talk.says(std::string_view(line).substr(at, piece));
    ASSERT_EQ(talk.recorder.said.size(), 1U);
    EXPECT_EQ(talk.recorder.said[0].name, "protocol-line-too-long");
    const std::string& text = talk.recorder.said[0].text;
    EXPECT_TRUE(line.starts_with(text));
    EXPECT_LE(text.size(), 128U);
    EXPECT_GE(text.size(), std::min<std::size_t>(128, smtp::ReplyLimits{}.line_octets_max));
  }
}

TEST(ServerWords, ALongReplyIsBounded) {
  if (smtp::ReplyLimits{}.reply_octets_max < kServerWordsMax) GTEST_SKIP() << "no reply is that long";
  std::string reply;
  for (int i = 0; i < 100; ++i) reply += "554-" + std::string(100, static_cast<char>('a' + i % 26)) + "\r\n";
  reply += "554 end\r\n";
  for (const std::size_t piece : {reply.size(), std::size_t{1}, std::size_t{700}}) {
    SmtpDialogue talk(plan_of(1));
    for (std::size_t at = 0; at < reply.size(); at += piece)
      talk.says(std::string_view(reply).substr(at, piece));
    ASSERT_EQ(talk.recorder.said.size(), 1U);
    EXPECT_EQ(talk.recorder.said[0].text, reply.substr(0, kServerWordsMax));
  }
}

TEST(ServerWords, AnUnexpectedReplyIsQuoted) {
  SmtpDialogue talk(plan_of(1));
  talk.greet();
  talk.says("250 surprise\r\n");
  EXPECT_EQ(
      talk.recorder.said,
      (Words{{"unsolicited-reply", "none", "250", "250 surprise", kGreeting.size() + kFullEhlo.size()}}));
}

TEST(ServerWords, AReplyOfTheWrongKindIsQuoted) {
  SmtpDialogue talk(plan_of(1));
  talk.supply = 1;
  talk.greet();
  talk.says("354 go ahead\r\n");
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "reply-unexpected");
  EXPECT_EQ(talk.recorder.said[0].command, "MAIL");
  EXPECT_EQ(talk.recorder.said[0].text, "354 go ahead");
}

// --- How connections end

TEST(ServerWords, AReplyThatIsCutShortIsQuoted) {
  SmtpDialogue talk(plan_of(1));
  talk.says("220-hosti");
  talk.says("le");
  talk.session.end(Ending::failed, "closed", 99);
  EXPECT_EQ(talk.recorder.said, (Words{{"closed", "GREETING", "none", "220-hostile", 0}}));
}

TEST(ServerWords, TheUnansweredCommandIsNamed) {
  SmtpDialogue talk(plan_of(1));
  talk.says(kGreeting);
  talk.session.end(Ending::failed, "timeout", 99);
  EXPECT_EQ(talk.recorder.said, (Words{{"timeout", "EHLO", "none", "", kGreeting.size()}}));
}

TEST(ServerWords, UncountedFailuresAreNotQuoted) {
  SmtpDialogue talk(plan_of(2));
  talk.supply = 1;
  talk.greet();
  talk.says("550 no\r\n");  // MAIL is refused: this fails the transaction, and not the closing
  talk.session.end(Ending::failed, "closed", 99);
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "reply-5xx");
}

// --- Where the text begins

ServerWords words_of_error(std::string_view octets) {
  ServerStream<smtp::ReplyParser> stream;
  stream.reset();
  stream.feed(octets);
  while (stream.parser().next() != nullptr) {
  }
  return stream.words_of_error(kNoCommand);
}

TEST(ServerWords, SayHowManyOctetsOfTheTextComeBeforeTheError) {
  const ServerWords words = words_of_error("220 hi\r\n250 Ok\n");
  EXPECT_EQ(words.text, "250 Ok\n");
  EXPECT_EQ(words.offset, 14U);
  EXPECT_EQ(words.lead, 6U);
}

TEST(ServerWords, OfSomethingLongTheErrorIsBeyondTheText) {
  if (detail::kTinyLimits) GTEST_SKIP();
  const std::string octets = "220 hi\r\n250 " + std::string(100'000, 'x');
  const ServerWords words = words_of_error(octets);
  EXPECT_TRUE(words.text.starts_with("250 xxx"));
  EXPECT_GT(words.lead, words.text.size());
  EXPECT_EQ(words.offset - words.lead, 8U);
}

}  // namespace
}  // namespace backtalk::session::test
