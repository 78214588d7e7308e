// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How much memory all mailboxes together may take.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace backtalk::mailbox {

/// A number of octets that several threads take from. It outlives whatever has taken from it.
class Budget {
 public:
  explicit Budget(std::uint64_t octets_max) : octets_max_(octets_max) {}

  /// False, and nothing is taken, if that would be too much.
  [[nodiscard]] bool take(std::uint64_t octets) {
    const std::uint64_t before = used_.fetch_add(octets, std::memory_order_relaxed);
    if (octets <= octets_max_ && before <= octets_max_ - octets) return true;
    give(octets);
    return false;
  }
  /// Takes octets even if the budget is exceeded: for memory that another limit bounds.
  void take_anyway(std::uint64_t octets) { used_.fetch_add(octets, std::memory_order_relaxed); }
  void give(std::uint64_t octets) { used_.fetch_sub(octets, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const std::uint64_t octets_max_;
  std::atomic<std::uint64_t> used_{0};
};

/// Octets taken from a budget, which are given back in the end. Belongs to one thread at a time.
class Reservation {
 public:
  Reservation() = default;
  explicit Reservation(Budget& budget) : budget_(&budget) {}
  Reservation(Reservation&& other) noexcept
      : budget_(other.budget_), octets_(std::exchange(other.octets_, 0)) {}
  Reservation& operator=(Reservation&& other) noexcept {
    if (this != &other) {
      release();
      budget_ = other.budget_;
      octets_ = std::exchange(other.octets_, 0);
    }
    return *this;
  }
  ~Reservation() { release(); }

  /// Takes more from the same budget; false if there is not enough.
  [[nodiscard]] bool extend(std::uint64_t octets) {
    if (budget_ == nullptr || !budget_->take(octets)) return false;
    octets_ += octets;
    return true;
  }
  void release() {
    if (octets_ > 0) budget_->give(std::exchange(octets_, 0));
  }

 private:
  Budget* budget_ = nullptr;
  std::uint64_t octets_ = 0;
};

}  // namespace backtalk::mailbox
