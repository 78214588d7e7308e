// SPDX-License-Identifier: Apache-2.0 OR MIT
// How ImapSession says what its script says.
#include <algorithm>
#include <array>
#include <charconv>

#include "backtalk/detail/expect.hpp"
#include "backtalk/imap/write.hpp"
#include "session/imap_session.hpp"
#include "session/imap_tag.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kNumbersWait =
    "commands with message numbers waited for others to be answered, which could have moved the numbers (RFC "
    "9051 "
    "5.5): fewer commands than --pipeline were in flight";
constexpr std::string_view kNoIdle =
    "the server does not offer IDLE (RFC 2177): what came into its mailboxes was asked for, with NOOP";
constexpr std::string_view kTooLong = "command-too-long";
constexpr std::string_view kLiteral = "command-literal";
constexpr auto kChunk = WireMessage::Form::chunk;
constexpr std::size_t kLineEnd = 2;
constexpr Nanoseconds kImapPause = 10'000'000;

bool changes_mailbox(ImapCommand command) {
  return command == ImapCommand::select || command == ImapCommand::examine || command == ImapCommand::close ||
         command == ImapCommand::unselect;
}

// A command without its tag.
std::string_view behind_tag(std::string_view line) {
  line.remove_prefix(std::min(line.find(' '), line.size()));
  line.remove_prefix(std::min<std::size_t>(line.size(), 1));
  return line;
}

// The number in "FETCH 3 (...)" or "UID FETCH 3 (...)"; 0 if it is a set, or another command.
std::uint32_t single_message(std::string_view line, ImapCommand command) {
  if (command != ImapCommand::fetch && command != ImapCommand::uid_fetch) return 0;
  std::string_view rest = behind_tag(behind_tag(line));
  if (command == ImapCommand::uid_fetch) rest = behind_tag(rest);
  std::uint32_t number = 0;
  const auto [stop, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  const bool alone = failure == std::errc{} && stop != rest.data() + rest.size() && *stop == ' ';
  return alone ? number : 0;
}

// True if it ends with "{5}" or "{5+}", behind which a server takes the next commands for the
// octets of a literal (RFC 3501 4.3, RFC 7888).
bool announces_literal(std::string_view line) {
  if (!line.ends_with('}')) return false;
  line.remove_suffix(1);
  if (line.ends_with('+') || line.ends_with('-')) line.remove_suffix(1);
  const std::size_t before = line.find_last_not_of("0123456789");
  return before != std::string_view::npos && before + 1 < line.size() && line[before] == '{';
}

// Ends a command behind which no literal follows. `content` octets of its line are those of a
// literal before. Why it was taken back; or empty.
std::string_view end_command(CommandWriter& out, std::size_t content = 0) {
  const bool announces = announces_literal(out.line().substr(content));
  if (announces) out.refuse();
  if (out.end_line()) return {};
  return announces ? kLiteral : kTooLong;
}

}  // namespace

// Hands out a command or a part of one. False if nothing can be sent now.
bool ImapSession::send_next(CommandWriter& out, Nanoseconds now) {
  switch (step_) {
    case Step::none: break;
    case Step::await_go:
    case Step::await_idling:
    case Step::idling:
    case Step::challenge: return false;
    case Step::message: return send_message(out, now);
    case Step::rest: return send_rest(out, now);
    case Step::login_rest: return send_login_text(out, now);
    case Step::done: return send_done(out, now);
  }
  switch (at_) {
    case At::handshake: return send_handshake(out, now);
    case At::once: return send_of_connection(out, plan_.script.once(), now);
    case At::passes: return send_of_pass(out, now);
    case At::end: return send_of_connection(out, plan_.script.end(), now);
    case At::leaving: break;
  }
  return false;
}

// --- Which command is next

void ImapSession::begin_passes() {
  at_ = At::passes;
  next_ = 0;
  if (watch_.is_active()) watch_.begin();
  if (!exchange_.ready()) exchange_.become_ready();
}

