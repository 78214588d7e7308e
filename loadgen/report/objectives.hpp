// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Rules that a run has to meet: `--slo 'RETR p95<5s, failed<1%'`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// One rule: [COMMAND] METRIC ("<" / ">") VALUE. The metrics pN (p95, p99.9), mean and max take a
/// time, and are of the transactions or, behind a command's name, of its answers; behind
/// "delivery", of the time from when messages were sent to when they were fetched; behind
/// "connect", of the time until connections were open, those of the warm-up too. per_s and
/// completed are of the transactions, and take a number; failed and unfinished take a number or a
/// percentage of those that started. refused is of a command, and takes a number or a percentage of
/// its answers. For percentiles and max, what failed or was not answered counts as slower than all
/// else, and a percentile needs so many samples that some lie beyond it.
struct Rule {
  enum class Metric : std::uint8_t { percentile, mean, max, per_s, completed, failed, unfinished, refused };

  std::string text;       ///< as the user wrote it
  std::string command;    ///< in capitals; empty: of the transactions
  bool delivery = false;  ///< of the delivery of messages
  bool connect = false;   ///< of the opening of connections
  Metric metric = Metric::percentile;
  double percentile = 0;
  bool below = true;  ///< it is to be below the limit, and not above it
  double limit = 0;   ///< times in ns
  bool per_cent = false;
};

/// Rules with commas between them; or a sentence about what is wrong.
[[nodiscard]] std::variant<std::vector<Rule>, std::string> read_rules(std::string_view text);

/// A sentence about the first rule of a command that is none of the protocol's, whose result would
/// not have it; nullopt: all can be measured. `commands` are the protocol's names. `watches`: the
/// mailboxes of the messages are watched.
[[nodiscard]] std::optional<std::string> check_commands(const std::vector<Rule>& rules,
                                                        std::span<const std::string_view> commands,
                                                        bool watches = false);

/// How many transactions a run needs so that it can meet all rules about percentiles: 662 for p99.
[[nodiscard]] std::uint64_t samples_for(const std::vector<Rule>& rules);

/// Whether the result meets the rule. What was not measured does not.
[[nodiscard]] result::Objective check(const Rule& rule, const result::RunResult& result);

/// The same for all rules that the run was asked to meet.
[[nodiscard]] std::vector<result::Objective> objectives_of(const result::RunResult& result);

}  // namespace backtalk::report
