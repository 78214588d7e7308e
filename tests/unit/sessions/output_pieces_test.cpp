// SPDX-License-Identifier: Apache-2.0 OR MIT
// However little of a client's output is taken at once, it is the same.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http_dialogue.hpp"
#include "imap_dialogue.hpp"
#include "pop3_dialogue.hpp"
#include "smtp_dialogue.hpp"

namespace backtalk::session::test {
namespace {

// What the client says after each piece of the server's.
template <class D, class Plan>
std::vector<std::string> said(const Plan& plan, unsigned supply, std::size_t output_octets,
                              const std::vector<std::string>& pieces) {
  D talk(plan);
  talk.supply = supply;
  talk.output_octets = output_octets;
  std::vector<std::string> all{talk.client()};
  for (const std::string& piece : pieces) all.push_back(talk.says(piece));
  return all;
}

template <class D, class Plan>
void expect_output_alike(const Plan& plan, unsigned supply, const std::vector<std::string>& pieces) {
  const std::vector<std::string> whole = said<D>(plan, supply, 1'000'000, pieces);
  EXPECT_GT(whole.back().size(), 2 * Session::kOutputMin);
  for (const std::size_t octets : {Session::kOutputMin, Session::kOutputMin + 1, std::size_t{6000}})
    EXPECT_EQ(said<D>(plan, supply, octets, pieces), whole) << octets;
}

constexpr unsigned kMany = 1000;

TEST(OutputPieces, OfPop3AreWholeCommands) {
  Script script = pop3_script({"RETR 1", "UIDL 2", "TOP {n} 0"}, true);
  expect_output_alike<Pop3Dialogue>(pop3_plan(script, kMany), kMany,
                                    {"+OK x\r\n", "+OK\r\nPIPELINING\r\n.\r\n", "+OK x\r\n", "+OK x\r\n"});
}

TEST(OutputPieces, OfImapAreWholeCommandsAndContent) {
  ScriptCommand append = imap_command_of(ImapCommand::append, "APPEND x ");
  append.literals.push_back({.message = true, .content = {}, .rest = {}});
  ScriptCommand search = imap_command_of(ImapCommand::uid_search, "UID SEARCH ");
  search.literals.emplace_back();
  search.literals.back().content = CommandTemplate(std::string(1500, 'x'), {});
  search.literals.back().rest = CommandTemplate(" TEXT ", {});
  search.literals.push_back(search.literals.back());
  search.pipelined = true;
  for (const bool stamped : {false, true}) {
    ImapPlan plan = imap_plan_of(kMany, imap_script_of({append, search}));
    plan.message = make_wire_message(std::string(9000, 'x'));
    if (stamped) plan.stamp = CommandTemplate("X-Copy: {n}", {CommandTemplate::Field::number});
    expect_output_alike<ImapDialogue>(plan, 5, {"* OK [CAPABILITY IMAP4rev1 LITERAL+] x\r\n"});
  }
  expect_output_alike<ImapDialogue>(noop_plan(kMany), kMany, {"* OK [CAPABILITY IMAP4rev1] x\r\n"});
}

TEST(OutputPieces, OfSmtpAreWholeCommandsAndContent) {
  SmtpPlan plan = plan_of(100, SmtpPlan::Submission::bdat);
  plan.message = make_wire_message("Subject: x\r\n\r\n" + std::string(9000, 'x') + "\r\n");
  plan.recipients.assign(50, NumberedPath("user{n}@example.net"));
  expect_output_alike<SmtpDialogue>(plan, 5, {"220 x\r\n", std::string(kFullEhlo)});
  plan.submission = SmtpPlan::Submission::data;
  std::string accepted;
  for (std::size_t i = 0; i < 51; ++i) accepted += "250 x\r\n";
  expect_output_alike<SmtpDialogue>(plan, 2, {"220 x\r\n", std::string(kFullEhlo), accepted + "354 x\r\n"});
}

TEST(OutputPieces, OfHttpAreLinesFieldsAndContent) {
  HttpRequest request = request_of(HttpCommand::put, "/{n}", std::string(9000, 'x'));
  request.octets.insert(request.octets.find("\r\n") + 2, "X-Long: " + std::string(5000, 'y') + "\r\n");
  expect_output_alike<HttpDialogue>(http_plan_of(5, request), 7, {});
}

}  // namespace
}  // namespace backtalk::session::test