bool ImapSession::send_of_connection(CommandWriter& out, const std::vector<ScriptStep>& steps,
                                     Nanoseconds now) {
  if (next_ < steps.size()) {
    return may_send(steps[next_], in_flight_) && send_command(out, steps[next_], now);
  }
  // Behind what comes once, the last answer begins the passes.
  return in_flight_ == 0 && !holds_goodbye(now) && send_logout(out, now);
}

bool ImapSession::send_of_pass(CommandWriter& out, Nanoseconds now) {
  if (!exchange_.has_unsent()) {
    if (!finishing_ || exchange_.in_flight() > 0) return false;
    at_ = At::end;
    next_ = 0;
    return true;
  }
  const std::uint32_t transaction = exchange_.sending();
  if (next_ == 0 && exchange_.unanswered(transaction) == 0) captured_.begin(exchange_.slot(transaction));
  const std::vector<ScriptStep>& steps = passes_[exchange_.slot(transaction)]->commands;
  if (next_ == steps.size()) return false;
  const ScriptStep& step = steps[next_];
  return may_send(step, exchange_.unanswered(transaction)) && !holds(step.text.wait, now) &&
         send_command(out, step, now);
}

// --- What a watch says

// With IDLE if the server has it and the plan wants it.
const ImapScript::Pass& ImapSession::pass_of_watch() {
  const std::vector<ImapScript::Pass>& passes = plan_.script.passes();
  if (offers_.idle || passes.size() == 1) return passes.front();
  if (!has_noted_polls_) observer_.note(kNoIdle);
  has_noted_polls_ = true;
  return passes.back();
}

// The headers are asked for at once.
void ImapSession::stop_idling(Nanoseconds now) {
  next_wake_ = now;
  wake(now);
}

// Nothing has come: there are no headers to ask for.
void ImapSession::end_uneventful_pass(Nanoseconds now) {
  if (at_ != At::passes || step_ != Step::none || next_ == 0 || !exchange_.has_unsent()) return;
  if (exchange_.unanswered(exchange_.sending()) == 0 && !watch_.has_news()) end_pass(now);
}

// --- Waits

// True if what stands behind the wait cannot be said yet. The commands before it are answered.
bool ImapSession::holds(const ThinkTime& wait, Nanoseconds now) {
  if (!pause_.holds(wait, random_, now)) return false;
  next_wake_ = pause_.until();
  return true;
}

// The same for the goodbye of a pass that has the connection for itself.
bool ImapSession::holds_goodbye(Nanoseconds now) {
  if (!connection_a_pass_ || !begun_) return false;
  const std::uint32_t transaction = exchange_.sending();
  return !exchange_.has_failed(transaction) && holds(passes_[exchange_.slot(transaction)]->wait, now);
}

// If a pass has ended that had a wait behind its last answer: the next pass waits.
void ImapSession::rest_after_pass(Nanoseconds now) {
  if (last_wait_ == nullptr || exchange_.in_flight() > 0) return;
  const Nanoseconds rested = now + last_wait_->draw(random_);
  last_wait_ = nullptr;
  if (rested > now && (next_wake_ == kNever || next_wake_ < rested)) next_wake_ = rested;
}

void ImapSession::wake(Nanoseconds now) {
  if (now < next_wake_) return;
  next_wake_ = kNever;
  if (of_transaction() && exchange_.has_unsent()) exchange_.let_pass(pause_.passed(now));
  pause_.finish(now);
  if (step_ == Step::idling) step_ = Step::done;
}

// Of a pass that has failed nothing more is said, once what is half sent is whole.
void ImapSession::end_failed_pass(Nanoseconds now) {
  if (at_ != At::passes || step_ != Step::none || !exchange_.has_unsent()) return;
  if (exchange_.has_failed(exchange_.sending())) end_pass(now);
}

// Nothing more of the pass will be said, but the goodbye if that belongs to it.
void ImapSession::end_pass(Nanoseconds now) {
  next_ = 0;
  if (connection_a_pass_) {
    at_ = At::end;
  } else {
    exchange_.finish_sending(now);
  }
}

