// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Errors by name, in memory of constant size: what a thread can hand over without allocating.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "stats/transaction_counts.hpp"

namespace backtalk::stats {

/// Keeps the first names, in the order in which they came; the others are counted together. The
/// names must outlive it.
class ErrorCounts {
 public:
  static constexpr std::size_t kNamesMax = 16;

  void add(std::string_view name, std::uint64_t count) noexcept;
  /// Errors whose names are not known.
  void add_others(std::uint64_t count) noexcept { others_ += count; }
  void merge(const ErrorCounts& other) noexcept;
  void reset() noexcept {
    size_ = 0;
    others_ = 0;
  }

  [[nodiscard]] std::span<const NamedCount> all() const noexcept { return std::span(counts_).first(size_); }
  /// How many errors have none of these names.
  [[nodiscard]] std::uint64_t others() const noexcept { return others_; }

 private:
  std::array<NamedCount, kNamesMax> counts_{};
  std::size_t size_ = 0;
  std::uint64_t others_ = 0;
};

}  // namespace backtalk::stats
