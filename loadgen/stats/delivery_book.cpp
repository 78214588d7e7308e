// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/delivery_book.hpp"

#include <algorithm>
#include <new>

#include "stats/batch_interval.hpp"

namespace backtalk::stats {
namespace {

bool is_measured(std::uint64_t dot) {
  return (dot & 1) != 0;
}

std::uint64_t since(std::uint64_t from, std::uint64_t to) {
  return to - std::min(from, to);
}

}  // namespace

DeliveryBook::DeliveryBook(std::uint64_t run, std::uint32_t mailboxes, std::uint64_t patience_ns)
    : run_(run), patience_ns_(patience_ns), unwatched_(mailboxes), watched_(mailboxes) {}

void DeliveryBook::open() {
  entries_.reset(static_cast<Entry*>(std::calloc(kMessagesMax, sizeof(Entry))));
  if (!entries_) throw std::bad_alloc();
}

DeliveryBook::Entry* DeliveryBook::find(std::uint64_t number) {
  return entries_ && number < kMessagesMax ? &entries_[number] : nullptr;
}

std::uint64_t DeliveryBook::awaited() const {
  const std::uint64_t accepted = accepted_count_.load(std::memory_order_acquire);
  return accepted - std::min(accepted, seen_count_.load(std::memory_order_acquire));
}

// --- By senders

void DeliveryBook::sent(std::uint64_t number, bool measured, session::Nanoseconds now) {
  Entry* const entry = find(number);
  if (entry == nullptr) return;
  Word(entry->dot).store(now << 1 | (measured ? 1 : 0), std::memory_order_relaxed);
  std::uint64_t end = end_.load(std::memory_order_relaxed);
  while (end <= number && !end_.compare_exchange_weak(end, number + 1, std::memory_order_relaxed)) {
  }
}

void DeliveryBook::accepted(std::uint64_t number, session::Nanoseconds now) {
  Entry* const entry = find(number);
  if (entry == nullptr) {
    not_tracked_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  accepted_count_.fetch_add(1, std::memory_order_relaxed);
  if (is_measured(dot_of(*entry))) accepted_measured_.fetch_add(1, std::memory_order_relaxed);
  std::uint64_t word = word_of(unknown, 0);
  if (Word(entry->word).compare_exchange_strong(word, word_of(accepted_, now), std::memory_order_acq_rel))
    return;
  if (state_of(word) != early) return;
  Word(entry->word).store(word_of(done, now), std::memory_order_release);
  const std::lock_guard guard(lock_);
  record(*entry, now, word >> kStateBits);
}

void DeliveryBook::refused(std::uint64_t number) {
  Entry* const entry = find(number);
  std::uint64_t word = word_of(unknown, 0);
  if (entry != nullptr)
    Word(entry->word).compare_exchange_strong(word, word_of(refused_, 0), std::memory_order_acq_rel);
}

// --- By watchers

void DeliveryBook::watching(std::uint32_t mailbox) {
  const std::lock_guard guard(lock_);
  if (mailbox >= watched_.size() || watched_[mailbox].watched) return;
  watched_[mailbox].watched = true;
  unwatched_.fetch_sub(1, std::memory_order_release);
}

void DeliveryBook::looked(std::uint32_t mailbox, session::Nanoseconds now) {
  const std::lock_guard guard(lock_);
  if (mailbox >= watched_.size()) return;
  polled_.store(true, std::memory_order_relaxed);
  session::Nanoseconds& last = watched_[mailbox].last;
  if (last != 0) tally_.looks.record(since(last, now));
  last = now;
}

void DeliveryBook::looked_through(std::uint32_t mailbox, session::Nanoseconds at) {
  const std::lock_guard guard(lock_);
  if (mailbox < watched_.size()) watched_[mailbox].through = std::max(watched_[mailbox].through, at);
}

bool DeliveryBook::looked_through_since(session::Nanoseconds at) {
  const std::lock_guard guard(lock_);
  return std::ranges::all_of(watched_, [at](const Look& one) { return one.through >= at; });
}

void DeliveryBook::seen(std::uint32_t mailbox, std::uint64_t number, session::Nanoseconds shown) {
  tell(mailbox, number, shown, false);
}

void DeliveryBook::found(std::uint32_t mailbox, std::uint64_t number, session::Nanoseconds shown) {
  tell(mailbox, number, shown, true);
}

// In the mailbox of another user it has not arrived.
void DeliveryBook::tell(std::uint32_t mailbox, std::uint64_t number, session::Nanoseconds shown,
                        bool rereading) {
  Entry* const entry = find(number);
  if (entry == nullptr) return;
  if (mailbox != mailbox_of(number)) {
    const std::lock_guard guard(lock_);
    if (rereading || !is_measured(dot_of(*entry))) return;
    ++tally_.elsewhere;
    keep_example(DeliveryFault::elsewhere, number, since(dot_of(*entry) >> 1, shown));
    return;
  }
  std::uint64_t word = Word(entry->word).load(std::memory_order_acquire);
  // Until it is this thread that changes it, or nothing is to be changed.
  for (;;) {
    const State state = state_of(word);
    if (state == early || state == done) {
      if (rereading) return;
      const std::lock_guard guard(lock_);
      came_again(number, *entry, word >> kStateBits, shown);
      return;
    }
    const std::uint64_t next = state == accepted_ ? word_of(done, word >> kStateBits) : word_of(early, shown);
    if (!Word(entry->word).compare_exchange_weak(word, next, std::memory_order_acq_rel)) continue;
    if (state == accepted_) {
      const std::lock_guard guard(lock_);
      record(*entry, word >> kStateBits, shown);
    }
    return;
  }
}

// A message that was accepted and seen.
void DeliveryBook::record(Entry& entry, std::uint64_t accepted, std::uint64_t shown) {
  seen_count_.fetch_add(1, std::memory_order_release);
  const std::uint64_t dot = dot_of(entry);
  if (!is_measured(dot)) return;
  const std::uint64_t latency = since(accepted, shown);
  ++tally_.seen;
  tally_.before_accepted += shown < accepted ? 1 : 0;
  tally_.late += latency > patience_ns_ ? 1 : 0;
  tally_.latency.record(latency);
  tally_.from_dot.record(since(dot >> 1, shown));
  if (first_seen_ == 0) {
    first_seen_ = shown;
    batches_.start(shown);
  }
  last_seen_ = std::max(last_seen_, shown);
  batches_.record(shown, latency);
}

void DeliveryBook::came_again(std::uint64_t number, Entry& entry, std::uint64_t since_ns,
                              std::uint64_t shown) {
  if (!is_measured(dot_of(entry))) return;
  ++tally_.twice;
  keep_example(DeliveryFault::twice, number, since(since_ns, shown));
}

void DeliveryBook::keep_example(DeliveryFault fault, std::uint64_t number, std::uint64_t age_ns) {
  const auto kept = std::ranges::count(tally_.examples, fault, &DeliveryExample::fault);
  if (static_cast<std::size_t>(kept) < DeliveryTally::kExamplesMax)
    tally_.examples.push_back({.fault = fault, .number = number, .age_ns = age_ns});
}

// --- The end

DeliveryTally DeliveryBook::conclude(session::Nanoseconds now) {
  const std::lock_guard guard(lock_);
  DeliveryTally out = tally_;
  std::size_t lost_examples = 0;
  const std::uint64_t end = std::min(end_.load(), kMessagesMax);
  for (std::uint64_t number = 0; number < end; ++number) {
    const std::uint64_t word = Word(entries_[number].word).load();
    if (!is_measured(dot_of(entries_[number]))) continue;
    const State state = state_of(word);
    out.not_accepted += state == early ? 1 : 0;
    if (state != accepted_) continue;
    const std::uint64_t age = since(word >> kStateBits, now);
    out.ages.record(age);
    if (since(word >> kStateBits, watched_[mailbox_of(number)].through) < patience_ns_) {
      ++out.waiting;
      continue;
    }
    ++out.lost;
    if (lost_examples++ < DeliveryTally::kExamplesMax)
      out.examples.push_back({.fault = DeliveryFault::lost, .number = number, .age_ns = age});
  }
  out.accepted = accepted_measured_.load();
  out.not_tracked = not_tracked_.load();
  if (out.ages.empty()) out.batches = batches_.series(since(first_seen_, last_seen_), kBatchesKept);
  return out;
}

}  // namespace backtalk::stats
