// SPDX-License-Identifier: Apache-2.0 OR MIT
// Wherever a connection ended, the next one begins as the first did: nothing of what was said,
// asked, kept or waited for is carried over.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "http_dialogue.hpp"
#include "imap_dialogue.hpp"
#include "pop3_dialogue.hpp"
#include "smtp_dialogue.hpp"

namespace backtalk::session::test {
namespace {

/// What the server says, piece by piece. An empty piece is a pause, or the TLS handshake if the
/// session waits for it: it is woken if it asks for that.
using Pieces = std::vector<std::string_view>;

// All that can be seen of a connection from outside.
using Seen = std::tuple<std::vector<std::string>, std::vector<std::string>, std::size_t, std::vector<Said>,
                        std::vector<std::string>, std::vector<unsigned>>;

template <class D>
std::string hear(D& talk, std::string_view piece) {
  if (talk.session.wants_tls() && piece.empty()) return talk.tls_established();
  if (!piece.empty()) return talk.says(piece);
  if (talk.session.next_wake() != kNever) talk.session.wake(talk.session.next_wake());
  return talk.client();
}

template <class D>
Seen see(D& talk, const Pieces& pieces) {
  talk.recorder.said.clear();
  talk.recorder.failures.clear();
  talk.recorder.ends.clear();
  talk.recorder.notes.clear();
  std::vector<std::string> said{talk.client()};
  std::vector<unsigned> room{talk.session.room()};
  for (const std::string_view piece : pieces) {
    said.push_back(hear(talk, piece));
    room.push_back(talk.session.room());
  }
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  std::vector<std::string> ends;
  ends.reserve(talk.recorder.ends.size());
  for (const TransactionEnd& end : talk.recorder.ends) ends.emplace_back(end.reason);
  return {said, ends, talk.recorder.said.size(), talk.recorder.said, talk.recorder.failures, room};
}

// Ends a connection behind each of the pieces, and within the next, with and without `finish`; then
// looks at the whole of the next connection.
template <class D, class Plan>
void expect_new_connections_alike(const Plan& plan, const Pieces& pieces) {
  D first(plan);
  const bool greets = first.session.waiting_since() != 0;
  first.supply = 3;
  const Seen expected = see(first, pieces);
  for (std::size_t whole = 0; whole <= pieces.size(); ++whole) {
    for (const bool finishing : {false, true}) {
      D talk(plan);
      talk.supply = 3;
      talk.client();
      for (std::size_t i = 0; i < whole; ++i) hear(talk, pieces[i]);
      if (whole < pieces.size() && pieces[whole].size() > 1)
        talk.says(pieces[whole].substr(0, pieces[whole].size() / 2));
      if (finishing) talk.session.finish();
      talk.client();
      talk.session.end(Ending::failed, kReset, talk.now());
      EXPECT_FALSE(talk.session.wants_tls());
      EXPECT_EQ(talk.session.waiting_since(), 0U);
      talk.begun = 0;  // the same numbers again
      talk.supply = 3;
      talk.session.restart(talk.now());
      EXPECT_EQ(talk.session.next_wake(), kNever);
      EXPECT_EQ(talk.session.waiting_since(), greets ? talk.now() : 0);
      EXPECT_EQ(see(talk, pieces), expected) << "ended behind piece " << whole;
    }
  }
}

// --- POP3

TEST(NewConnection, OfPop3BeginsAsTheFirst) {
  Script script = pop3_script({"STAT", "TOP {number} 0", "DELE "}, true);
  script.capture_slots = 1;
  script.once = {pop3_command("UIDL 1")};
  script.once[0].captures = {{.slot = 0, .word = 2}};
  script.passes[0].commands[2].line.append_captured(0);
  Pop3Plan plan = pop3_plan(script, 3);
  plan.starttls = true;
  expect_new_connections_alike<Pop3Dialogue>(
      plan, {"+OK ready\r\n", "+OK\r\nSTLS\r\n.\r\n", "+OK\r\n", "", "+OK\r\nPIPELINING\r\n.\r\n", "+OK\r\n",
             "+OK\r\n", "+OK 7 x\r\n", "+OK 2 9\r\n", "+OK\r\nSubject: x\r\n.\r\n", "-ERR x\r\n",
             "+OK 0 0\r\n", "", "garbage\r\n"});
}

// A connection may also break while the session pauses.
TEST(NewConnection, OfPop3DoesNotPause) {
  Script script = pop3_script({"RETR {number}"});
  script.once = {pop3_command("STAT")};
  expect_new_connections_alike<Pop3Dialogue>(
      pop3_plan(script),
      {"+OK x\r\n", "+OK x\r\n", "+OK x\r\n", "+OK 0 0\r\n", "-ERR [SYS/TEMP] leaving\r\n"});
}

TEST(NewConnection, OfPop3ForgetsTheLogin) {
  const ToyRules rules{.name = "CRAM-MD5", .client_begins = false, .challenges = 2};
  expect_new_connections_alike<Pop3Dialogue>(pop3_plan_by(LoginPlan::Way::sasl, rules),
                                             {"+OK ready\r\n", "+OK\r\nSASL CRAM-MD5\r\n.\r\n",
                                              "+ Zm9vYmFy\r\n", "+ ***\r\n", "-ERR cmU6Zm9vYmFy\r\n"});
}

TEST(NewConnection, OfAPassOfPop3BeginsAsTheFirst) {
  Script script = pop3_script({"STAT"});
  script.connection_a_pass = true;
  expect_new_connections_alike<Pop3Dialogue>(
      pop3_plan(script), {"+OK ready\r\n", "+OK\r\n", "+OK\r\n", "-ERR x\r\n", "+OK\r\n"});
}

// --- IMAP

TEST(NewConnection, OfImapBeginsAsTheFirst) {
  ScriptCommand idle = imap_command_of(ImapCommand::idle, "IDLE", {"EXISTS"});
  idle.idle = ThinkTime::constant(10);
  idle.captures = {{.slot = 0, .word = 2, .untagged = "EXISTS"}};
  ScriptCommand fetch = imap_command_of(ImapCommand::uid_fetch, "UID FETCH {uid} ", {"FETCH"});
  fetch.line.append_captured(0);
  Script script = imap_script_of({idle, imap_command_of(ImapCommand::uid_search, "UID SEARCH ALL"), fetch},
                                 {imap_command_of(ImapCommand::select, "SELECT INBOX", {"EXISTS"})});
  script.capture_slots = 1;
  ImapPlan plan = imap_plan_of(2, script);
  plan.starttls = true;
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = "\xE9", .password = "secret \xFC"}};
  expect_new_connections_alike<ImapDialogue>(
      plan, {"* OK [CAPABILITY IMAP4rev1 STARTTLS LITERAL+] x\r\n", "A1 OK x\r\n", "",
             "* CAPABILITY IMAP4rev1\r\nA2 OK x\r\n", "+ \r\n", "+ \r\n",
             "A3 OK [CAPABILITY LITERAL+] secret \xFC\r\n", "* 3 EXISTS\r\nA4 OK x\r\n", "+ idling\r\n",
             "* 4 EXISTS\r\n", "", "A5 OK x\r\n", "* SEARCH 7 9\r\nA7 OK x\r\n", "* 1 FETCH (UID 8)\r\n",
             "A8 NO secret \xFC\r\n", "+ idling\r\n", "A9 BAD x\r\n", "garbage\r\n"});
}

