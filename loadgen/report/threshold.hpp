// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A limit that fails the run when it is crossed: `--fail-if 'p99>10ms'`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "result/run_result.hpp"

namespace backtalk::report {

/// METRIC (">" / "<") VALUE. The metrics pN (as p95), max and mean are of the latency and take a
/// time, behind "delivery" of that of messages to their mailboxes; what timed out or was
/// unfinished counts as slower than all that completed. Other failures have no latency: they are
/// judged by failed, and by the verdict. per_s, completed, failed, unfinished take a number.
/// failed and unfinished also take a percentage of the transactions that started: "failed>1%".
/// "invalid" alone fails a run whose result is not valid.
struct Threshold {
  std::string text;  ///< as the user wrote it
  std::string metric;
  bool delivery = false;  ///< of the delivery of messages
  bool above = true;      ///< true: fails if the metric is above the value; false: below
  double value = 0;       ///< times in ns
  bool per_cent = false;

  /// Of no figure: it is crossed by results that are not valid.
  [[nodiscard]] bool asks_validity() const { return metric == "invalid"; }
};

/// Returns the threshold, or an error message.
[[nodiscard]] std::variant<Threshold, std::string> read_threshold(std::string_view text);

/// Whoever sets limits wants to know of a result that means nothing: adds `invalid` to them,
/// unless it is among them or there are none.
void add_validity(std::vector<Threshold>& thresholds);

/// Reads all of them, and adds the validity. Returns them, or an error message.
[[nodiscard]] std::variant<std::vector<Threshold>, std::string> read_thresholds(
    std::span<const std::string> texts);

/// Returns a sentence if the result crosses the threshold.
[[nodiscard]] std::optional<std::string> crossed(const Threshold& threshold, const result::RunResult& result);

/// The sentences of all thresholds that the result crosses, in their order.
[[nodiscard]] std::vector<std::string> crossed(std::span<const Threshold> thresholds,
                                               const result::RunResult& result);

}  // namespace backtalk::report
