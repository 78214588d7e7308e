// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/transaction_counts.hpp"

#include <algorithm>

namespace backtalk::stats {

void TransactionTally::add(const TransactionTally& other) {
  started += other.started;
  completed += other.completed;
  failed += other.failed;
  unfinished += other.unfinished;
  in_doubt += other.in_doubt;
}

void NamedCounts::add(std::string_view name, std::uint64_t count) {
  const auto found = std::ranges::find(counts_, name, &NamedCount::name);
  if (found != counts_.end()) {
    found->count += count;
  } else {
    counts_.push_back({name, count});
  }
}

}  // namespace backtalk::stats
