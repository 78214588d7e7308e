// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/deliveries.hpp"

#include <algorithm>

namespace backtalk::result {

std::optional<stats::Confidence> Deliveries::interval(double percentile) const {
  if (latency.empty() || !ages.empty()) return std::nullopt;
  const std::uint64_t value = latency.value_at_percentile(percentile);
  auto interval = stats::batch_interval(batches, percentile, value);
  if (interval) {
    // Batches are coarser than the histogram, which knows what was seen.
    interval->low = std::max(interval->low, std::min(latency.min(), value));
    interval->high = std::min(interval->high, std::max(latency.max(), value));
  }
  return interval;
}

}  // namespace backtalk::result
