// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/pop3_session.hpp"

#include <algorithm>
#include <bit>

#include "backtalk/detail/expect.hpp"
#include "session/pop3_refusals.hpp"
#include "session/pop3_statuses.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kDoubtfulReplies =
    "a server sent more replies than commands (unsolicited-reply): earlier replies on those connections may "
    "have been matched to the wrong command, so some transactions counted as completed may have been refused";

pop3::ResponseLimits limits_of(const Pop3Plan& plan) {
  pop3::ResponseLimits limits;
  limits.expectations_max = std::max(limits.expectations_max, pending_commands_max(plan));
  return limits;
}

}  // namespace

Pop3Session::Pop3Session(const Pop3Plan& plan, const SessionContext& context)
    : plan_(plan),
      observer_(context.observer),
      exchange_({.transactions = plan.depth, .commands = pending_commands_max(plan)}, context.observer),
      stream_(pop3::ResponseParser(limits_of(plan), plan.tolerances)),
      auth_(plan.login, context.index),
      random_(context.seed),
      waits_(plan.script.has_waits()),
      asked_(std::bit_ceil(pending_commands_max(plan))),
      passes_(exchange_.transaction_slots()),
      captured_(plan.script.capture_slots, exchange_.transaction_slots()) {
  BACKTALK_EXPECT(!plan.script.passes.empty() && plan.depth >= 1);
  std::uint64_t weights = 0;
  for (const ScriptPass& pass : plan.script.passes) {
    BACKTALK_EXPECT(pass.weight > 0 && commands_of(pass) > 0);
    weights += pass.weight;
    pass_commands_max_ = std::max(pass_commands_max_, commands_of(pass));
  }
  order_ = PassOrder(weights);
}

void Pop3Session::restart(Nanoseconds now) {
  stream_.reset();
  exchange_.restart();
  at_ = At::handshake;
  to_send_ = ToSend::nothing;
  in_clear_ = plan_.starttls;
  wants_tls_ = finishing_ = begun_ = login_begun_ = false;
  effective_depth_ = 1;
  waiting_ = owed_ = next_ = 0;
  stats_waiting_ = 0;
  auth_failure_ = {};
  captured_.restart();
  messages_ = 0;
  pause_.reset();
  last_wait_ = nullptr;
  next_wake_ = kNever;
  forget_capabilities();
  // A pass that has the connection for itself begins with it.
  if (connection_a_pass()) exchange_.become_ready();
  asked(exchange_.command_sent(static_cast<unsigned>(Pop3Command::greeting), now)) = nullptr;
  ++waiting_;
}

unsigned Pop3Session::room() const {
  if (!exchange_.ready() || finishing_ || wants_tls_ || at_ == At::leaving) return 0;
  if (next_wake_ != kNever) return 0;  // pauses
  if (connection_a_pass()) return begun_ ? 0 : 1;
  if (waits_) return exchange_.in_flight() == 0 ? 1 : 0;
  if (owed_ >= effective_depth_) return 0;
  const std::size_t free = effective_depth_ - owed_;
  return static_cast<unsigned>((free + pass_commands_max_ - 1) / pass_commands_max_);
}

void Pop3Session::begin(const Ticket& ticket) {
  const ScriptPass& pass = pass_of(plan_.script.passes, order_, ticket.number);
  const std::size_t slot = exchange_.slot(exchange_.begin(ticket));
  passes_[slot] = &pass;
  captured_.begin(slot);
  owed_ += commands_of(pass);
  if (waits_ && !connection_a_pass()) last_wait_ = &pass.wait;
  begun_ = true;
}

// --- What is sent

std::size_t Pop3Session::produce(std::span<char> out, Nanoseconds now) {
  CommandWriter writer(out);
  while (!exchange_.over() && !wants_tls_ && writer.has_room_for_command() && send_next(writer, now)) {
  }
  return writer.size();
}

// Hands out one command, or goes on to what comes behind the last. False if nothing can be sent
// now.
bool Pop3Session::send_next(CommandWriter& out, Nanoseconds now) {
  const bool before_passes = at_ == At::handshake || at_ == At::once;
  if (before_passes && connection_a_pass() && exchange_.in_flight() == 0) {
    // A pass that has the connection for itself is not wanted yet, or not any more.
    return finishing_ && exchange_.all_answered() && send_quit(out, false, now);
  }
  switch (at_) {
    case At::handshake: return send_handshake(out, now);
    case At::once: return send_of_connection(out, plan_.script.once, now);
    case At::passes: return send_of_pass(out, now);
    case At::end:
      if (next_ < plan_.script.end.size()) return send_of_connection(out, plan_.script.end, now);
      return exchange_.all_answered() && send_quit(out, false, now);
    case At::leaving: break;
  }
  return false;
}

void Pop3Session::expect_answer(Pop3Command command, pop3::Expect form) {
  [[maybe_unused]] const bool expected = stream_.parser().expect(form);
  BACKTALK_EXPECT(expected);
  ++waiting_;
  if (command == Pop3Command::stat) ++stats_waiting_;
}

// The command was written: its answer is due.
void Pop3Session::sent(Pop3Command command, pop3::Expect form, const ScriptCommand* script_command,
                       Nanoseconds now) {
  expect_answer(command, form);
  asked(exchange_.command_sent(static_cast<unsigned>(command), now)) = script_command;
}

// --- What is answered

void Pop3Session::consume(std::string_view bytes, Nanoseconds now) {
  if (exchange_.over() || bytes.empty()) return;
  stream_.feed(bytes);
  if (wants_tls_) fail_in_the_clear(now);
  read_events(now);
  stream_.end_piece();
}

