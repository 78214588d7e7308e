// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A run as an HdrHistogram interval log, format version 1.2: what HistogramLogProcessor and
/// HistogramLogAnalyzer (Java), hdr-histogram-js and HdrHistogramVisualizer read.
///
///     #[Histogram log format version 1.2]
///     #[StartTime: 1767225600.123 (seconds since epoch), 2026-01-01T00:00:00Z]
///     "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"
///     0.000,1.000,12.345,HISTFAAA...
///
/// Times are in seconds, those of intervals from StartTime on; maxima in milliseconds; histograms
/// in nanoseconds.
#pragma once

#include <string>

#include "result/run_result.hpp"

namespace backtalk::report {

/// Of a result whose series has its histograms. Without a line end after the last line.
[[nodiscard]] std::string to_hdr_log(const result::RunResult& result);

}  // namespace backtalk::report
