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

bool reads_message(Pop3Command command) {
  return command == Pop3Command::top || command == Pop3Command::retr;
}

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
      captured_(plan.script.capture_slots, exchange_.transaction_slots()),
      watch_(plan.deliveries, context.index),
      verify_(plan.tolerances),
      to_verify_(plan.verifies ? asked_.size() : 0) {
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
  each_ = 0;
  stats_waiting_ = 0;
  auth_failure_ = {};
  captured_.restart();
  messages_ = 0;
  pause_.reset();
  last_wait_ = nullptr;
  next_wake_ = kNever;
  if (plan_.verifies) verify_.restart();
  forget_capabilities();
  // A pass that has the connection for itself begins with it.
  if (connection_a_pass()) exchange_.become_ready();
  const std::uint32_t greeting = exchange_.command_sent(static_cast<unsigned>(Pop3Command::greeting), now);
  asked(greeting) = nullptr;
  if (plan_.verifies) to_verify(greeting) = {};
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
  const std::uint32_t tag = exchange_.command_sent(static_cast<unsigned>(command), now);
  asked(tag) = script_command;
  if (plan_.verifies) to_verify(tag) = script_command != nullptr ? written_ : Pop3Verify::Asked{};
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
    case pop3::Event::Kind::octets:
      if (stamp_.is_reading()) stamp_.feed(event.data);
      if (watch_.is_active()) watch_.feed(event.data);
      if (plan_.verifies) verify_.feed(event.data);
      feed_body(event.data);
      break;
    case pop3::Event::Kind::line:
      if (at_ == At::handshake) static_cast<void>(add_capability(event.data, offered_, plan_.tolerances));
      if (plan_.verifies) verify_.read_line(event.data);
      feed_body(event.data);
      feed_body("\r\n");
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
  const ScriptCommand* const asked_for = asked(exchange_.oldest_tag());
  answer_ = {.status = pop3_status(status),
             .ok = status.ok(),
             .failure = judge(status, command),
             .offset = status.offset};
  if (plan_.verifies) verify_.begin_answer(to_verify(exchange_.oldest_tag()), status);
  const bool compares =
      answer_.failure.empty() && asked_for != nullptr && asked_for->expected.exact.body.has_value();
  body_.begin(compares ? &*asked_for->expected.exact.body : nullptr, status.offset + status.octets, true);
  if (!answer_.failure.empty()) {
    ServerWords words = words_of(status, answer_.failure, command.command);
    if (asked_for != nullptr) {
      words.script_line = asked_for->source_line;
      if (answer_.failure == kTextDiffers) {
        add_difference(*text_difference(*asked_for, status), words);
        words = without_secrets(words);
      }
    }
    observer_.server_said(words);
  }
  const auto name = static_cast<Pop3Command>(command.command);
  if (name == Pop3Command::greeting) on_greeting(status);
  if (name == Pop3Command::stat) count_messages(status, now);
  stamp_ = {};
  if (plan_.times_deliveries && name == Pop3Command::retr && status.multi_line) stamp_.begin();
  if (watch_.is_active() && reads_message(name) && status.multi_line) watch_.begin();
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
    if (script_command == nullptr) return {};
    return text_difference(*script_command, status) ? kTextDiffers : capture(*script_command, status);
  }
  if (status.ok()) return kUnexpectedReply;
  const pop3::ResponseCode code = pop3::response_code(status.code);
  return script_command != nullptr ? pop3_refusal(code) : pop3_refusal_of_connection(name, code);
}

// From the script's first line, if texts are compared.
std::optional<TextDifference> Pop3Session::text_difference(const ScriptCommand& command,
                                                           const pop3::Status& status) {
  const ExactAnswer& exact = command.expected.exact;
  if (exact.lines.empty()) return std::nullopt;
  const std::string_view text = stream_.quote(status.offset, status.octets);
  if (exact.body && !status.multi_line)
    return TextDifference{.at = text.size(),
                          .expected = std::string_view(*exact.body).substr(0, exact.body->find('\n'))};
  return difference(text, exact.lines);
}

// Compares the next octets of the answer's body, if the script has it.
void Pop3Session::feed_body(std::string_view octets) {
  if (body_.is_decided()) return;
  body_.feed(octets);
  if (body_.is_decided()) on_other_body();
}

void Pop3Session::on_other_body() {
  answer_.failure = kTextDiffers;
  ServerWords words = stream_.words_around(*body_.difference());
  words.command = exchange_.oldest().command;
  words.status = answer_.status;
  words.script_line = asked(exchange_.oldest_tag())->source_line;
  observer_.server_said(without_secrets(words));
}

// An answer that has failed already keeps its name.
void Pop3Session::verify_answer(const Exchange::Command& command) {
  const std::optional<Violation> found = verify_.end_answer();
  if (verify_.was_message()) observer_.verified(verify_.was_checkable());
  if (!found || !answer_.failure.empty()) return;
  answer_.failure = found->name;
  observer_.server_said({.name = found->name,
                         .command = command.command,
                         .status = answer_.status,
                         .text = found->text,
                         .offset = answer_.offset});
}

// The answer is there to its end.
void Pop3Session::on_answer(Nanoseconds now) {
  const Exchange::Command command = exchange_.oldest();
  const ScriptCommand* const script_command = asked(exchange_.oldest_tag());
  const bool of_script = script_command != nullptr;
  if (!body_.is_decided()) {
    body_.end();
    if (body_.is_decided()) on_other_body();
  }
  if (plan_.verifies) verify_answer(command);
  exchange_.answered(command, answer_.failure.empty(), answer_.status, now, is_unexpected(answer_.failure));
  --waiting_;
  const auto sent_at = stamp_.found();
  if (sent_at && *sent_at <= now && command.of_transaction && exchange_.ticket(command.transaction).measured)
    observer_.delivered(now - *sent_at);
  // What is wrong is there all the same.
  const bool has_come = answer_.failure.empty() || is_violation(answer_.failure);
  if (watch_.is_active() && reads_message(static_cast<Pop3Command>(command.command))) {
    if (has_come) {
      watch_.end();
    } else {
      watch_.refused();
    }
  }
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
