// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Messages of several sizes, of which each transaction has one.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "session/split_mix64.hpp"
#include "session/wire_message.hpp"

namespace backtalk::session {

/// Messages of `octets` octets are this share of all.
struct SizeShare {
  std::uint64_t octets = 0;
  double share = 0;  ///< above 0, and 1 at most
};

class MessageMix {
 public:
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

  /// `share` is in proportion to those of the others.
  void add(WireMessage message, double share) {
    all_ += share;
    entries_.push_back({.message = std::move(message), .up_to = all_});
  }

  /// The message of a transaction: drawn by its number, so that it is the same in each run and has
  /// nothing to do with the pass that the number gets. There is one at least.
  [[nodiscard]] const WireMessage& of(std::uint64_t number) const noexcept {
    constexpr std::uint64_t kSeed = 0x73697A6573;
    constexpr double kSteps = 0x1p53;
    constexpr unsigned kUnused = 11;
    const double drawn = static_cast<double>(SplitMix64::nth(kSeed, number) >> kUnused) / kSteps * all_;
    for (const Entry& one : entries_) {
      if (drawn < one.up_to) return one.message;
    }
    return entries_.back().message;
  }

 private:
  struct Entry {
    WireMessage message;
    double up_to = 0;  // the shares of the messages up to this one
  };

  std::vector<Entry> entries_;
  double all_ = 0;
};

}  // namespace backtalk::session
