// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How many transactions there were, how they ended, and why those that failed did.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace backtalk::stats {

struct TransactionTally {
  std::uint64_t started = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  /// Failed or unfinished transactions that were sent whole and never answered.
  std::uint64_t in_doubt = 0;

  [[nodiscard]] std::uint64_t in_flight() const { return started - completed - failed - unfinished; }
  void add(const TransactionTally& other);
  friend bool operator==(const TransactionTally&, const TransactionTally&) = default;
};

struct NamedCount {
  std::string_view name;
  std::uint64_t count = 0;
};

/// Counts by name, in the order in which the names first occurred.
class NamedCounts {
 public:
  void add(std::string_view name, std::uint64_t count = 1);
  [[nodiscard]] std::span<const NamedCount> all() const { return counts_; }

 private:
  std::vector<NamedCount> counts_;
};

}  // namespace backtalk::stats