TEST(NewConnection, OfImapDoesNotPause) {
  expect_new_connections_alike<ImapDialogue>(
      imap_plan_of(1, imap_script_of({imap_command_of(ImapCommand::fetch, "FETCH {number} UID")})),
      {"* OK [CAPABILITY IMAP4rev1] x\r\n", "* BYE x\r\n"});
}

TEST(NewConnection, OfImapForgetsTheLogin) {
  ImapPlan plan = noop_plan(1);
  plan.login = toy_login({.name = "CRAM-MD5", .client_begins = false, .challenges = 2});
  expect_new_connections_alike<ImapDialogue>(
      plan, {"* OK x\r\n", "* CAPABILITY IMAP4rev1 AUTH=CRAM-MD5\r\nA1 OK x\r\n", "+ Zm9vYmFy\r\n",
             "+ ***\r\n", "A2 NO cmU6Zm9vYmFy\r\n"});
}

TEST(NewConnection, OfAPassOfImapBeginsAsTheFirst) {
  ScriptCommand append = imap_command_of(ImapCommand::append, "APPEND x ");
  append.literals.push_back({.message = true, .content = {}, .rest = {}});
  Script script = imap_script_of({append, imap_command_of(ImapCommand::noop, "NOOP")});
  script.connection_a_pass = true;
  ImapPlan plan = imap_plan_of(1, script);
  plan.message = make_wire_message("x\r\n");
  expect_new_connections_alike<ImapDialogue>(
      plan, {"* PREAUTH [CAPABILITY IMAP4rev1] x\r\n", "+ \r\n", "A1 NO x\r\n", "* BYE\r\n", "A2 OK x\r\n"});
}

