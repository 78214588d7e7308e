// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/exchange.hpp"

#include <algorithm>
#include <bit>

namespace backtalk::session {
namespace {

// A power of two, so that a number, which may wrap, is its place.
std::size_t slots(std::size_t bound) {
  return std::bit_ceil(std::max<std::size_t>(bound, 1));
}

}  // namespace

Exchange::Exchange(const Bounds& bounds, Observer& observer)
    : observer_(observer),
      commands_(slots(bounds.commands)),
      transactions_(slots(bounds.transactions)),
      command_mask_(static_cast<std::uint32_t>(commands_.size() - 1)),
      transaction_mask_(static_cast<std::uint32_t>(transactions_.size() - 1)) {
  BACKTALK_EXPECT(commands_.size() <= std::size_t{1} << 31 && transactions_.size() <= std::size_t{1} << 31);
}

void Exchange::restart(std::uint32_t first) {
  BACKTALK_EXPECT(in_flight_ == 0);
  first_command_ = end_command_ = first;
  first_transaction_ = sending_ = end_transaction_ = first;
  phase_ = Phase::handshake;
  completed_ = 0;
  content_sent_ = 0;
}

void Exchange::expect_another(const Command& command) {
  observer_.command_sent(command.command, !command.of_transaction || at(command.transaction).ticket.measured);
}

// What failed before the end failed under its own name, and is not in doubt.
void Exchange::end_transaction(Transaction& transaction, Ending ending, std::string_view reason,
                               Nanoseconds now) {
  const bool failed = !transaction.failure.empty();
  const Ending how = failed ? Ending::failed : ending;
  completed_ += how == Ending::completed ? 1 : 0;
  transaction.ended = true;
  --in_flight_;
  observer_.transaction_ended({.ticket = transaction.ticket,
                               .begun = transaction.begun,
                               .ended = now,
                               .waited = transaction.waited,
                               .put_off = transaction.put_off,
                               .ending = how,
                               .reason = failed ? transaction.failure : reason,
                               .in_doubt = transaction.requested && transaction.unanswered != 0 && !failed});
}

std::string_view Exchange::connection_failure(Ending ending, std::string_view reason) const {
  if (ending == Ending::unfinished && reason == kRunOver) return {};
  switch (phase_) {
    case Phase::over: break;
    case Phase::leaving:
      if (ending == Ending::unfinished || reason == kTimeout) return "quit-unanswered";
      break;
    case Phase::ready:
      if (ending == Ending::failed && in_flight_ == 0) return reason;
      break;
    case Phase::handshake: return ending == Ending::failed ? reason : kHandshakeUnfinished;
  }
  return {};
}

// True if a transaction is in flight that has not failed yet: one that ends as the connection does.
bool Exchange::has_undecided() const {
  for (std::uint32_t index = first_transaction_; index != end_transaction_; ++index) {
    if (!at(index).ended && at(index).failure.empty()) return true;
  }
  return false;
}

void Exchange::close(Ending ending, std::string_view reason, const ServerWords* words, Nanoseconds now) {
  const std::string_view failure = connection_failure(ending, reason);
  const bool counted = !failure.empty() || (ending == Ending::failed && has_undecided());
  if (counted && words != nullptr) {
    ServerWords said = *words;
    if (!failure.empty()) said.name = failure;
    observer_.server_said(said);
  }
  if (!failure.empty()) observer_.connection_failed(failure);
  end_all(ending, reason, now);
}

void Exchange::abandon(std::string_view reason, Nanoseconds now) {
  end_all(Ending::failed, reason, now);
}

void Exchange::abandon_untouched(std::string_view reason, Nanoseconds now) {
  for (std::uint32_t index = first_transaction_; index != end_transaction_; ++index) {
    if (!at(index).ended) fail_transaction(index, reason);
  }
  end_all(Ending::failed, reason, now);
}

void Exchange::give_up_commands(bool timed_out, Nanoseconds now) {
  for (std::uint32_t tag = first_command_; tag != end_command_; ++tag) {
    const Command& command = commands_[tag & command_mask_];
    if (command.retired) continue;
    observer_.command_given_up(
        {.command = command.command,
         .age = now - command.sent,
         .timed_out = timed_out,
         .measured = !command.of_transaction || at(command.transaction).ticket.measured});
  }
}

void Exchange::end_all(Ending ending, std::string_view reason, Nanoseconds now) {
  const bool timed_out = ending == Ending::failed && reason == kTimeout;
  if (timed_out || ending == Ending::unfinished) give_up_commands(timed_out, now);
  for (; first_transaction_ != end_transaction_; ++first_transaction_) {
    Transaction& transaction = at(first_transaction_);
    if (!transaction.ended) end_transaction(transaction, ending, reason, now);
  }
  sending_ = end_transaction_;
  first_command_ = end_command_;
  phase_ = Phase::over;
}

}  // namespace backtalk::session
