// SPDX-License-Identifier: Apache-2.0 OR MIT
// What SmtpScriptSession sends: commands, content, and the goodbye.
#include "session/smtp_script_session.hpp"

namespace backtalk::session {
namespace {

// After a pass that failed because of what it was to say, which the next would be, too.
constexpr Nanoseconds kScriptPause = 10'000'000;

bool is(const ScriptCommand& command, SmtpCommand name) {
  return static_cast<SmtpCommand>(command.command) == name;
}

}  // namespace

// Whose content is being sent; the greeting if none is.
SmtpCommand SmtpScriptSession::content_command() const {
  if (content_ == nullptr) return SmtpCommand::greeting;
  return is(*content_, SmtpCommand::bdat) ? SmtpCommand::bdat : SmtpCommand::data;
}

// --- A command

// Most text has no placeholder, and needs no values.
inline void SmtpScriptSession::add(CommandWriter& out, const CommandTemplate& text) {
  if (text.has_fields()) {
    out.add(text, values());
  } else {
    out.add_fixed(text);
  }
}

// Each RCPT of a message has a recipient of its own.
void SmtpScriptSession::fill_in(CommandWriter& out, const ScriptCommand& command) {
  const bool names_recipient =
      is(command, SmtpCommand::rcpt) && command.line.uses(CommandTemplate::Field::to);
  if (names_recipient) recipient_ = recipients_named_++;
  out.add(command.line, values());
  recipient_ = 0;
}

// The command was written: its reply is due. Null: it has no line in the script.
inline void SmtpScriptSession::ask(const ScriptCommand* command, SmtpCommand name, Nanoseconds now) {
  const auto index = static_cast<unsigned>(name);
  if (waits_) pause_.reset();
  asked(of_pass() ? exchange_.transaction_command_sent(index, now) : exchange_.command_sent(index, now)) =
      command;
}

// Its last octet was handed out.
[[gnu::always_inline]] inline void SmtpScriptSession::command_sent_whole(const ScriptCommand& command,
                                                                         Nanoseconds now) {
  left_ = left_.subspan(1);
  in_pass_ = of_pass();
  if (in_pass_ && command.ends_message) exchange_.request_sent();
  awaits_go_ = is(command, SmtpCommand::data);
  if (!awaits_go_) finish_pass_if_whole(now);
}

// False if something that is to be filled in is too long, and nothing was sent.
inline bool SmtpScriptSession::send_command(CommandWriter& out, const ScriptCommand& command,
                                            Nanoseconds now) {
  if (!is(command, SmtpCommand::dot)) {
    if (command.line.has_fields()) {
      fill_in(out, command);
    } else {
      out.add_fixed(command.line);
    }
    if (!out.end_line()) return give_up_command(now);
    ask(&command, static_cast<SmtpCommand>(command.command), now);
  }
  if (command.literals.empty()) {
    command_sent_whole(command, now);
  } else {
    content_ = &command;
    part_ = 0;
  }
  return true;
}

std::size_t SmtpScriptSession::produce(std::span<char> out, Nanoseconds now) {
  if (exchange_.over() || wants_tls_) return 0;
  now_ = now;
  CommandWriter writer(out);
  if (has_connection_command() && writer.has_room_for_command()) {
    // A pass that has the connection for itself may not be wanted yet, or not any more.
    if (!connection_a_pass() || exchange_.in_flight() > 0) send_connection_command(writer, now);
  }
  while (!exchange_.over() && writer.has_room_for_command() && send_next(writer, now)) {
  }
  return writer.size();
}

// Hands out one command, or a stretch of content, or goes on to what comes behind. False if nothing
// can be sent now.
bool SmtpScriptSession::send_next(CommandWriter& out, Nanoseconds now) {
  if (content_ != nullptr) return send_content(out, now);
  if (lone_dot_) {
    send_lone_dot(out, now);
    return true;
  }
  if (awaits_go_) return false;
  switch (at_) {
    case At::handshake:
      return connection_a_pass() && finishing_ && exchange_.in_flight() == 0 && send_goodbye(out, now);
    case At::once: return send_of_connection(out, now);
    case At::passes: return send_of_pass(out, now);
    case At::end: return left_.empty() ? send_goodbye(out, now) : send_of_connection(out, now);
    case At::leaving: break;
  }
  return false;
}

// --- Which command is next

bool SmtpScriptSession::send_of_connection(CommandWriter& out, Nanoseconds now) {
  if (left_.empty()) return false;
  const bool waits = lock_step() || !left_.front().pipelined || !exchange_.has_command_room();
  if (waits && !exchange_.all_answered()) return false;
  return send_command(out, left_.front(), now);
}

bool SmtpScriptSession::send_of_pass(CommandWriter& out, Nanoseconds now) {
  if (!in_pass_) {
    if (!exchange_.has_unsent()) return begin_end();
    if (unsettled_) return settle(out, now);
    left_ = passes_[exchange_.slot(exchange_.sending())]->commands;
    recipients_named_ = 0;
  }
  const bool is_quit = left_.empty();
  const bool waits_for_pass = is_quit || (in_pass_ && !left_.front().pipelined);
  if (waits_for_pass && exchange_.unanswered(exchange_.sending()) > 0) return false;
  const bool waits_for_all = lock_step() || !exchange_.has_command_room();
  if (waits_for_all && !exchange_.all_answered()) return false;
  if (waits_ && holds(now)) return false;
  return is_quit ? send_quit_of_pass(out, now) : send_command(out, left_.front(), now);
}

// No pass is left to be sent. True if none will come any more, and all are answered.
bool SmtpScriptSession::begin_end() {
  if (!finishing_ || exchange_.in_flight() > 0 || !exchange_.all_answered()) return false;
  at_ = At::end;
  left_ = plan_.script.end;
  return true;
}

// After a pass that has failed the next begins when all replies are there, so that it is known
// whether a message was left open.
bool SmtpScriptSession::settle(CommandWriter& out, Nanoseconds now) {
  if (!exchange_.all_answered()) return false;
  unsettled_ = false;
  if (envelope_.open && envelope_.of_pass) {
    out.add("RSET").end_plain_line();
    sent(SmtpCommand::rset, now);
  }
  return true;
}

bool SmtpScriptSession::send_goodbye(CommandWriter& out, Nanoseconds now) {
  if (!exchange_.all_answered()) return false;
  send_quit(out, now);
  at_ = At::leaving;
  return true;
}

bool SmtpScriptSession::send_quit_of_pass(CommandWriter& out, Nanoseconds now) {
  out.add("QUIT").end_plain_line();
  ask(nullptr, SmtpCommand::quit, now);
  at_ = At::leaving;
  exchange_.request_sent();
  exchange_.finish_sending(now);
  return true;
}

// --- What is filled in

CommandValues SmtpScriptSession::values() {
  CommandValues values{.random = &random_, .from = &plan_.from, .now = now_, .captured = &captured_};
  values.content_octets = message().octets(WireMessage::Form::chunk);
  values.captured_row = captured_.connection_row();
  if (of_pass()) {
    values.number = exchange_.ticket(exchange_.sending()).number;
    values.captured_row = exchange_.slot(exchange_.sending());
  }
  const std::size_t recipients = plan_.recipients.size();
  values.to = &plan_.recipients[recipients == 1 ? 0 : (values.number + recipient_) % recipients];
  if (!plan_.login.users.empty()) {
    values.user = auth_.credentials().user;
    values.password = auth_.credentials().password;
  }
  return values;
}

// The run's message, as this transaction has it.
const WireMessage& SmtpScriptSession::message() const {
  if (plan_.messages.empty() || !of_pass()) return plan_.message;
  return plan_.messages.of(exchange_.ticket(exchange_.sending()).number);
}

// Nothing went out, so no reply would make the driver look for room: the session asks to be woken.
bool SmtpScriptSession::give_up_command(Nanoseconds now) {
  if (!of_pass()) {
    give_up(kCommandTooLong, now);
    return false;
  }
  if (!exchange_.all_answered()) return false;  // transactions end in their order
  exchange_.fail_transaction(exchange_.sending(), kCommandTooLong);
  unsettled_ = true;
  skip_rest_of_pass(now);
  if (!connection_a_pass()) {
    next_wake_ = now + kScriptPause;
    rest_after_pass(now);
  }
  return true;
}

void SmtpScriptSession::finish_pass(Nanoseconds now) {
  in_pass_ = false;
  exchange_.request_sent();
  exchange_.finish_sending(now);
}

// Nothing more goes out of a pass that has failed, but the goodbye if the connection is its own.
void SmtpScriptSession::skip_rest_of_pass(Nanoseconds now) {
  left_ = {};
  in_pass_ = connection_a_pass();
  if (!in_pass_) exchange_.finish_sending(now);
}

// --- Waits

// True if what comes next cannot be said yet. The commands before it are answered.
bool SmtpScriptSession::holds(Nanoseconds now) {
  const std::uint32_t transaction = exchange_.sending();
  if (exchange_.has_failed(transaction)) return false;
  const ScriptPass& pass = *passes_[exchange_.slot(transaction)];
  const ThinkTime& wait = left_.empty() ? pass.wait : left_.front().wait;
  if (!pause_.holds(wait, random_, now)) return false;
  next_wake_ = pause_.until();
  return true;
}

// If a pass has ended that had a wait behind its last reply: the next pass waits.
void SmtpScriptSession::rest_after_pass(Nanoseconds now) {
  if (last_wait_ == nullptr || exchange_.over() || exchange_.in_flight() > 0) return;
  const Nanoseconds rested = now + last_wait_->draw(random_);
  last_wait_ = nullptr;
  if (rested > now && (next_wake_ == kNever || next_wake_ < rested)) next_wake_ = rested;
}

void SmtpScriptSession::wake(Nanoseconds now) {
  if (now < next_wake_) return;
  next_wake_ = kNever;
  if (exchange_.has_unsent()) exchange_.let_pass(pause_.finish(now));
}

// --- Content

// A stretch of it. A server may have answered a chunk before it has all of it, which goes out all
// the same (RFC 3030 2).
bool SmtpScriptSession::send_content(CommandWriter& out, Nanoseconds now) {
  const ScriptCommand& command = *content_;
  const bool chunk = is(command, SmtpCommand::bdat);
  const ScriptLiteral& part = command.literals[part_];
  exchange_.content_sent(now);
  if (part.message) {
    const auto form = chunk ? WireMessage::Form::chunk : WireMessage::Form::stuffed;
    message_at_ += out.add_content(message(), form, message_at_);
    if (message_at_ != message().octets(form)) return true;
    message_at_ = 0;
  } else {
    add(out, part.content);
    if (!out.end_text()) {
      fail_midway(now);
      return false;
    }
  }
  if (++part_ < command.literals.size()) return true;
  content_ = nullptr;
  if (!chunk) ask(&command, SmtpCommand::dot, now);
  if (of_pass() && exchange_.has_failed(exchange_.sending())) {  // by the early reply to a chunk
    if (command.ends_message) exchange_.request_sent();
    skip_rest_of_pass(now);
  } else {
    command_sent_whole(command, now);
  }
  return true;
}

// Half a message cannot be taken back.
void SmtpScriptSession::fail_midway(Nanoseconds now) {
  if (of_pass()) exchange_.fail_transaction(exchange_.sending(), kCommandTooLong);
  give_up(of_pass() ? "session-given-up" : kCommandTooLong, now);
}

// The server waits for the message of a pass that has failed, and nobody is to receive it.
void SmtpScriptSession::send_lone_dot(CommandWriter& out, Nanoseconds now) {
  lone_dot_ = false;
  out.add(".").end_plain_line();
  ask(nullptr, SmtpCommand::dot, now);
  skip_rest_of_pass(now);
}

}  // namespace backtalk::session
