// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/error_counts.hpp"

#include <algorithm>

namespace backtalk::stats {

void ErrorCounts::add(std::string_view name, std::uint64_t count) noexcept {
  const auto used = std::span(counts_).first(size_);
  const auto found = std::ranges::find(used, name, &NamedCount::name);
  if (found != used.end()) {
    found->count += count;
  } else if (size_ < kNamesMax) {
    counts_[size_++] = {.name = name, .count = count};
  } else {
    others_ += count;
  }
}

void ErrorCounts::merge(const ErrorCounts& other) noexcept {
  for (const NamedCount& one : other.all()) add(one.name, one.count);
  others_ += other.others_;
}

}  // namespace backtalk::stats
