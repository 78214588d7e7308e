// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The shape of a distribution, small enough for a cell of a table.
#pragma once

#include <cstdint>
#include <string>

#include "stats/histogram.hpp"

namespace backtalk::html {

/// A logarithmic axis of latencies that several shapes share.
struct Span {
  std::uint64_t low_ns = 0;
  std::uint64_t high_ns = 0;

  /// Widens it by what is in the histogram.
  void take(const stats::Histogram& latency);
  /// "1 us to 10 ms"; empty if there is nothing.
  [[nodiscard]] std::string words() const;
};

/// How often each latency occurred, as an SVG; a bar for what is rare is seen as well. Empty if
/// there is nothing.
[[nodiscard]] std::string draw_shape(const stats::Histogram& latency, const Span& span);

}  // namespace backtalk::html
