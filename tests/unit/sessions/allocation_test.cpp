// SPDX-License-Identifier: Apache-2.0 OR MIT
// In steady state a session allocates nothing: every allocation of this program is counted.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "session/http_session.hpp"
#include "session/imap_session.hpp"
#include "session/imap_statuses.hpp"
#include "session/pop3_session.hpp"
#include "session/pop3_statuses.hpp"
#include "session/smtp_script_session.hpp"
#include "session/smtp_session.hpp"
#include "session/smtp_statuses.hpp"
#include "toy_login.hpp"

namespace {
std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> allocated_octets{0};
}  // namespace

// Not inlined: GCC takes the free of an inlined delete for a mismatch with the new that it
// replaces.
[[gnu::noinline]] void* operator new(std::size_t octets) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  allocated_octets.fetch_add(octets, std::memory_order_relaxed);
  if (void* memory = std::malloc(octets)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace backtalk::session {
namespace {

class Counter final : public Observer {
 public:
  void command_sent(unsigned, bool) override {}
  void command_answered(const CommandAnswer&) override {}
  void transaction_ended(const TransactionEnd& end) override {
    completed += end.ending == Ending::completed ? 1 : 0;
  }
  void connection_failed(std::string_view) override {}
  void server_said(const ServerWords& words) override { said += words.text.empty() ? 0 : 1; }
  void note(std::string_view) override {}
  std::size_t completed = 0;
  std::size_t said = 0;
};

// A server that answers every message of a pipeline, its replies cut in the middle of a line.
std::size_t allocations_of(SmtpSession& session, std::uint64_t messages) {
  char out[Session::kOutputMin];
  const std::size_t before = allocations.load();
  for (std::uint64_t i = 0; i < messages; ++i) {
    while (session.room() > 0) session.begin({.number = i, .scheduled = 1, .measured = true});
    while (session.produce(out, 1) > 0) {
    }
    session.consume("250 2.1.0 Ok\r\n250 2.1.5 O", 2);
    session.consume("k\r\n250 2.0.0 queued\r\n", 3);
  }
  return allocations.load() - before;
}

TEST(SmtpSessionAllocation, MessagesAllocateNothingInSteadyState) {
  SmtpPlan plan;
  plan.from = "a{n}@example.org";
  plan.recipients = {"b{n}@example.net"};
  plan.message = make_wire_message("Subject: x\r\n\r\nHello\r\n");
  plan.submission = SmtpPlan::Submission::bdat;
  plan.depth = 4;
  Counter counter;
  SmtpSession session(plan, {.observer = counter});
  session.restart(1);
  char out[Session::kOutputMin];
  session.consume("220 s\r\n", 1);
  ASSERT_GT(session.produce(out, 1), 0U);
  session.consume("250-s\r\n250-PIPELINING\r\n250 CHUNKING\r\n", 1);
  EXPECT_GT(allocations.load(), 0U);  // the counter counts
  allocations_of(session, 10);
  EXPECT_EQ(allocations_of(session, 10'000), 0U);
  EXPECT_EQ(counter.completed, 10'010U);
}

TEST(SmtpSessionAllocation, RefusalsAllocateNothing) {
  SmtpPlan plan;
  plan.from = "a@example.org";
  plan.recipients = {"b@example.net"};
  Counter counter;
  SmtpSession session(plan, {.observer = counter});
  session.restart(1);
  char out[Session::kOutputMin];
  session.consume("220 s\r\n", 1);
  ASSERT_GT(session.produce(out, 1), 0U);
  session.consume("250 s\r\n", 1);
  const auto refused = [&](std::uint64_t messages) {
    const std::size_t before = allocations.load();
    for (std::uint64_t i = 0; i < messages; ++i) {
      session.begin({.number = i, .scheduled = 1});
      EXPECT_GT(session.produce(out, 1), 0U);
      session.consume("451-4.7.1 Greyli", 2);
      session.consume("sted\r\n451 4.7.1 Try again\r\n", 3);
    }
    return allocations.load() - before;
  };
  refused(10);
  EXPECT_EQ(refused(10'000), 0U);
  EXPECT_EQ(counter.said, 10'010U);
}

TEST(SmtpSessionAllocation, LoginsAfterTheFirstAllocateNothing) {
  SmtpPlan plan;
  plan.login = test::toy_login({.name = "CRAM-MD5", .client_begins = false, .challenges = 1});
  Counter counter;
  SmtpSession session(plan, {.observer = counter});
  const auto connect = [&session](unsigned times) {
    char out[Session::kOutputMin];
    const std::size_t before = allocations.load();
    for (unsigned i = 0; i < times; ++i) {
      session.restart(1);
      for (const std::string_view reply :
           {"220 s\r\n", "250-s\r\n250 AUTH CRAM-MD5\r\n", "334 PDE4OTYuNjk3QGEub3JnPg==\r\n"}) {
        session.consume(reply, 1);
        EXPECT_GT(session.produce(out, 1), 0U);
      }
      session.consume("235 2.7.0 ok\r\n", 1);
      EXPECT_TRUE(session.ready());
      session.end(Ending::failed, "closed", 1);
    }
    return allocations.load() - before;
  };
  connect(2);
  EXPECT_EQ(connect(1000), 0U);
}

// Passes with a word that is kept, placeholders, content and the run's message, their replies cut
// in the middle of a line; every fourth is refused.
TEST(SmtpScriptSessionAllocation, PassesAllocateNothingInSteadyState) {
  using Field = CommandTemplate::Field;
  const auto command = [](SmtpCommand name, std::string_view line, bool pipelined) {
    ScriptCommand one{.command = static_cast<unsigned>(name),
                      .line = CommandTemplate(line, {Field::number, Field::from, Field::to, Field::random}),
                      .expected = {.status = kSmtpAccepted}};
    one.pipelined = pipelined;
    return one;
  };
  SmtpScriptPlan plan;
  plan.from = "a{n}@example.org";
  plan.recipients = {"b{n}@example.net"};
  plan.message = make_wire_message("Subject: x\r\n\r\nHello\r\n");
  plan.depth = 4;
  plan.script.capture_slots = 1;
  plan.script.passes.emplace_back();
  auto& commands = plan.script.passes[0].commands;
  commands = {command(SmtpCommand::mail, "MAIL FROM:<{from}>", false),
              command(SmtpCommand::rcpt, "RCPT TO:<{to}>", true), command(SmtpCommand::data, "DATA", true),
              command(SmtpCommand::dot, "", false)};
  commands[1].captures = {{.slot = 0, .word = 2}};
  commands[3].ends_message = true;
  commands[3].literals.resize(2);
  commands[3].literals[0].content.append_lines("X-Word: ");
  commands[3].literals[0].content.append_captured(0);
  commands[3].literals[0].content.append_lines("\r\n");
  commands[3].literals[1].message = true;
  Counter counter;
  SmtpScriptSession session(plan, {.observer = counter});
  char out[Session::kOutputMin];
  session.restart(1);
  session.consume("220 s\r\n", 1);
  ASSERT_GT(session.produce(out, 1), 0U);
  session.consume("250-s\r\n250 PIPELINING\r\n", 1);
  const auto say = [&](std::string_view text) {
    if (!text.empty()) session.consume(text, 2);
    while (session.room() > 0) session.begin({.number = 7, .scheduled = 1});
    while (session.produce(out, 1) > 0) {
    }
  };
  const auto allocations_of_passes = [&](int passes) {
    const std::size_t before = allocations.load();
    for (int i = 0; i < passes; ++i) {
      say("250 2.1.0 O");
      say(i % 4 == 3 ? "k\r\n550 5.1.1 no\r\n554 no\r\n" : "k\r\n250 2.1.5 Ok\r\n354 go\r\n");
      say(i % 4 == 3 ? "250 reset\r\n" : "250 2.0.0 queued\r\n");
    }
    return allocations.load() - before;
  };
  say("");
  allocations_of_passes(8);
  EXPECT_EQ(allocations_of_passes(10'000), 0U);
  EXPECT_EQ(counter.completed, 7506U);
}

// With DATA a session never has more than two transactions in flight.
TEST(SmtpSessionAllocation, DepthCostsNothingWithData) {
  const auto octets_of_session = [](unsigned depth, SmtpPlan::Submission submission) {
    SmtpPlan plan;
    plan.recipients.assign(1000, "b@example.net");
    plan.depth = depth;
    plan.submission = submission;
    Counter counter;
    const std::size_t before = allocated_octets.load();
    const SmtpSession session(plan, {.observer = counter});
    return allocated_octets.load() - before;
  };
  EXPECT_EQ(octets_of_session(1024, SmtpPlan::Submission::data),
            octets_of_session(1, SmtpPlan::Submission::data));
  EXPECT_GT(octets_of_session(1024, SmtpPlan::Submission::bdat),
            100 * octets_of_session(1, SmtpPlan::Submission::bdat));
}

// --- POP3

// LIST, and a message by what UIDL says, pipelined, their answers cut in the middle of a line.
Pop3Plan reading_plan(bool connection_a_pass, bool verifies) {
  const auto command = [](Pop3Command name, std::string_view line) {
    return ScriptCommand{.command = static_cast<unsigned>(name),
                         .line = CommandTemplate(line, {CommandTemplate::Field::number}),
                         .expected = {.status = kPop3Ok}};
  };
  Pop3Plan plan;
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = "u1", .password = "pass"}};
  plan.script.passes.emplace_back();
  plan.script.passes[0].commands = {command(Pop3Command::list, "LIST"),
                                    command(Pop3Command::uidl, "UIDL {n}"),
                                    command(Pop3Command::retr, "RETR ")};
  plan.script.passes[0].commands[1].pipelined = true;
  plan.script.passes[0].commands[1].captures = {{.slot = 0, .word = 3}};
  plan.script.passes[0].commands[2].line.append_captured(0);
  plan.script.capture_slots = 1;
  plan.script.connection_a_pass = connection_a_pass;
  plan.verifies = verifies;
  plan.depth = 4;
  return plan;
}

class Pop3Conversation {
 public:
  Pop3Conversation(bool connection_a_pass, bool verifies) : plan_(reading_plan(connection_a_pass, verifies)) {
    session_.restart(1);
  }
  void log_in() {
    say("+OK ready\r\n");
    say("+OK\r\nSASL PLAIN CRAM-MD5\r\nIMPLEMENTATION a rather long name of a server\r\nPIPELINING\r\n.\r\n");
    say("+OK\r\n");
    say("+OK\r\n");
  }
  void read(std::string_view refusal = {}) {
    say("+OK 2 messages\r\n1 120\r\n2 20");
    say("0\r\n.\r\n+OK 1 a-rather-long-unique-id-of-a-message\r\n");
    if (!refusal.empty()) return say(refusal);
    say("+OK\r\nSubject: x\r\n\r\nHel");
    say("lo\r\n..\r\n.\r\n");
  }
  void leave_and_return() {
    say("+OK bye\r\n");
    EXPECT_TRUE(session_.over());
    session_.restart(1);
  }
  [[nodiscard]] std::size_t completed() const { return counter_.completed; }
  [[nodiscard]] std::size_t said() const { return counter_.said; }

 private:
  void say(std::string_view text) {
    while (session_.room() > 0) session_.begin({.number = 1, .scheduled = 1});
    session_.consume(text, 2);
    while (session_.room() > 0) session_.begin({.number = 1, .scheduled = 1});
    while (session_.produce(out_, 1) > 0) {
    }
  }
  Pop3Plan plan_;
  Counter counter_;
  Pop3Session session_{plan_, {.observer = counter_}};
  char out_[Session::kOutputMin]{};
};

// Also while what comes is verified.
class Pop3SessionAllocation : public testing::TestWithParam<bool> {};
class ImapSessionAllocation : public testing::TestWithParam<bool> {};
class HttpSessionAllocation : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Verify, Pop3SessionAllocation, testing::Bool());
INSTANTIATE_TEST_SUITE_P(Verify, ImapSessionAllocation, testing::Bool());
INSTANTIATE_TEST_SUITE_P(Verify, HttpSessionAllocation, testing::Bool());

TEST_P(Pop3SessionAllocation, PassesAllocateNothingInSteadyState) {
  Pop3Conversation talk(false, GetParam());
  talk.log_in();
  const auto allocations_of_passes = [&](int passes) {
    const std::size_t before = allocations.load();
    for (int i = 0; i < passes; ++i) talk.read(i % 4 == 3 ? "-ERR [SYS/TEMP] no\r\n" : "");
    return allocations.load() - before;
  };
  allocations_of_passes(8);
  EXPECT_EQ(allocations_of_passes(10'000), 0U);
  EXPECT_EQ(talk.completed(), 7506U);
  EXPECT_EQ(talk.said(), 2502U);
}

TEST_P(Pop3SessionAllocation, NewConnectionsAllocateNothing) {
  Pop3Conversation talk(true, GetParam());
  const auto allocations_of_passes = [&](int passes) {
    const std::size_t before = allocations.load();
    for (int i = 0; i < passes; ++i) {
      talk.log_in();
      talk.read();
      talk.leave_and_return();
    }
    return allocations.load() - before;
  };
  allocations_of_passes(8);
  EXPECT_EQ(allocations_of_passes(5'000), 0U);
  EXPECT_EQ(talk.completed(), 5008U);
}

TEST_P(Pop3SessionAllocation, WaitsAllocateNothing) {
  Pop3Plan plan;
  plan.verifies = GetParam();
  ScriptCommand noop{.command = static_cast<unsigned>(Pop3Command::noop),
                     .line = CommandTemplate("NOOP", {}),
                     .expected = {.status = kPop3Ok}};
  plan.script.passes.emplace_back();
  plan.script.passes[0].commands = {noop, noop};
  plan.script.passes[0].commands[1].wait = ThinkTime::normal(50, 20);
  plan.script.passes[0].wait = ThinkTime::exponential(50);
  Counter counter;
  Pop3Session session(plan, {.observer = counter});
  session.restart(1);
  session.consume("+OK ready\r\n", 1);
  char out[Session::kOutputMin];
  Nanoseconds now = 1;
  const auto allocations_of_passes = [&](std::size_t passes) {
    const std::size_t before = allocations.load();
    for (const std::size_t until = counter.completed + passes; counter.completed < until;) {
      if (session.next_wake() != kNever) session.wake(now = std::max(now, session.next_wake()));
      while (session.room() > 0) session.begin({.number = 1, .scheduled = now});
      if (session.produce(out, now) > 0) session.consume("+OK\r\n", ++now);
    }
    return allocations.load() - before;
  };
  allocations_of_passes(8);
  EXPECT_EQ(allocations_of_passes(10'000), 0U);
}

// --- IMAP

ScriptCommand of_imap(ImapCommand command, std::string_view line, std::vector<std::string> untagged) {
  ScriptCommand one;
  one.command = static_cast<unsigned>(command);
  one.line = CommandTemplate(line, {CommandTemplate::Field::number, CommandTemplate::Field::message_number});
  one.expected.status = static_cast<std::uint16_t>(ImapStatus::ok);
  one.expected.untagged = std::move(untagged);
  return one;
}

// A server that answers every command of a pipeline from the last to the first, its responses cut
// in the middle of a literal.
TEST_P(ImapSessionAllocation, PassesAllocateNothingInSteadyState) {
  constexpr unsigned kDepth = 4;
  Script script;
  script.capture_slots = 1;
  script.passes.push_back({.name = "p", .weight = 1, .commands = {}});
  script.passes[0].commands.push_back(of_imap(ImapCommand::fetch, "FETCH {number} (FLAGS UID)", {"FETCH"}));
  script.passes[0].commands[0].captures.push_back({.slot = 0, .word = 2, .untagged = "FETCH"});
  script.once.push_back(of_imap(ImapCommand::select, "SELECT INBOX", {"EXISTS"}));
  ImapPlan plan;
  plan.script = ImapScript(std::move(script));
  plan.depth = kDepth;
  plan.verifies = GetParam();
  Counter counter;
  ImapSession session(plan, {.observer = counter});
  session.restart(1);
  char out[Session::kOutputMin];
  session.consume("* OK [CAPABILITY IMAP4rev1] x\r\n", 1);
  ASSERT_GT(session.produce(out, 1), 0U);
  session.consume("* 9 EXISTS\r\nA1 OK x\r\n", 1);
  ASSERT_TRUE(session.ready());
  std::size_t tag = 2;
  const auto allocations_of_rounds = [&](std::uint64_t rounds) {
    const std::size_t before = allocations.load();
    for (std::uint64_t i = 0; i < rounds; ++i, tag += kDepth) {
      while (session.room() > 0) session.begin({.number = i, .scheduled = 1, .measured = true});
      while (session.produce(out, 1) > 0) {
      }
      for (std::size_t j = kDepth; j > 0; --j) {
        char answer[64];
        const int octets = std::snprintf(answer, sizeof answer, "x UID 7)\r\nA%zu OK x\r\n", tag + j - 1);
        session.consume("* 9 EXISTS\r\n* 3 FETCH (FLAGS (\\Seen) X-TEXT {3}\r\nab", 2);
        session.consume({answer, static_cast<std::size_t>(octets)}, 3);
      }
    }
    return allocations.load() - before;
  };
  allocations_of_rounds(10);
  EXPECT_EQ(allocations_of_rounds(10'000), 0U);
  EXPECT_EQ(counter.completed, 40'040U);
}

// --- HTTP

HttpRequest request_of(HttpCommand method, std::string_view line) {
  return http_request(method, {line, {CommandTemplate::Field::number}}, "Host: a.example\r\n\r\n");
}

// A pass with everything that a script may have: words of answers, counted content, a request that
// goes alone, and requests that go out together. Its responses are cut in the middle.
TEST_P(HttpSessionAllocation, PassesAllocateNothingInSteadyState) {
  HttpPlan plan;
  plan.verifies = GetParam();
  plan.depth = 4;
  plan.capture_slots = 1;
  std::vector<HttpRequest>& requests = plan.passes.emplace_back().requests;
  requests.push_back(request_of(HttpCommand::get, "GET /a{n} HTTP/1.1"));
  requests[0].captures = {{.slot = 0, .word = 2, .field = "Location"}};
  requests.push_back(request_of(HttpCommand::get, "GET /b HTTP/1.1"));
  requests[1].pipelined = true;
  requests.push_back({.method = HttpCommand::post, .alone = true});
  requests[2].filled.append("POST ");
  requests[2].filled.append_captured(0);
  requests[2].filled.append_lines(" HTTP/1.1\r\nContent-Length: ");
  requests[2].filled.append(CommandTemplate::Field::content_octets);
  requests[2].filled.append_lines("\r\n\r\nn=");
  requests[2].filled.append(CommandTemplate::Field::random);
  requests[2].content.append("n=");
  requests[2].content.append(CommandTemplate::Field::random);
  Counter counter;
  HttpSession session(plan, {.observer = counter});
  session.restart(1);
  char out[Session::kOutputMin];
  std::uint64_t number = 0;
  const auto allocations_of_passes = [&](int passes) {
    const std::size_t before = allocations.load();
    const auto say = [&](std::string_view text) {
      session.consume(text, 2);
      while (session.produce(out, 1) > 0) {
      }
    };
    for (int i = 0; i < passes; ++i) {
      session.begin({.number = number++, .scheduled = 1});
      say("");
      say("HTTP/1.1 302 Found\r\nLocation: /a-rather-long-pl");
      say("ace\r\nContent-Length: 9\r\n\r\nabc");
      say("def");
      say("ghiHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
      say(i % 4 == 3 ? "HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 204 x\r\n\r\n");
    }
    return allocations.load() - before;
  };
  allocations_of_passes(8);
  EXPECT_EQ(allocations_of_passes(10'000), 0U);
  EXPECT_EQ(counter.completed, 7506U);
  EXPECT_EQ(counter.said, 2502U);
}

// --- Messages

TEST(WireMessageAllocation, AGeneratedMessageIsNotHeldWhole) {
  const std::size_t before = allocated_octets.load();
  const WireMessage message = generate_message(1'000'000'000, "a@b", "c@d");
  EXPECT_LT(allocated_octets.load() - before, 512U * 1024);
  EXPECT_EQ(message.octets(WireMessage::Form::chunk), 1'000'000'000U);
}

// Counted are all octets that were ever allocated: that they add up to little more than the text
// means that it was neither held twice nor moved to where there was more room.
TEST(WireMessageAllocation, ATextIsHeldOnlyOnce) {
  std::string text;
  while (text.size() < 20'000'000)
    text.append("a line of seventy octets, which is as long as lines of mail tend to be");
  for (std::size_t at = 70; at < text.size(); at += 72) text.replace(at - 2, 2, "\r\n");
  const std::size_t before = allocated_octets.load();
  WireMessageMaker maker;
  for (std::size_t at = 0; at < text.size(); at += 65536) maker.add(std::string_view(text).substr(at, 65536));
  const WireMessage message = maker.finish();
  EXPECT_GT(message.octets(WireMessage::Form::chunk), 20'000'000U);
  EXPECT_LT(allocated_octets.load() - before, text.size() + text.size() / 5);
}

}  // namespace
}  // namespace backtalk::session
