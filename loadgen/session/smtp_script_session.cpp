// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_script_session.hpp"

#include <bit>

#include "backtalk/detail/expect.hpp"
#include "session/smtp_refusals.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::session {
namespace {

constexpr unsigned kIntermediate = 3;

SmtpCommand name_of(const Exchange::Command& command) {
  return static_cast<SmtpCommand>(command.command);
}

bool accepts(const smtp::Reply& reply, SmtpCommand command) {
  return command == SmtpCommand::data ? reply.klass() == kIntermediate : reply.positive();
}

bool goes_at_once(const ScriptPass& pass) {
  for (std::size_t i = 1; i < pass.commands.size(); ++i) {
    if (!pass.commands[i].pipelined) return false;
  }
  return static_cast<SmtpCommand>(pass.commands.back().command) != SmtpCommand::data;
}

}  // namespace

SmtpScriptSession::SmtpScriptSession(const SmtpScriptPlan& plan, const SessionContext& context)
    : SmtpConnection(
          plan, context,
          {.transactions = transactions_in_flight_max(plan), .commands = pending_commands_max(plan)}),
      plan_(plan),
      random_(context.seed),
      asked_(std::bit_ceil(pending_commands_max(plan))),
      passes_(exchange_.transaction_slots()),
      captured_(plan.script.capture_slots, exchange_.transaction_slots()),
      waits_(plan.script.has_waits()),
      needs_chunking_(needs_chunking(plan.script)) {
  BACKTALK_EXPECT(!plan.script.passes.empty() && plan.depth >= 1 && !plan.recipients.empty());
  std::uint64_t weights = 0;
  for (const ScriptPass& pass : plan.script.passes) {
    BACKTALK_EXPECT(pass.weight > 0 && !pass.commands.empty());
    weights += pass.weight;
    goes_at_once_ &= goes_at_once(pass);
  }
  order_ = PassOrder(weights);
}

void SmtpScriptSession::restart(Nanoseconds now) {
  begin_connection(now);
  at_ = At::handshake;
  begun_ = awaits_go_ = lone_dot_ = unsettled_ = false;
  next_ = part_ = 0;
  message_at_ = 0;
  content_ = nullptr;
  envelope_ = {};
  replies_ = 0;
  pause_.reset();
  last_wait_ = nullptr;
  next_wake_ = kNever;
  captured_.restart();
  // A pass that has the connection for itself begins with it.
  if (connection_a_pass()) exchange_.become_ready();
}

unsigned SmtpScriptSession::room() const {
  if (!exchange_.ready() || finishing_ || wants_tls_ || next_wake_ != kNever) return 0;
  if (connection_a_pass()) return begun_ ? 0 : 1;
  const std::uint32_t in_flight = exchange_.in_flight();
  if (at_ != At::passes || in_flight >= effective_depth_) return 0;
  if (unsettled_ || waits_) return in_flight == 0 ? 1 : 0;
  if (goes_at_once_) return effective_depth_ - in_flight;
  return may_follow() ? 1 : 0;
}

// True if a pass that begins now goes out behind the last command of the newest, or at once.
bool SmtpScriptSession::may_follow() const {
  if (!exchange_.has_unsent()) return true;
  const bool is_last = exchange_.sending() == newest_ && next_ + 1 == being_sent().size();
  return is_last && (content_ != nullptr || (has_next(SmtpCommand::dot) && !awaits_go_));
}

void SmtpScriptSession::begin(const Ticket& ticket) {
  newest_ = exchange_.begin(ticket);
  const std::size_t slot = exchange_.slot(newest_);
  passes_[slot] = &pass_of(plan_.script.passes, order_, ticket.number);
  if (waits_ && !connection_a_pass()) last_wait_ = &passes_[slot]->wait;
  captured_.begin(slot);
  begun_ = true;
}

void SmtpScriptSession::on_offer(Nanoseconds now) {
  if (needs_chunking_ && !offered_.chunking) return give_up("chunking-missing", now);
  next_ = 0;
  at_ = plan_.script.once.empty() ? At::passes : At::once;
  if (at_ == At::passes && !exchange_.ready()) exchange_.become_ready();
}