void Pop3Session::read_events(Nanoseconds now) {
  pop3::ResponseParser& parser = stream_.parser();
  const pop3::Event* event = nullptr;
  while (!exchange_.over() && (event = parser.next()) != nullptr) on_event(*event, now);
  if (!exchange_.over() && parser.error()) fail_by_parser(now);
  if (exchange_.over()) next_wake_ = kNever;
}

// An answer to nothing has the same name in every protocol.
void Pop3Session::fail_by_parser(Nanoseconds now) {
  ServerWords words = without_secrets(stream_.words_of_error(exchange_.awaited_command()));
  if (stream_.parser().error().code == ErrorCode::unsolicited_response) {
    words.name = "unsolicited-reply";
    if (exchange_.completed() > 0) observer_.note(kDoubtfulReplies);
  }
  exchange_.fail(words, now);
}

void Pop3Session::on_event(const pop3::Event& event, Nanoseconds now) {
  switch (event.kind) {
    case pop3::Event::Kind::status: on_status(event.status, now); break;
    case pop3::Event::Kind::octets: break;
    case pop3::Event::Kind::line:
      if (at_ == At::handshake) static_cast<void>(add_capability(event.data, offered_, plan_.tolerances));
      break;
    case pop3::Event::Kind::end: on_answer(now); break;
  }
}

ServerWords Pop3Session::words_of(const pop3::Status& status, std::string_view name, unsigned command) {
  return without_secrets({.name = name,
                          .command = command,
                          .status = pop3_status(status),
                          .text = stream_.quote(status.offset, status.octets),
                          .offset = status.offset});
}

// Some servers repeat what they were sent.
ServerWords Pop3Session::without_secrets(ServerWords words) const {
  return login_begun_ ? auth_.without_secrets(words) : words;
}

void Pop3Session::on_status(const pop3::Status& status, Nanoseconds now) {
  if (exchange_.all_answered()) {  // -ERR: servers say so before they close
    exchange_.fail(words_of(status, "service-closing", kNoCommand), now);
    return;
  }
  if (status.kind == pop3::Status::Kind::continuation) {
    on_challenge(status, now);
    return;
  }
  const Exchange::Command& command = exchange_.oldest();
  answer_ = {.status = pop3_status(status), .ok = status.ok(), .failure = judge(status, command)};
  if (!answer_.failure.empty()) {
    ServerWords words = words_of(status, answer_.failure, command.command);
    if (const ScriptCommand* const of_script = asked(exchange_.oldest_tag()))
      words.script_line = of_script->source_line;
    observer_.server_said(words);
  }
  const auto name = static_cast<Pop3Command>(command.command);
  if (name == Pop3Command::greeting) on_greeting(status);
  if (name == Pop3Command::stat) count_messages(status);
  if (!status.multi_line) on_answer(now);
}

// The name of the failure that the answer to the oldest command is; empty if it is none.
std::string_view Pop3Session::judge(const pop3::Status& status, const Exchange::Command& command) {
  const ScriptCommand* const script_command = asked(exchange_.oldest_tag());
  const auto name = static_cast<Pop3Command>(command.command);
  if (script_command == nullptr && name == Pop3Command::auth) {
    if (const std::string_view failure = judge_auth(status.ok()); !failure.empty()) return failure;
  }
  const std::uint16_t expected = script_command != nullptr ? script_command->expected.status : kPop3Ok;
  if (expected == kNoStatus || status.ok() == (expected == kPop3Ok)) {
    const bool all_there = script_command == nullptr || capture(*script_command, status);
    return all_there ? std::string_view{} : kUnexpectedReply;
  }
  if (status.ok()) return kUnexpectedReply;
  const pop3::ResponseCode code = pop3::response_code(status.code);
  return script_command != nullptr ? pop3_refusal(code) : pop3_refusal_of_connection(name, code);
}

// The answer is there to its end.
void Pop3Session::on_answer(Nanoseconds now) {
  const Exchange::Command command = exchange_.oldest();
  const bool of_script = asked(exchange_.oldest_tag()) != nullptr;
  exchange_.answered(command, answer_.failure.empty(), answer_.status, now);
  --waiting_;
  if (command.of_transaction) {
    on_pass_answer(command, now);
    return;
  }
  exchange_.retire(exchange_.oldest_tag(), now);
  const auto name = static_cast<Pop3Command>(command.command);
  if (name == Pop3Command::quit) {
    exchange_.finish();
  } else if (of_script) {
    on_script_answer(now);
  } else {
    on_handshake_answer(name, now);
  }
}

// --- How it ends

// The server's words were told.
void Pop3Session::refuse_connection(std::string_view name, Nanoseconds now) {
  exchange_.close(Ending::failed, name, nullptr, now);
}

void Pop3Session::end(Ending ending, std::string_view reason, Nanoseconds now) {
  if (exchange_.over()) return;
  const bool in_answer = stream_.parser().in_message() && !exchange_.all_answered();
  if (reason == kServerClosed && in_answer) reason = "closed-in-body";
  const ServerWords words = without_secrets(stream_.words_at_end(reason, exchange_.awaited_command()));
  const bool tells_something = words.command != kNoCommand || !words.text.empty();
  if (exchange_.has_unsent()) exchange_.let_pass(pause_.finish(now));
  exchange_.close(ending, reason, tells_something ? &words : nullptr, now);
  wants_tls_ = false;
  next_wake_ = kNever;
}

}  // namespace backtalk::session
