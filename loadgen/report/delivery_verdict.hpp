// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What is wrong with the deliveries of a run whose mailboxes were watched.
#pragma once

#include <optional>
#include <string>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// Messages that were accepted did not get into their mailboxes.
[[nodiscard]] std::optional<result::Reason> delivery_lost(const result::RunResult& result);
/// Some are there more than once.
[[nodiscard]] std::optional<result::Reason> delivery_twice(const result::RunResult& result);
/// Some are in mailboxes of other users.
[[nodiscard]] std::optional<result::Reason> delivery_elsewhere(const result::RunResult& result);
/// Sessions that watched failed meanwhile: what they had not seen yet was seen later than it came,
/// or nobody knows of it, which fails the run.
[[nodiscard]] std::optional<result::Reason> watch_broken(const result::RunResult& result);

// Notes

/// Some arrived, although no reply had accepted them.
[[nodiscard]] std::optional<std::string> arrived_unaccepted(const result::RunResult& result);
/// Some took longer than the patience, and were seen because the run went on.
[[nodiscard]] std::optional<std::string> arrived_late(const result::RunResult& result);
/// There were more than can be kept track of.
[[nodiscard]] std::optional<std::string> not_tracked(const result::RunResult& result);

}  // namespace backtalk::report
