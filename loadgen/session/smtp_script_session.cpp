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
      asked_mask_(asked_.size() - 1),
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
  begun_ = in_pass_ = awaits_go_ = lone_dot_ = unsettled_ = false;
  left_ = {};
  part_ = 0;
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
  const bool is_last = exchange_.sending() == newest_ && left_.size() == 1;
  return is_last && (content_ != nullptr || (has_next(SmtpCommand::dot) && !awaits_go_));
}

void SmtpScriptSession::begin(const Ticket& ticket) {
  newest_ = exchange_.begin(ticket);
  const std::size_t slot = exchange_.slot(newest_);
  passes_[slot] = &pass_of(plan_.script.passes, order_, ticket.number);
  if (waits_ && !connection_a_pass()) last_wait_ = &passes_[slot]->wait;
  if (plan_.script.capture_slots > 0) captured_.begin(slot);
  begun_ = true;
}

void SmtpScriptSession::on_offer(Nanoseconds now) {
  if (needs_chunking_ && !offered_.chunking) return give_up("chunking-missing", now);
  left_ = plan_.script.once;
  at_ = left_.empty() ? At::passes : At::once;
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

// QUIT, and the dot of an empty message, have no line in the script.
std::uint16_t SmtpScriptSession::expected_status(const ScriptCommand* command) const {
  if (command == nullptr) return kSmtpAccepted;
  if (replies_ == 0) return command->expected.status;
  return replies_ <= command->further.size() ? command->further[replies_ - 1].status : kSmtpAccepted;
}

// The name of the failure that the reply is; empty if it is none. Keeps the words that the script
// asks for: a reply without them is not the expected one.
std::string_view SmtpScriptSession::judge(const smtp::Reply& reply, const Exchange::Command& answered,
                                          const ScriptCommand* command) {
  const std::uint16_t expected = expected_status(command);
  const bool has_status = expected == smtp_status(reply.code) || expected == kNoStatus ||
                          (expected == kSmtpAccepted && accepts(reply, name_of(answered)));
  if (!has_status) {
    const bool was_to_be_accepted =
        expected == kSmtpAccepted || (expected != kNoStatus && smtp_statuses()[expected].ok);
    return refuses(reply) && was_to_be_accepted ? refusal(reply) : kUnexpectedReply;
  }
  if (command == nullptr) return {};
  if (text_difference(*command, reply)) return kTextDiffers;
  if (command->captures.empty() || replies_ > 0 || capture(*command, answered, reply)) return {};
  return captured_.why_missing(row_of(answered));
}

// LMTP has a reply to the end of a message for each recipient that was accepted (RFC 2033 4.2).
bool SmtpScriptSession::is_last_reply(const ScriptCommand* command) const {
  return !plan_.lmtp || command == nullptr || !command->ends_message || replies_ >= envelope_.recipients;
}

// What the server knows of a message now.
void SmtpScriptSession::track(const Exchange::Command& answered, const ScriptCommand* command,
                              const smtp::Reply& reply) {
  switch (name_of(answered)) {
    case SmtpCommand::mail:
      if (reply.positive()) envelope_ = {.open = true, .of_pass = answered.of_transaction, .recipients = 0};
      break;
    case SmtpCommand::rcpt: envelope_.recipients += reply.positive() ? 1 : 0; break;
    case SmtpCommand::data: break;
    case SmtpCommand::dot: envelope_ = {}; break;
    case SmtpCommand::rset:
      if (reply.positive()) envelope_ = {};
      break;
    default:
      if (reply.positive() && command != nullptr && command->ends_message) envelope_ = {};
      break;
  }
}

void SmtpScriptSession::on_reply_of_pass(const Exchange::Command& answered, const smtp::Reply& reply,
                                         Nanoseconds now) {
  const SmtpCommand name = name_of(answered);
  const bool failed = exchange_.has_failed(answered.transaction);
  if (failed) {
    unsettled_ = true;
    // A server that takes only so many messages a connection says so here (OpenSMTPD: 452 after
    // 100).
    finishing_ |= name == SmtpCommand::mail && reply.klass() == 4 && exchange_.completed() > 0;
  }
  exchange_.retire(exchange_.oldest_tag(), now);
  if (name == SmtpCommand::quit) {
    exchange_.finish();
  } else if (name == SmtpCommand::data) {
    on_data_reply(reply, failed, now);
  } else if (failed && exchange_.has_unsent() && exchange_.sending() == answered.transaction) {
    if (!awaits_go_ && !lone_dot_ && content_ == nullptr) skip_rest_of_pass(now);
  }
  if (last_wait_ != nullptr) rest_after_pass(now);
}

void SmtpScriptSession::on_script_reply(const Exchange::Command& answered, const smtp::Reply& reply,
                                        Nanoseconds now) {
  const ScriptCommand* const command = asked(exchange_.oldest_tag());
  const std::string_view failure = judge(reply, answered, command);
  exchange_.answered(answered, failure.empty(), smtp_status(reply.code), now, is_unexpected(failure));
  if (!failure.empty()) on_unexpected(reply, answered, command, failure);
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

void SmtpScriptSession::on_reply(const smtp::Reply& reply, Nanoseconds now) {
  if (exchange_.all_answered()) {
    on_unasked_reply(reply, content_command(), now);
    return;
  }
  if (take_success(reply, now)) return;
  const Exchange::Command answered = exchange_.oldest();
  if (!answered.of_transaction && at_ != At::once && at_ != At::end) {
    on_reply_to_connection(answered, reply, now);
    if (name_of(answered) == SmtpCommand::rset) envelope_ = {};
    return;
  }
  on_script_reply(answered, reply, now);
}

// Most replies are successes within a pass, as the script expects them, that end their command and
// of which nothing is kept. Their effect is that of `on_script_reply`, in a few steps. False: the
// reply is none of these, and was not taken.
bool SmtpScriptSession::take_success(const smtp::Reply& reply, Nanoseconds now) {
  const std::uint32_t tag = exchange_.oldest_tag();
  const Exchange::Command& answered = exchange_.oldest();
  const ScriptCommand* const command = asked(tag);
  if (!answered.of_transaction || command == nullptr || !command->captures.empty()) return false;
  if (!command->expected.exact.lines.empty()) return false;
  const SmtpCommand name = name_of(answered);
  const bool is_data = name == SmtpCommand::data;
  const std::uint16_t expected = command->expected.status;
  const std::uint16_t status = smtp_status(reply.code);
  if (!accepts(reply, name)) return false;
  if (expected != kSmtpAccepted && expected != status) return false;
  if (command->ends_message && plan_.lmtp) return false;
  if (exchange_.has_failed(answered.transaction)) return false;
  exchange_.answered(answered, true, status, now);
  if (is_data) {
    awaits_go_ = false;
  } else if (name == SmtpCommand::rcpt) {
    ++envelope_.recipients;
  } else if (name == SmtpCommand::mail) {
    envelope_ = {.open = true, .of_pass = true, .recipients = 0};
  } else if (command->ends_message || name == SmtpCommand::rset) {
    envelope_ = {};
  }
  exchange_.retire(tag, now);
  if (is_data) finish_pass_if_whole(now);
  if (last_wait_ != nullptr) rest_after_pass(now);
  return true;
}

void SmtpScriptSession::on_unexpected(const smtp::Reply& reply, const Exchange::Command& answered,
                                      const ScriptCommand* command, std::string_view failure) {
  ServerWords words = words_of(reply, failure, answered.command);
  if (command != nullptr) {
    words.script_line = line_of_reply(*command);
    if (failure == kTextDiffers) {
      add_difference(*text_difference(*command, reply), words);
      words = without_secrets(words);
    }
  }
  observer_.server_said(words);
  if (answered.of_transaction) exchange_.fail_transaction(answered.transaction, failure);
}

// From the script's text, if texts are compared. A reply that is too long to be kept has another.
std::optional<TextDifference> SmtpScriptSession::text_difference(const ScriptCommand& command,
                                                                 const smtp::Reply& reply) {
  const bool further = replies_ > 0 && replies_ <= command.further.size();
  if (replies_ > 0 && !further) return std::nullopt;
  const auto& lines = further ? command.further[replies_ - 1].exact : command.expected.exact.lines;
  if (lines.empty()) return std::nullopt;
  return difference(stream_.quote(reply.offset, reply.octets), lines);
}

// Of the script: where that reply is expected.
std::uint32_t SmtpScriptSession::line_of_reply(const ScriptCommand& command) const {
  const bool further = replies_ > 0 && replies_ <= command.further.size();
  return further ? command.further[replies_ - 1].source_line : command.source_line;
}

// Keeps the words of the reply's last line that the script asks for. False if one is missing.
bool SmtpScriptSession::capture(const ScriptCommand& command, const Exchange::Command& answered,
                                const smtp::Reply& reply) {
  const std::size_t row = row_of(answered);
  std::string_view line = stream_.quote(reply.offset, reply.octets);
  if (line.size() + 2 < reply.octets) line = {};  // cut: its last line is not there
  line.remove_prefix(line.rfind('\n') + 1);
  bool all = true;
  for (const Capture& one : command.captures)
    all &= captured_.keep_nth(row, one.slot, line, one.word, kSpaces);
  return all;
}

// Of `once` or `end`.
void SmtpScriptSession::on_reply_of_section(const Exchange::Command& answered, const smtp::Reply& reply,
                                            std::string_view failure, Nanoseconds now) {
  exchange_.retire(exchange_.oldest_tag(), now);
  if (!failure.empty()) return give_up(failure, now);
  if (name_of(answered) == SmtpCommand::data) on_data_reply(reply, false, now);
  const bool is_done = left_.empty() && content_ == nullptr && exchange_.all_answered();
  if (at_ != At::once || !is_done) return;
  at_ = At::passes;
  exchange_.become_ready();
}

// DATA ends a group, so this is about what is being sent.
void SmtpScriptSession::on_data_reply(const smtp::Reply& reply, bool failed, Nanoseconds now) {
  awaits_go_ = false;
  const bool goes = reply.klass() == kIntermediate;
  if (!failed) {
    if (!goes && has_next(SmtpCommand::dot)) left_ = left_.subspan(1);
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