// `unanswered`: commands of the same pass.
bool ImapSession::may_send(const ScriptStep& step, std::size_t unanswered) {
  if (in_flight_ >= plan_.depth || !exchange_.has_command_room()) return false;
  if (unanswered > 0 && (!step.text.pipelined || !step.text.wait.empty())) return false;
  if (in_flight_ == 0) return true;
  if (alone_ > 0 || step.order.alone || may_wait_for_go(step)) return false;
  if (!step.order.uses_numbers || expungers_ == 0) return true;
  if (!has_noted_wait_) observer_.note(kNumbersWait);
  has_noted_wait_ = true;
  return false;
}

bool ImapSession::may_wait_for_go(const ScriptStep& step) const {
  constexpr std::uint64_t kOctetsMax = 4096;  // RFC 7888 5
  const auto waits = [this](const ScriptLiteral& literal) {
    const std::uint64_t octets =
        literal.message ? octets_of_message(plan_, literal) : literal.content.octets_max();
    return offers_.strings.literals == imap::Literals::synchronizing || octets > kOctetsMax;
  };
  return offers_.strings.literals != imap::Literals::plus && std::ranges::any_of(step.text.literals, waits);
}

bool ImapSession::send_logout(CommandWriter& out, Nanoseconds now) {
  if (!send_plain(out, ImapCommand::logout, now)) return false;
  at_ = At::leaving;
  exchange_.begin_leaving();
  if (connection_a_pass_ && begun_) exchange_.finish_sending(now);
  return true;
}

// --- A command, in parts if it has literals

CommandValues ImapSession::values() {
  CommandValues values{.random = &random_, .captured = &captured_};
  values.captured_row = captured_.connection_row();
  if (exchange_.has_unsent()) {
    values.number = exchange_.ticket(exchange_.sending()).number;
    values.captured_row = exchange_.slot(exchange_.sending());
  }
  values.message_number = mailbox_.number(values.number);
  values.uid = watch_.is_active() ? watch_.next_uid() : mailbox_.uid(values.number);
  if (plan_.login.way != LoginPlan::Way::none) {
    values.user = auth_.credentials().user;
    values.password = auth_.credentials().password;
  }
  return values;
}

bool ImapSession::send_command(CommandWriter& out, const ScriptStep& step, Nanoseconds now) {
  if (!out.has_room_for_command()) return false;
  const CommandValues filled = values();
  if ((step.needs_number && filled.message_number == 0) || (step.needs_uid && filled.uid == 0)) {
    give_up_step(kMailboxEmpty, now);
    return true;
  }
  const ScriptCommand& text = step.text;
  ImapOrder order = step.order;
  order.alone = order.alone || may_wait_for_go(step);
  out.add(kImapTagLetter).add_number(next_tag_).add(" ").add(text.line, filled);
  const std::uint32_t message = verify_ ? single_message(out.line(), step.command) : 0;
  if (verify_ && changes_mailbox(step.command)) {
    if (step.command == ImapCommand::select || step.command == ImapCommand::examine) {
      verify_->select(behind_tag(out.line()));
    } else {
      verify_->leave();
    }
  }
  const std::string_view problem = text.literals.empty() ? end_command(out) : announce_literal(out, step, 0);
  if (!problem.empty()) {
    if (verify_ && changes_mailbox(step.command)) verify_->leave();
    give_up_step(problem, now);
    return true;
  }
  pause_.reset();
  sending_ = &step;
  sending_tag_ = sent(step.command, &step, order, now);
  pending(sending_tag_).message = message;
  if (changes_mailbox(step.command)) mailbox_.forget();
  if (watch_.is_active() && step.command == ImapCommand::uid_fetch) watch_.fetching();
  if (step.command == ImapCommand::idle) {
    step_ = Step::await_idling;
  } else if (text.literals.empty()) {
    command_sent_whole(now);
  }
  return true;
}

