// SPDX-License-Identifier: Apache-2.0 OR MIT
// What Pop3Session says once it has logged in: the script's commands, and QUIT.
#include <algorithm>

#include "backtalk/pop3/listing.hpp"
#include "session/mailbox_uids.hpp"
#include "session/pop3_refusals.hpp"
#include "session/pop3_session.hpp"
#include "session/pop3_statuses.hpp"

namespace backtalk::session {
namespace {

// After a pass that failed before the server could: the mailbox is empty, and for the next pass it
// would be, too.
constexpr Nanoseconds kPop3Pause = 10'000'000;

// Of a mailbox that has more messages, the others are left: a pass has to end.
constexpr std::uint32_t kEachMessageMax = 10'000;

// Where the block ends that `at` is in.
std::size_t end_of_block(const ScriptPass& pass, std::size_t at) {
  const std::uint32_t block = pass.commands[at].block;
  while (at < pass.commands.size() && pass.commands[at].block == block) ++at;
  return at;
}

// Where it begins.
std::size_t begin_of_block(const ScriptPass& pass, std::size_t at) {
  const std::uint32_t block = pass.commands[at].block;
  while (at > 0 && pass.commands[at - 1].block == block) --at;
  return at;
}

}  // namespace

// --- Passes

// A pass that has the connection for itself also says QUIT.
std::size_t Pop3Session::commands_of(const ScriptPass& pass) const {
  return pass.commands.size() + (connection_a_pass() ? 1 : 0);
}

void Pop3Session::begin_passes() {
  at_ = At::passes;
  next_ = 0;
  if (!exchange_.ready()) exchange_.become_ready();
}

// --- What is sent

// True if the answers to the commands before it must have come.
bool Pop3Session::waits(const ScriptCommand& command) const {
  return !command.pipelined || !command.wait.empty() ||
         (stats_waiting_ > 0 && command.line.uses(CommandTemplate::Field::message_number));
}

bool Pop3Session::send_of_connection(CommandWriter& out, const std::vector<ScriptCommand>& commands,
                                     Nanoseconds now) {
  if (next_ == commands.size()) return false;
  const ScriptCommand& command = commands[next_];
  if (!exchange_.all_answered() && (waits(command) || waiting_ >= effective_depth_)) return false;
  const std::string_view failure = write(out, command, 0, captured_.connection_row());
  if (!failure.empty()) {
    refuse_connection(failure, now);
    return false;
  }
  ++next_;
  sent(static_cast<Pop3Command>(command.command), form_, &command, now);
  return true;
}

bool Pop3Session::send_of_pass(CommandWriter& out, Nanoseconds now) {
  if (!exchange_.has_unsent()) {
    if (!finishing_ || exchange_.in_flight() > 0 || !exchange_.all_answered()) return false;
    at_ = At::end;
    next_ = 0;
    return true;
  }
  const std::uint32_t transaction = exchange_.sending();
  const ScriptPass& pass = *passes_[exchange_.slot(transaction)];
  if (!enter_block(pass)) return false;
  if (next_ == pass.commands.size() && !connection_a_pass()) {  // the mailbox is empty
    finish_pass(now);
    rest_after_pass(now);
    if (next_wake_ == kNever) next_wake_ = now;  // no answer makes the driver look for room
    return true;
  }
  const bool is_quit = next_ == pass.commands.size();
  const bool waits_for_pass = next_ > 0 && (is_quit || waits(pass.commands[next_]));
  if (waiting_ >= effective_depth_ || (waits_for_pass && exchange_.unanswered(transaction) > 0)) return false;
  const ThinkTime& wait = is_quit ? pass.wait : pass.commands[next_].wait;
  if (!exchange_.has_failed(transaction) && holds(wait, now)) return false;
  if (is_quit) return send_quit(out, true, now);
  const ScriptCommand& command = pass.commands[next_];
  const std::string_view failure =
      write(out, command, exchange_.ticket(transaction).number, exchange_.slot(transaction));
  if (!failure.empty()) {
    if (!exchange_.all_answered()) return false;  // transactions end in their order
    exchange_.fail_transaction(transaction, failure);
    skip_rest_of_pass(now);
    if (!connection_a_pass()) {
      next_wake_ = now + kPop3Pause;
      rest_after_pass(now);
    }
    return true;
  }
  sent_of_pass(static_cast<Pop3Command>(command.command), form_, &command, now);
  return true;
}

// Writes a command of the script; or returns the name of why it cannot be sent, and writes nothing.
std::string_view Pop3Session::write(CommandWriter& out, const ScriptCommand& command, std::uint64_t number,
                                    std::size_t captured_row) {
  CommandValues values{.number = number,
                       .random = &random_,
                       .message_number = each_ != 0 ? each_ : message_in_turn(number, messages_),
                       .captured = &captured_,
                       .captured_row = captured_row};
  if (plan_.login.way != LoginPlan::Way::none) {
    values.user = auth_.credentials().user;
    values.password = auth_.credentials().password;
  }
  if (values.message_number == 0 && command.line.uses(CommandTemplate::Field::message_number))
    return kMailboxEmpty;
  const std::string_view line = out.add(command.line, values).line();
  form_ = pop3_answer_form(static_cast<Pop3Command>(command.command), line);
  if (plan_.verifies) written_ = Pop3Verify::asked(static_cast<Pop3Command>(command.command), line);
  if (command.multi_line && form_ == pop3::Expect::single_line) form_ = pop3::Expect::listing;
  return out.end_line() ? std::string_view{} : kCommandTooLong;
}

bool Pop3Session::send_quit(CommandWriter& out, bool of_pass, Nanoseconds now) {
  out.add("QUIT").end_plain_line();
  at_ = At::leaving;
  if (of_pass) {
    sent_of_pass(Pop3Command::quit, pop3::Expect::single_line, nullptr, now);
  } else {
    sent(Pop3Command::quit, pop3::Expect::single_line, nullptr, now);
    exchange_.begin_leaving();
  }
  return true;
}

// The command was written: its answer is due.
void Pop3Session::sent_of_pass(Pop3Command command, pop3::Expect form, const ScriptCommand* script_command,
                               Nanoseconds now) {
  expect_answer(command, form);
  pause_.reset();
  const std::uint32_t tag = exchange_.transaction_command_sent(static_cast<unsigned>(command), now);
  asked(tag) = script_command;
  if (plan_.verifies) to_verify(tag) = script_command != nullptr ? written_ : Pop3Verify::Asked{};
  const ScriptPass& pass = *passes_[exchange_.slot(exchange_.sending())];
  ++next_;
  go_on_in_block(pass);
  if (next_ == commands_of(pass)) finish_pass(now);
}

void Pop3Session::finish_pass(Nanoseconds now) {
  next_ = 0;
  exchange_.request_sent();
  exchange_.finish_sending(now);
}

// Where what comes next is said for each message: begins with the first, or goes past it if there
// is none. False if the count has not come yet.
bool Pop3Session::enter_block(const ScriptPass& pass) {
  while (each_ == 0 && next_ < pass.commands.size() && pass.commands[next_].block != 0) {
    if (exchange_.unanswered(exchange_.sending()) > 0) return false;
    const std::size_t commands = end_of_block(pass, next_) - next_;
    // A watch knows none before a count has come.
    const std::uint32_t first = watch_.is_active() ? std::max(watch_.next(), 1U) : 1;
    if (exchange_.has_failed(exchange_.sending()) || messages_ < first) {
      next_ += commands;
      owed_ -= commands;
      continue;
    }
    each_ = first;
    each_last_ = std::min(messages_, first + kEachMessageMax - 1);
    owed_ += commands * (each_last_ - each_);
  }
  return true;
}

// The command before `next_` was sent: goes back for the next message if it was the block's last.
void Pop3Session::go_on_in_block(const ScriptPass& pass) {
  if (each_ == 0 || next_ < end_of_block(pass, next_ - 1)) return;
  if (each_ == each_last_) {
    each_ = 0;
  } else {
    ++each_;
    next_ = begin_of_block(pass, next_ - 1);
  }
}

// Nothing more goes out of a pass that has failed, but the goodbye if the connection is its own.
void Pop3Session::skip_rest_of_pass(Nanoseconds now) {
  const ScriptPass& pass = *passes_[exchange_.slot(exchange_.sending())];
  const std::size_t end = pass.commands.size();
  owed_ -= end - next_;
  if (each_ != 0) owed_ -= (each_last_ - each_) * (end_of_block(pass, next_) - begin_of_block(pass, next_));
  each_ = 0;
  next_ = end;
  if (connection_a_pass()) return;
  next_ = 0;
  exchange_.finish_sending(now);
}

// --- What is answered

void Pop3Session::on_pass_answer(const Exchange::Command& command, Nanoseconds now) {
  --owed_;
  const std::uint32_t transaction = command.transaction;
  if (!answer_.failure.empty()) exchange_.fail_transaction(transaction, answer_.failure);
  exchange_.retire(exchange_.oldest_tag(), now);
  if (static_cast<Pop3Command>(command.command) == Pop3Command::quit) {
    // Also after -ERR, which may say that not all messages could be removed (RFC 1939 6): the
    // server leaves all the same.
    exchange_.finish();
    return;
  }
  const bool is_being_sent = exchange_.has_unsent() && exchange_.sending() == transaction;
  if (!answer_.failure.empty() && is_being_sent) skip_rest_of_pass(now);
  if (!connection_a_pass()) rest_after_pass(now);
}

// --- Waits

// True if what stands behind the wait cannot be said yet. The commands before it are answered.
bool Pop3Session::holds(const ThinkTime& wait, Nanoseconds now) {
  if (!pause_.holds(wait, random_, now)) return false;
  next_wake_ = pause_.until();
  return true;
}

// If a pass has ended that had a wait behind its last answer: the next pass waits.
void Pop3Session::rest_after_pass(Nanoseconds now) {
  if (last_wait_ == nullptr || exchange_.in_flight() > 0) return;
  const Nanoseconds rested = now + last_wait_->draw(random_);
  last_wait_ = nullptr;
  if (rested > now && (next_wake_ == kNever || next_wake_ < rested)) next_wake_ = rested;
}

void Pop3Session::wake(Nanoseconds now) {
  if (now < next_wake_) return;
  next_wake_ = kNever;
  if (exchange_.has_unsent()) exchange_.let_pass(pause_.finish(now));
}

void Pop3Session::on_script_answer(Nanoseconds now) {
  if (!answer_.failure.empty()) {
    refuse_connection(answer_.failure, now);
  } else if (at_ == At::once && next_ == plan_.script.once.size() && exchange_.all_answered()) {
    begin_passes();
  }
}

// Keeps the words of the answer's first line that the script asks for. The name of the failure if
// one cannot be kept; empty if all are.
std::string_view Pop3Session::capture(const ScriptCommand& command, const pop3::Status& status) {
  const Exchange::Command& answered = exchange_.oldest();
  const std::size_t row =
      answered.of_transaction ? exchange_.slot(answered.transaction) : captured_.connection_row();
  bool all = true;
  for (const Capture& one : command.captures) {
    const bool is_status = one.word == 1;
    const std::string_view line =
        is_status ? pop3_statuses()[status.ok() ? kPop3Ok : kPop3Err].name : status.text;
    all &= captured_.keep_nth(row, one.slot, line, is_status ? 1 : one.word - 1, kSpaces);
  }
  return all ? std::string_view{} : captured_.why_missing(row);
}

// The answer to STAT says how many messages there are, for {number}.
void Pop3Session::count_messages(const pop3::Status& status, Nanoseconds now) {
  --stats_waiting_;
  if (!status.ok()) return;
  const Result<pop3::DropListing> found = pop3::read_drop_listing(status.text, plan_.tolerances);
  messages_ = found ? found->messages : 0;
  if (watch_.is_active() && found) watch_.counted(messages_, now);
}

}  // namespace backtalk::session