// --- What is answered

void SmtpScriptSession::consume(std::string_view bytes, Nanoseconds now) {
  read_replies(bytes, now, [this, now](const smtp::Reply& reply) { on_reply(reply, now); });
  if (exchange_.over()) next_wake_ = kNever;
}

void SmtpScriptSession::end(Ending ending, std::string_view reason, Nanoseconds now) {
  if (!exchange_.over() && exchange_.has_unsent()) exchange_.let_pass(pause_.finish(now));
  SmtpConnection::end(ending, reason, now);
  next_wake_ = kNever;
}

void SmtpScriptSession::on_reply(const smtp::Reply& reply, Nanoseconds now) {
  if (exchange_.all_answered()) {
    on_unasked_reply(reply, content_command(), now);
    return;
  }
  const Exchange::Command answered = exchange_.oldest();
  if (!answered.of_transaction && at_ != At::once && at_ != At::end) {
    on_reply_to_connection(answered, reply, now);
    if (name_of(answered) == SmtpCommand::rset) envelope_ = {};
    return;
  }
  on_script_reply(answered, reply, now);
}

void SmtpScriptSession::on_script_reply(const Exchange::Command& answered, const smtp::Reply& reply,
                                        Nanoseconds now) {
  const ScriptCommand* const command = asked(exchange_.oldest_tag());
  const std::string_view failure = judge(reply, answered, command);
  exchange_.answered(answered, failure.empty(), smtp_status(reply.code), now);
  if (!failure.empty()) {
    ServerWords words = words_of(reply, failure, answered.command);
    if (command != nullptr) words.script_line = line_of_reply(*command);
    observer_.server_said(words);
    if (answered.of_transaction) exchange_.fail_transaction(answered.transaction, failure);
  }
  const bool closing = reply.code == kServiceClosing;
  ++replies_;
  if (!closing && !is_last_reply(command)) {
    exchange_.expect_another(answered);
    return;
  }
  replies_ = 0;
  track(answered, command, reply);
  if (answered.of_transaction) {
    on_reply_of_pass(answered, reply, now);
    if (closing && !exchange_.over()) exchange_.abandon(refusal(reply), now);
  } else {
    on_reply_of_section(answered, reply, failure, now);
    if (closing && !exchange_.over()) exchange_.close(Ending::failed, refusal(reply), nullptr, now);
  }
}

// The name of the failure that a reply is; empty if it is none. QUIT, and the dot of an empty
// message, have no line in the script.
std::string_view SmtpScriptSession::judge(const smtp::Reply& reply, const Exchange::Command& answered,
                                          const ScriptCommand* command) {
  const std::uint16_t status = smtp_status(reply.code);
  std::uint16_t expected = kSmtpAccepted;
  if (command != nullptr && replies_ == 0) expected = command->expected.status;
  if (command != nullptr && replies_ > 0 && replies_ <= command->further.size())
    expected = command->further[replies_ - 1].status;
  const bool as_expected = expected == status || expected == kNoStatus ||
                           (expected == kSmtpAccepted && accepts(reply, name_of(answered)));
  if (as_expected) {
    const bool all_there =
        command == nullptr || command->captures.empty() || replies_ > 0 || capture(*command, answered, reply);
    return all_there ? std::string_view{} : kUnexpectedReply;
  }
  const bool was_to_be_accepted = expected == kSmtpAccepted || smtp_statuses()[expected].ok;
  return refuses(reply) && was_to_be_accepted ? refusal(reply) : kUnexpectedReply;
}

// Of the script: where that reply is expected.
std::uint32_t SmtpScriptSession::line_of_reply(const ScriptCommand& command) const {
  const bool further = replies_ > 0 && replies_ <= command.further.size();
  return further ? command.further[replies_ - 1].source_line : command.source_line;
}

