// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The ledger of one connection, whatever its protocol: which transactions are in flight, which
/// commands wait for their replies, and what the observer is told about both.
///
/// A session writes commands and reads replies; the exchange sees to it that every transaction
/// that was begun ends exactly once, that every reply is counted for the command that it answers,
/// and that the end of the connection is blamed on what was in flight. It allocates only when it
/// is made.
///
///     const std::uint32_t index = exchange.begin(ticket);
///     exchange.command_sent(kStat, exchange.sending(), now);      // and write it
///     exchange.finish_sending(now);                               // STAT is all of it
///     ...
///     const Exchange::Command command = exchange.oldest();        // or *exchange.find(tag)
///     exchange.answered(command, ok, status, now);
///     if (!ok) exchange.fail_transaction(command.transaction, "reply-err");
///     exchange.retire(exchange.oldest_tag(), now);                // ends the transaction
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "backtalk/detail/expect.hpp"
#include "session/session.hpp"

namespace backtalk::session {

/// True of the name of a failure that --verify has found: the answer is well formed and wrong.
[[nodiscard]] constexpr bool is_violation(std::string_view failure) {
  return failure.starts_with("verify-");
}

/// True of the name of a failure that is no refusal: the answer is not what a script expects, or it
/// is wrong.
[[nodiscard]] constexpr bool is_unexpected(std::string_view failure) {
  return failure.starts_with("script-") || is_violation(failure);
}

/// Transactions and commands are numbered by the exchange, each in the order in which they begin.
/// The numbers wrap at 2^32: they are compared by their distance, never by their size.
class Exchange {
 public:
  /// How much can be in flight. Both are rounded up to a power of two, at most 2^31.
  struct Bounds {
    std::size_t transactions = 1;
    /// Counted from the oldest command that is unanswered to the newest, with those in between that
    /// were answered by tag: leave room where replies may come far out of order.
    std::size_t commands = 1;
  };

  /// A command that was sent and not answered, or not answered for good.
  struct Command {
    Nanoseconds sent = 0;
    std::uint32_t transaction = 0;  ///< whose it is, if `of_transaction`
    std::uint16_t command = 0;      ///< index into the protocol's command names
    bool of_transaction = false;    ///< false: it belongs to the connection
    bool retired = false;           ///< answered, while an older one is not
  };

  /// `observer` outlives the exchange.
  Exchange(const Bounds& bounds, Observer& observer);

  // --- The connection

  /// A new connection, on which nothing was said yet: its handshake begins. Nothing may be in
  /// flight. The first command and the first transaction get the number `first`.
  void restart(std::uint32_t first = 0);

  /// The handshake is done: transactions may follow.
  void become_ready() { phase_ = Phase::ready; }
  /// The client has said goodbye. From here on the server may just close.
  void begin_leaving() { phase_ = Phase::leaving; }
  [[nodiscard]] bool ready() const { return phase_ == Phase::ready; }
  [[nodiscard]] bool over() const { return phase_ == Phase::over; }

  // --- Transactions: [begin, finish_sending) is sent one after the other, in order

  /// Adds a transaction to those that are to be sent, and returns its number. Only if
  /// `in_flight() < bounds.transactions`; by tag, only if `has_transaction_room()`.
  std::uint32_t begin(const Ticket& ticket);

  /// Begun and not ended.
  [[nodiscard]] std::uint32_t in_flight() const { return in_flight_; }
  /// False if the oldest that has not ended is as far behind as there are slots.
  [[nodiscard]] bool has_transaction_room() const {
    return end_transaction_ - first_transaction_ <= transaction_mask_;
  }
  /// How many completed on this connection.
  [[nodiscard]] std::uint64_t completed() const { return completed_; }

  /// The transaction that is being sent, or that is sent next.
  [[nodiscard]] std::uint32_t sending() const { return sending_; }
  /// True if `sending()` is a transaction.
  [[nodiscard]] bool has_unsent() const { return sending_ != end_transaction_; }
  /// Nothing more of the transaction that is being sent will be handed out. It ends when all its
  /// commands are answered: now, if they are.
  void finish_sending(Nanoseconds now);
  /// The request of the transaction that is being sent was handed out to its last octet: from here
  /// on the server may act on it, so that without an answer it is in doubt.
  void request_sent() { at(sending_).requested = true; }

  /// Within the transaction that is being sent the client has waited for so long of its own accord.
  /// That is no part of its latency: before its first command, it is due that much later.
  void let_pass(Nanoseconds ns) {
    Transaction& transaction = at(sending_);
    if (transaction.begun == 0) {
      transaction.ticket.scheduled += ns;
      transaction.put_off += ns;
    } else {
      transaction.waited += ns;
    }
  }

