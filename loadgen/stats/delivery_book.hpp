// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The messages that are on their way: what was accepted, when, and whether it was seen. Senders
/// and watchers share it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <vector>

#include "session/delivery_log.hpp"
#include "stats/batches.hpp"
#include "stats/delivery_tally.hpp"

namespace backtalk::stats {

/// A message takes 16 octets, of which only those of messages that exist are used. Senders take no
/// lock, unless a message was seen before they heard that it was accepted; watchers take one for
/// each message, or look, that they tell.
class DeliveryBook final : public session::DeliveryLog {
 public:
  /// Messages that are kept track of. Those with higher numbers are counted, and not looked for.
  static constexpr std::uint64_t kMessagesMax = std::uint64_t{1} << 24;

  /// `mailboxes` are to be watched, of which each has its turn. A message is waited for so long.
  DeliveryBook(std::uint64_t run, std::uint32_t mailboxes, std::uint64_t patience_ns);

  /// To be called before anything is told: allocates.
  void open();

  [[nodiscard]] std::uint64_t run() const override { return run_; }
  [[nodiscard]] std::uint32_t mailboxes() const { return static_cast<std::uint32_t>(watched_.size()); }

  void sent(std::uint64_t number, bool measured, session::Nanoseconds now) override;
  void accepted(std::uint64_t number, session::Nanoseconds now) override;
  void refused(std::uint64_t number) override;
  void watching(std::uint32_t mailbox) override;
  void looked(std::uint32_t mailbox, session::Nanoseconds now) override;
  void looked_through(std::uint32_t mailbox, session::Nanoseconds at) override;
  void seen(std::uint32_t mailbox, std::uint64_t number, session::Nanoseconds shown) override;
  void found(std::uint32_t mailbox, std::uint64_t number, session::Nanoseconds shown) override;

  /// The mailboxes that are not watched yet.
  [[nodiscard]] std::uint32_t unwatched() const { return unwatched_.load(std::memory_order_acquire); }
  /// Messages, warm-up included, that were accepted and not seen.
  [[nodiscard]] std::uint64_t awaited() const;

  /// Some mailbox is polled.
  [[nodiscard]] bool is_polled() const { return polled_.load(std::memory_order_relaxed); }
  /// Every mailbox was looked through at `at` or later.
  [[nodiscard]] bool looked_through_since(session::Nanoseconds at);

  /// What there is at `now`. What was not seen is lost if its mailbox was looked through
  /// the patience after it was accepted, or later. Once no thread tells anything any more.
  [[nodiscard]] DeliveryTally conclude(session::Nanoseconds now);

 private:
  // The low bits of a word are its state, the others an instant.
  enum State : std::uint64_t { unknown, accepted_, refused_, early, done };
  static constexpr unsigned kStateBits = 3;
  using Word = std::atomic_ref<std::uint64_t>;
  struct Entry {
    std::uint64_t word;  // State; when it was accepted, or seen (`early`)
    std::uint64_t dot;   // when the dot was sent, and in the lowest bit: measured
  };
  struct Free {
    void operator()(Entry* entries) const { std::free(entries); }
  };
  struct Look {
    bool watched = false;
    session::Nanoseconds last = 0;     // 0: none
    session::Nanoseconds through = 0;  // the last that was to the end; 0: none
  };

  static std::uint64_t word_of(State state, std::uint64_t at) { return at << kStateBits | state; }
  static State state_of(std::uint64_t word) {
    return static_cast<State>(word & ((std::uint64_t{1} << kStateBits) - 1));
  }
  [[nodiscard]] Entry* find(std::uint64_t number);
  [[nodiscard]] static std::uint64_t dot_of(Entry& entry) {
    return Word(entry.dot).load(std::memory_order_relaxed);
  }
  void tell(std::uint32_t mailbox, std::uint64_t number, session::Nanoseconds shown, bool rereading);
  /// The mailbox of the user whose turn it was.
  [[nodiscard]] std::uint32_t mailbox_of(std::uint64_t number) const {
    return static_cast<std::uint32_t>(number % watched_.size());
  }
  void keep_example(DeliveryFault fault, std::uint64_t number, std::uint64_t age_ns);
  void record(Entry& entry, std::uint64_t accepted, std::uint64_t shown);
  void came_again(std::uint64_t number, Entry& entry, std::uint64_t since, std::uint64_t shown);

  const std::uint64_t run_;
  const std::uint64_t patience_ns_;
  std::unique_ptr<Entry[], Free> entries_;  // zeroed, by pages, as they are used
  std::atomic<std::uint64_t> end_{0};       // behind the highest number that was sent
  std::atomic<std::uint64_t> accepted_count_{0};
  std::atomic<std::uint64_t> accepted_measured_{0};
  std::atomic<std::uint64_t> seen_count_{0};
  std::atomic<std::uint64_t> not_tracked_{0};
  std::atomic<std::uint32_t> unwatched_;
  std::atomic<bool> polled_{false};

  std::mutex lock_;  // of all that follows
  std::vector<Look> watched_;
  DeliveryTally tally_;
  Batches batches_;
  std::uint64_t first_seen_ = 0;
  std::uint64_t last_seen_ = 0;
};

}  // namespace backtalk::stats