// --- SMTP

TEST(NewConnection, OfSmtpBeginsAsTheFirst) {
  SmtpPlan plan = plan_of(2);
  plan.starttls = true;
  plan.recipients = {"b@example.net", "c@example.net"};
  plan.login = toy_login({.name = "CRAM-MD5", .client_begins = false, .challenges = 1});
  plan.xclient = "ADDR=192.0.2.1";
  expect_new_connections_alike<SmtpDialogue>(
      plan, {"220 x\r\n", "250-x\r\n250-CHUNKING\r\n250 STARTTLS\r\n", "220 x\r\n", "",
             "250-x\r\n250 XCLIENT ADDR\r\n", "220 x\r\n",
             "250-x\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 AUTH CRAM-MD5\r\n", "334 Zm9vYmFy\r\n",
             "235 x\r\n", "250 x\r\n550 x\r\n550 cmU6Zm9vYmFy\r\n", "354 x\r\n", "554 x\r\n", "garbage\r\n"});
}

TEST(NewConnection, OfSmtpWithChunksBeginsAsTheFirst) {
  expect_new_connections_alike<SmtpDialogue>(plan_of(2, SmtpPlan::Submission::bdat),
                                             {"220 x\r\n", kFullEhlo, "250 x\r\n550 x\r\n", "503 x\r\n",
                                              "250 x\r\n250 x\r\n", "452 x\r\n", "421 x\r\n"});
}

TEST(NewConnection, OfSmtpKnowsNothingOfTheLastOffer) {
  SmtpPlan plan = plan_of(4, SmtpPlan::Submission::bdat);
  SmtpDialogue first(plan);
  first.supply = 2;
  const Pieces bare{"220 x\r\n", "502 x\r\n", "250 x\r\n", "250 x\r\n"};
  const Seen expected = see(first, bare);
  SmtpDialogue talk(plan);
  talk.supply = 2;
  talk.greet();
  talk.session.end(Ending::failed, kReset, talk.now());
  talk.session.restart(talk.now());
  talk.begun = 0;
  talk.supply = 2;
  EXPECT_EQ(see(talk, bare), expected);
}

// --- HTTP

TEST(NewConnection, OfHttpBeginsAsTheFirst) {
  HttpRequest put = request_of(HttpCommand::put, "/{n}", std::string(5000, 'x'));
  HttpRequest expects = put;
  expects.expects_continue = true;
  for (const HttpRequest& request : {request_of(HttpCommand::get), put, expects}) {
    expect_new_connections_alike<HttpDialogue>(
        http_plan_of(2, request),
        {kOk, "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 404 x\r\nContent-Length: 3\r\n\r\n", "abc",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "garbage\r\n"});
  }
}

}  // namespace
}  // namespace backtalk::session::test