  [[nodiscard]] const Ticket& ticket(std::uint32_t transaction) const { return at(transaction).ticket; }
  /// Commands of it that were sent and not answered.
  [[nodiscard]] std::uint32_t unanswered(std::uint32_t transaction) const {
    return at(transaction).unanswered;
  }
  /// The transaction will end as failed, under this name (static storage); the first name stays. It
  /// still waits for the replies that are owed to it, so that none is taken for another's.
  void fail_transaction(std::uint32_t transaction, std::string_view name) {
    std::string_view& failure = at(transaction).failure;
    if (failure.empty()) failure = name;
  }
  /// It has not failed after all.
  void forgive_transaction(std::uint32_t transaction) { at(transaction).failure = {}; }
  [[nodiscard]] bool has_failed(std::uint32_t transaction) const { return !at(transaction).failure.empty(); }
  /// A place for what a session keeps of a transaction itself: below `transaction_slots()`, and
  /// nobody else's while the transaction has not ended.
  [[nodiscard]] std::size_t slot(std::uint32_t transaction) const { return transaction & transaction_mask_; }
  [[nodiscard]] std::size_t transaction_slots() const { return transactions_.size(); }

  // --- Commands

  /// A command of the connection was handed out, or a greeting is waited for. Returns its number,
  /// by which `find` finds it: the tag. Only if `has_command_room`.
  std::uint32_t command_sent(unsigned command, Nanoseconds now);
  /// As `command_sent`, for a command of the transaction that is being sent.
  std::uint32_t transaction_command_sent(unsigned command, Nanoseconds now);
  /// A stretch of content was handed out behind its command: `waiting_since` counts from here.
  void content_sent(Nanoseconds now) { content_sent_ = now; }

  [[nodiscard]] bool has_command_room() const { return end_command_ - first_command_ <= command_mask_; }
  [[nodiscard]] bool all_answered() const { return first_command_ == end_command_; }

  /// The oldest that is not answered: the one that the next reply is for, if they come in order.
  [[nodiscard]] const Command& oldest() const {
    BACKTALK_EXPECT(!all_answered());
    return commands_[first_command_ & command_mask_];
  }
  [[nodiscard]] std::uint32_t oldest_tag() const {
    BACKTALK_EXPECT(!all_answered());
    return first_command_;
  }
  /// The command with that number, in constant time; null if there was none, or if it was answered.
  [[nodiscard]] const Command* find(std::uint32_t tag) const {
    if (tag - first_command_ >= end_command_ - first_command_) return nullptr;
    const Command& command = commands_[tag & command_mask_];
    return command.retired ? nullptr : &command;
  }
  /// The oldest's index into the command names; kNoCommand if all are answered.
  [[nodiscard]] unsigned awaited_command() const { return all_answered() ? kNoCommand : oldest().command; }
  /// As in `Session`.
  [[nodiscard]] Nanoseconds asked_since() const { return all_answered() ? 0 : oldest().sent; }
  [[nodiscard]] Nanoseconds waiting_since() const;

  /// Tells the observer of a reply to that command. It goes on waiting until it is retired.
  /// `unexpected`: it is not `ok`, although the server refuses nothing.
  void answered(const Command& command, bool ok, std::uint16_t status, Nanoseconds now,
                bool unexpected = false);
  /// Tells the observer that one more reply to it is due, as LMTP has one for each recipient.
  void expect_another(const Command& command);
  /// No more replies to that command: it is forgotten, and if it was the last of its transaction,
  /// that ends. `tag` is one that `find` finds.
  void retire(std::uint32_t tag, Nanoseconds now);

  // --- The end

  /// The connection ends for this reason, and whatever is in flight ends with it in the same way;
  /// what had failed before keeps its own name. The end of the connection itself is counted
  ///
  /// - before it was ready: as failed under `reason`, or under "handshake-unfinished";
  /// - with transactions in flight: not at all, since they carry the blame;
  /// - with none: under `reason`, if it failed;
  /// - after goodbye: as "quit-unanswered" if nobody answered in time; many servers just close;
  /// - once it is over, or because the run is (kRunOver): not at all.
  ///
  /// `words` (null: none) are told if anything is counted under the reason.
  void close(Ending ending, std::string_view reason, const ServerWords* words, Nanoseconds now);
  /// Closes a connection that failed; the reason is the name of the words.
  void fail(const ServerWords& words, Nanoseconds now) { close(Ending::failed, words.name, &words, now); }
  /// The server ended the connection in its reply to a transaction: that one carries the blame.
  /// Those behind it fail under `reason`, and the connection is over.
  void abandon(std::string_view reason, Nanoseconds now);
  /// Like `abandon`, where the server is known not to act on what is in flight: none of it is in
  /// doubt.
  void abandon_untouched(std::string_view reason, Nanoseconds now);
  /// Over, in good order. Nothing may be in flight.
  void finish() {
    BACKTALK_EXPECT(in_flight_ == 0);
    phase_ = Phase::over;
  }

 private:
  enum class Phase : std::uint8_t { handshake, ready, leaving, over };

