// SPDX-License-Identifier: Apache-2.0 OR MIT
/// All that there is to say about one run.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stats/interval_series.hpp"
#include "stats/tally.hpp"
#include "workload/load_options.hpp"
#include "workload/protocols.hpp"

namespace backtalk::report {

struct LoadResult {
  const workload::LoadOptions& options;
  std::string url;
  std::string_view protocol;
  std::string_view transaction;  ///< what one is called: "message"
  std::span<const std::string_view> command_names;
  std::span<const session::Status> statuses;
  std::span<const workload::Setting> settings;  ///< the protocol's own options
  const stats::Tally& tally;
  std::span<const stats::IntervalRow> intervals;
  double elapsed_s = 0;
  bool interrupted = false;
  std::optional<double> ends_within_s;  ///< the longest that the run could have taken; nothing: no limit

  [[nodiscard]] double per_s() const {
    return elapsed_s > 0 ? static_cast<double>(tally.measured().completed) / elapsed_s : 0;
  }
  /// The rate of the time in which some connection was open; nothing if none ever was.
  [[nodiscard]] std::optional<double> per_s_connected() const {
    if (tally.connected_ns == 0) return std::nullopt;
    return static_cast<double>(tally.measured().completed) / (static_cast<double>(tally.connected_ns) / 1e9);
  }
};

}  // namespace backtalk::report