// LMTP has a reply to the end of a message for each recipient that was accepted (RFC 2033 4.2).
bool SmtpScriptSession::is_last_reply(const ScriptCommand* command) const {
  return !plan_.lmtp || command == nullptr || !command->ends_message || replies_ >= envelope_.recipients;
}

// Keeps the words of the reply's last line that the script asks for. False if one is missing.
bool SmtpScriptSession::capture(const ScriptCommand& command, const Exchange::Command& answered,
                                const smtp::Reply& reply) {
  const std::size_t row =
      answered.of_transaction ? exchange_.slot(answered.transaction) : captured_.connection_row();
  std::string_view line = stream_.quote(reply.offset, reply.octets);
  if (line.size() + 2 < reply.octets) line = {};  // cut: its last line is not there
  line.remove_prefix(line.rfind('\n') + 1);
  bool all = true;
  for (const Capture& one : command.captures)
    all &= captured_.keep_nth(row, one.slot, line, one.word, kSpaces);
  return all;
}

// What the server knows of a message now.
void SmtpScriptSession::track(const Exchange::Command& answered, const ScriptCommand* command,
                              const smtp::Reply& reply) {
  const SmtpCommand name = name_of(answered);
  if (name == SmtpCommand::dot) envelope_ = {};
  if (!reply.positive()) return;
  const bool ends_message = command != nullptr && command->ends_message;
  if (ends_message || name == SmtpCommand::rset) {
    envelope_ = {};
  } else if (name == SmtpCommand::mail) {
    envelope_ = {.open = true, .of_pass = answered.of_transaction, .recipients = 0};
  } else if (name == SmtpCommand::rcpt) {
    ++envelope_.recipients;
  }
}

void SmtpScriptSession::on_reply_of_pass(const Exchange::Command& answered, const smtp::Reply& reply,
                                         Nanoseconds now) {
  const SmtpCommand name = name_of(answered);
  const bool failed = exchange_.has_failed(answered.transaction);
  unsettled_ |= failed;
  // A server that takes only so many messages a connection says so here (OpenSMTPD: 452 after 100).
  finishing_ |= failed && name == SmtpCommand::mail && reply.klass() == 4 && exchange_.completed() > 0;
  exchange_.retire(exchange_.oldest_tag(), now);
  if (name == SmtpCommand::quit) {
    exchange_.finish();
  } else if (name == SmtpCommand::data) {
    on_data_reply(reply, failed, now);
  } else if (failed && exchange_.has_unsent() && exchange_.sending() == answered.transaction) {
    if (!awaits_go_ && !lone_dot_ && content_ == nullptr) skip_rest_of_pass(now);
  }
  if (!connection_a_pass()) rest_after_pass(now);
}

// Of `once` or `end`.
void SmtpScriptSession::on_reply_of_section(const Exchange::Command& answered, const smtp::Reply& reply,
                                            std::string_view failure, Nanoseconds now) {
  exchange_.retire(exchange_.oldest_tag(), now);
  if (!failure.empty()) return give_up(failure, now);
  if (name_of(answered) == SmtpCommand::data) on_data_reply(reply, false, now);
  const bool is_done = next_ == plan_.script.once.size() && content_ == nullptr && exchange_.all_answered();
  if (at_ != At::once || !is_done) return;
  at_ = At::passes;
  next_ = 0;
  exchange_.become_ready();
}

// DATA ends a group, so this is about what is being sent.
void SmtpScriptSession::on_data_reply(const smtp::Reply& reply, bool failed, Nanoseconds now) {
  awaits_go_ = false;
  const bool goes = reply.klass() == kIntermediate;
  if (!failed) {
    if (!goes && has_next(SmtpCommand::dot)) ++next_;
    finish_pass_if_whole(now);
  } else if (!goes) {
    skip_rest_of_pass(now);
  } else if (envelope_.recipients > 0) {
    give_up("session-given-up", now);  // a dot would send them an empty message
  } else {
    lone_dot_ = true;
  }
}

}  // namespace backtalk::session