// Ends the line with a literal's "{5}". Why the line cannot be sent; or empty.
std::string_view ImapSession::announce_literal(CommandWriter& out, const ScriptStep& step,
                                               std::size_t index) {
  const ScriptLiteral& literal = step.text.literals[index];
  const auto octets = literal.message ? octets_of_message(plan_, literal) : literal.content.octets(values());
  if (!octets) return kTooLong;
  std::array<char, 32> room;
  Output announcement{std::span<char>(room)};
  const auto written = imap::announce_literal(announcement, *octets, offers_.strings);
  BACKTALK_EXPECT(!written.error());
  std::string_view text = announcement.written();
  text.remove_suffix(kLineEnd);
  if (!out.add(text).end_line()) return kTooLong;
  literal_ = index;
  literal_sent_ = 0;
  is_stamped_ = false;
  step_ = *written == imap::Written::announced ? Step::await_go
          : literal.message                    ? Step::message
                                               : Step::rest;
  return {};
}

bool ImapSession::send_message(CommandWriter& out, Nanoseconds now) {
  exchange_.content_sent(now);
  const WireMessage* const own = sending_->text.literals[literal_].own_message;
  if (!is_stamped_) {
    if (!out.has_room_for_command()) return false;
    if (own == nullptr && !plan_.stamp.empty()) out.add(plan_.stamp, values()).end_plain_line();
    is_stamped_ = true;
  }
  const WireMessage& message = own == nullptr ? plan_.message : *own;
  literal_sent_ += out.add_content(message, kChunk, literal_sent_);
  if (literal_sent_ < message.octets(kChunk)) return false;
  step_ = Step::rest;
  return true;
}

bool ImapSession::send_rest(CommandWriter& out, Nanoseconds now) {
  if (!out.has_room_for_command()) return false;
  const std::vector<ScriptLiteral>& literals = sending_->text.literals;
  const ScriptLiteral& literal = literals[literal_];
  exchange_.content_sent(now);
  if (!literal.message) out.add(literal.content, values());
  const std::size_t content = out.line().size();
  out.add(literal.rest, values());
  const bool last = literal_ + 1 == literals.size();
  const std::string_view problem =
      last ? end_command(out, content) : announce_literal(out, *sending_, literal_ + 1);
  if (!problem.empty()) {
    exchange_.close(Ending::failed, problem, nullptr, now);  // half a command has gone out
    return false;
  }
  if (!last) return true;
  step_ = Step::none;
  command_sent_whole(now);
  return true;
}

bool ImapSession::send_done(CommandWriter& out, Nanoseconds now) {
  if (!out.has_room_for_command()) return false;
  const Pending idle = pending(*idle_tag_);
  out.add("DONE").end_plain_line();
  done_ = sent(ImapCommand::done, idle.step, idle.order, now);
  pending(*done_).arrivals = idle.arrivals;
  pending(*done_).asks = idle.asks;
  pending(*done_).seen = idle.seen;
  arrivals_.ask(idle.asks);  // until DONE is answered
  settle(*idle_tag_);
  pause_.reset();
  step_ = Step::none;
  command_sent_whole(now);
  return true;
}

// The command's last octet was handed out, or it is not needed any more.
void ImapSession::command_sent_whole(Nanoseconds now) {
  ++next_;
  if (at_ != At::passes) return;
  if (next_ < passes_[exchange_.slot(exchange_.sending())]->commands.size()) {
    end_failed_pass(now);
  } else {
    exchange_.request_sent();
    end_pass(now);
  }
}

// The command cannot be sent: a message that it needs is not there, or a value is too long or was
// not captured.
void ImapSession::give_up_step(std::string_view name, Nanoseconds now) {
  if (of_transaction()) {
    exchange_.fail_transaction(exchange_.sending(), name);
    end_failed_pass(now);
    // Nothing went out, so no answer would make the driver look for room: the session asks to be
    // woken. The pause keeps that from repeating without end.
    if (!connection_a_pass_) {
      next_wake_ = now + kImapPause;
      rest_after_pass(now);
    }
  } else {
    exchange_.close(Ending::failed, name, nullptr, now);
  }
}

}  // namespace backtalk::session
