// SPDX-License-Identifier: Apache-2.0 OR MIT
/// When a result was measured.
#pragma once

#include <cstdint>
#include <string>

#include "html/saved_value.hpp"
#include "result/run_result.hpp"

namespace backtalk::html {

/// The first and the last instant at which something was measured, in microseconds since 1970.
struct Measured {
  std::uint64_t begin_us = 0;  ///< 0: it is not known
  std::uint64_t end_us = 0;    ///< 0: only the beginning is of interest

  /// "2026-12-01 10:43 UTC", for a title; empty if it is not known.
  [[nodiscard]] std::string title() const;
  /// "Measured 2026-12-01 10:43:07 UTC", or up to when, as HTML; empty likewise.
  [[nodiscard]] std::string html() const;
};

/// By its `spans`; up to when, if there are several.
[[nodiscard]] Measured when_measured(const result::RunResult& result);

/// By the `spans` of the results that the file has: from the first to the last.
[[nodiscard]] Measured when_measured(const SavedValue& file);

}  // namespace backtalk::html
