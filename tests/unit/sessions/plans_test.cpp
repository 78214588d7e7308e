// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a plan is before anybody has set anything, and how much of a session depends on it.
#include <gtest/gtest.h>

#include "session/captured_words.hpp"
#include "session/command_writer.hpp"
#include "session/exchange.hpp"
#include "session/http_plan.hpp"
#include "session/imap_commands.hpp"
#include "session/imap_plan.hpp"
#include "session/mailbox_uids.hpp"
#include "session/pop3_plan.hpp"
#include "session/recent_octets.hpp"
#include "session/session_context.hpp"
#include "session/smtp_plan.hpp"

namespace backtalk::session {
namespace {

TEST(Plans, AreInLockStepInTheClearAndWithoutALogin) {
  EXPECT_EQ(SmtpPlan{}.depth, 1U);
  EXPECT_EQ(HttpPlan{}.depth, 1U);
  EXPECT_EQ(Pop3Plan{}.depth, 1U);
  EXPECT_EQ(ImapPlan{}.depth, 1U);
  EXPECT_FALSE(SmtpPlan{}.starttls || Pop3Plan{}.starttls || ImapPlan{}.starttls);
  EXPECT_EQ(LoginPlan{}.way, LoginPlan::Way::none);
  EXPECT_FALSE(SmtpPlan{}.lmtp || SmtpPlan{}.utf8_addresses);
  EXPECT_EQ(SmtpPlan{}.hello, "localhost");
  EXPECT_EQ(SmtpPlan{}.submission, SmtpPlan::Submission::data);
  EXPECT_EQ(SmtpPlan{}.exercise, SmtpPlan::Exercise::message);
  EXPECT_EQ(SmtpPlan{}.next, SmtpPlan::Next::with_dot);
  EXPECT_EQ(HttpPlan{}.continue_wait, 1'000'000'000U) << "a second";
  EXPECT_FALSE(HttpRequest{}.expects_continue);
  EXPECT_EQ(HttpRequest{}.method, HttpCommand::get);
}

// docs/quirks.md says why these.
TEST(Plans, TolerateWhatServersAreKnownToSend) {
  EXPECT_EQ(ImapPlan{}.tolerances, tolerate::mail_servers);
  EXPECT_EQ(Pop3Plan{}.tolerances, tolerate::mail_servers | tolerate::bare_continuation);
  EXPECT_EQ(HttpPlan{}.tolerances, tolerate::web_servers | tolerate::obs_fold | tolerate::chunk_size_space |
                                       tolerate::identity_coding | tolerate::equal_content_lengths);
}

TEST(Plans, AScriptIsEmptyAtFirst) {
  const ScriptCommand command;
  EXPECT_FALSE(command.pipelined || command.multi_line);
  EXPECT_TRUE(command.idle.empty());
  EXPECT_EQ(command.source_line, 0U);
  EXPECT_EQ(command.command, 0U);
  EXPECT_EQ(Capture{}.slot, 0U);
  EXPECT_EQ(Capture{}.word, 1U);
  EXPECT_EQ(ScriptPass{}.weight, 1U);
  EXPECT_EQ(Script{}.capture_slots, 0U);
  EXPECT_FALSE(Script{}.connection_a_pass);
  EXPECT_FALSE(ScriptLiteral{}.message);
}

// What is documented as a bound, and is one of what a session keeps or sends.
TEST(Plans, Bounds) {
  EXPECT_EQ(CommandWriter::kCommandOctetsMax, 2048U);
  EXPECT_EQ(CommandWriter::kRandomOctets, 16U);
  EXPECT_EQ(CommandTemplate::kValueOctetsMax, 255U);
  EXPECT_EQ(CapturedWords::kOctetsMax, 128U);
  EXPECT_EQ(CapturedWords::kSlotsMax, 16U);
  EXPECT_EQ(MailboxUids::kMax, 64U);
  EXPECT_EQ(RecentOctets::kMax, 512U);
  EXPECT_EQ(kServerWordsMax, 512U);
  EXPECT_EQ(Session::kOutputMin, 4096U);
  EXPECT_EQ(kXclientOctetsMax, 512U);
}

TEST(Plans, AValueThatIsNotGivenIsNone) {
  EXPECT_EQ(CommandValues{}.number, 0U);
  EXPECT_EQ(CommandValues{}.message_number, 0U);
  EXPECT_EQ(CommandValues{}.uid, 0U);
  EXPECT_EQ(CommandValues{}.captured_row, 0U);
}

TEST(Plans, ASessionThatIsToldNothingMeasuresNothingElse) {
  EXPECT_EQ(Ticket{}.number, 0U);
  EXPECT_EQ(Ticket{}.scheduled, 0U);
  EXPECT_TRUE(Ticket{}.measured);
  EXPECT_EQ(TransactionEnd{}.begun, 0U);
  EXPECT_EQ(TransactionEnd{}.ended, 0U);
  EXPECT_FALSE(TransactionEnd{}.in_doubt);
  EXPECT_EQ(CommandAnswer{}.latency, 0U);
  EXPECT_TRUE(CommandAnswer{}.measured);
  EXPECT_FALSE(CommandAnswer{}.ok);
  EXPECT_EQ(ServerWords{}.offset, 0U);
  EXPECT_EQ(ServerWords{}.message_offset, 0U);
  EXPECT_EQ(ServerWords{}.script_line, 0U);
  EXPECT_FALSE(ServerWords{}.in_message);
  EXPECT_EQ(Exchange::Command{}.command, 0U);
  EXPECT_EQ(Exchange::Command{}.sent, 0U);
  EXPECT_EQ(Exchange::Command{}.transaction, 0U);
  EXPECT_EQ(Exchange::Bounds{}.transactions, 1U);
  EXPECT_EQ(Exchange::Bounds{}.commands, 1U);
}

// --- How much can be in flight

TEST(Plans, TransactionsOfSmtpInFlight) {
  SmtpPlan plan;
  plan.recipients = {"a@example.org"};
  for (const unsigned depth : {1U, 2U, 3U, 100U}) {
    plan.depth = depth;
    plan.submission = SmtpPlan::Submission::data;
    EXPECT_EQ(transactions_in_flight_max(plan), 2U) << "one behind the dot of another";
    plan.submission = SmtpPlan::Submission::bdat;
    EXPECT_EQ(transactions_in_flight_max(plan), std::max(2U, depth));
  }
}

TEST(Plans, CommandsInFlight) {
  SmtpPlan smtp;
  smtp.recipients = {"a@example.org", "b@example.org"};
  EXPECT_EQ(pending_commands_max(smtp), 2U * (2 + 4) + 4) << "RSET, MAIL, two RCPT, DATA and the dot, twice";
  smtp.exercise = SmtpPlan::Exercise::noop;
  smtp.depth = 7;
  EXPECT_EQ(pending_commands_max(smtp), 7U + 4);
  Pop3Plan pop3;
  pop3.depth = 7;
  EXPECT_EQ(pending_commands_max(pop3), 7U + 2);
  ImapPlan imap;
  EXPECT_EQ(imap_reach(imap), 1U);
  imap.depth = 7;
  EXPECT_EQ(pending_commands_max(imap), 7U + 2);
  EXPECT_EQ(imap_reach(imap), 4U * 7);
}

TEST(Plans, TheOctetsOfACopyAreThoseOfStampAndMessage) {
  ImapPlan plan;
  plan.message = make_wire_message("x\r\n");
  EXPECT_EQ(octets_of_copy(plan), 3U);
  plan.stamp = CommandTemplate("X-Copy: {random}", {CommandTemplate::Field::random});
  EXPECT_EQ(octets_of_copy(plan), 8U + 16 + 2 + 3);
}

TEST(Plans, CommandsOfImapAreFoundByTheirNames) {
  for (std::size_t i = 0; i < kImapCommandNames.size(); ++i) {
    const auto command = static_cast<ImapCommand>(i);
    EXPECT_EQ(name_of(command), kImapCommandNames[i]);
    EXPECT_EQ(find_imap_command(kImapCommandNames[i]), i == 0 ? std::nullopt : std::optional(command));
  }
  for (const char* const name : {"", "noop", "NOOPS", "UID"})
    EXPECT_EQ(find_imap_command(name), std::nullopt);
}

TEST(Plans, MethodsOfHttpAreFoundByTheirNames) {
  for (std::size_t i = 0; i < kHttpCommandNames.size(); ++i) {
    const auto method = static_cast<HttpCommand>(i);
    EXPECT_EQ(find_http_command(kHttpCommandNames[i]), method);
    EXPECT_EQ(is_idempotent(method), method != HttpCommand::post && method != HttpCommand::patch);
  }
  for (const char* const name : {"", "get", "GE", "GETS"}) EXPECT_EQ(find_http_command(name), std::nullopt);
}

}  // namespace
}  // namespace backtalk::session