  struct Transaction {
    Ticket ticket;
    Nanoseconds begun = 0;         // when its first command was handed out
    Nanoseconds waited = 0;        // since then, of its own accord
    Nanoseconds put_off = 0;       // before
    std::string_view failure;      // why it failed; empty if it has not
    std::uint32_t unanswered = 0;  // commands sent for it and not retired
    bool requested = false;        // sent whole
    bool ended = false;            // told to the observer, while an older one has not ended
  };

  [[nodiscard]] Transaction& at(std::uint32_t index) { return transactions_[index & transaction_mask_]; }
  [[nodiscard]] const Transaction& at(std::uint32_t index) const {
    return transactions_[index & transaction_mask_];
  }
  std::uint32_t push(const Command& command);
  void end_if_done(std::uint32_t index, Nanoseconds now);
  void end_transaction(Transaction& transaction, Ending ending, std::string_view reason, Nanoseconds now);
  void end_all(Ending ending, std::string_view reason, Nanoseconds now);
  void give_up_commands(bool timed_out, Nanoseconds now);
  [[nodiscard]] std::string_view connection_failure(Ending ending, std::string_view reason) const;
  [[nodiscard]] bool has_undecided() const;

  Observer& observer_;
  std::vector<Command> commands_;
  std::vector<Transaction> transactions_;
  std::uint32_t command_mask_;
  std::uint32_t transaction_mask_;
  // Commands that wait are [first_command_, end_command_), of which the first is unanswered.
  std::uint32_t first_command_ = 0;
  std::uint32_t end_command_ = 0;
  // Transactions in flight are [first_transaction_, end_transaction_); from sending_ on to be sent.
  std::uint32_t first_transaction_ = 0;
  std::uint32_t sending_ = 0;
  std::uint32_t end_transaction_ = 0;
  std::uint32_t in_flight_ = 0;
  Phase phase_ = Phase::over;
  std::uint64_t completed_ = 0;
  Nanoseconds content_sent_ = 0;
};

inline std::uint32_t Exchange::begin(const Ticket& ticket) {
  BACKTALK_EXPECT(has_transaction_room());
  Transaction& transaction = at(end_transaction_);
  transaction = Transaction{};
  transaction.ticket = ticket;
  ++in_flight_;
  return end_transaction_++;
}

inline std::uint32_t Exchange::push(const Command& command) {
  BACKTALK_EXPECT(has_command_room());
  commands_[end_command_ & command_mask_] = command;
  return end_command_++;
}

inline std::uint32_t Exchange::command_sent(unsigned command, Nanoseconds now) {
  const std::uint32_t tag = push({.sent = now, .command = static_cast<std::uint16_t>(command)});
  observer_.command_sent(command, true);
  return tag;
}

inline std::uint32_t Exchange::transaction_command_sent(unsigned command, Nanoseconds now) {
  BACKTALK_EXPECT(has_unsent());
  const std::uint32_t tag = push({.sent = now,
                                  .transaction = sending_,
                                  .command = static_cast<std::uint16_t>(command),
                                  .of_transaction = true});
  Transaction& transaction = at(sending_);
  ++transaction.unanswered;
  if (transaction.begun == 0) transaction.begun = now;
  observer_.command_sent(command, transaction.ticket.measured);
  return tag;
}

inline Nanoseconds Exchange::waiting_since() const {
  if (all_answered()) return 0;
  return oldest().sent > content_sent_ ? oldest().sent : content_sent_;
}

// Of each reply; a call would take a third more of it.
[[gnu::always_inline]] inline void Exchange::answered(const Command& command, bool ok, std::uint16_t status,
                                                      Nanoseconds now, bool unexpected) {
  observer_.command_answered({.command = command.command,
                              .ok = ok,
                              .status = status,
                              .latency = now - command.sent,
                              .measured = !command.of_transaction || at(command.transaction).ticket.measured,
                              .unexpected = unexpected});
}

// Likewise.
[[gnu::always_inline]] inline void Exchange::retire(std::uint32_t tag, Nanoseconds now) {
  BACKTALK_EXPECT(find(tag) != nullptr);
  Command& command = commands_[tag & command_mask_];
  command.retired = true;
  const bool of_transaction = command.of_transaction;
  const std::uint32_t transaction = command.transaction;
  while (!all_answered() && commands_[first_command_ & command_mask_].retired) ++first_command_;
  if (!of_transaction) return;
  --at(transaction).unanswered;
  end_if_done(transaction, now);
}

inline void Exchange::finish_sending(Nanoseconds now) {
  BACKTALK_EXPECT(has_unsent());
  const std::uint32_t index = sending_++;
  end_if_done(index, now);
}

inline void Exchange::end_if_done(std::uint32_t index, Nanoseconds now) {
  Transaction& transaction = at(index);
  const bool sent = index - first_transaction_ < sending_ - first_transaction_;
  if (!sent || transaction.unanswered != 0) return;
  end_transaction(transaction, Ending::completed, {}, now);
  while (first_transaction_ != sending_ && at(first_transaction_).ended) ++first_transaction_;
}

}  // namespace backtalk::session
