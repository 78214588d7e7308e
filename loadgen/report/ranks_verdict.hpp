// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a run that ranks shared says about them.
#pragma once

#include <optional>
#include <string>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// The reason `rank-lost`: some rank's part of the load is not in the result. nullopt: all are, or
/// the result is what one rank saved for itself.
[[nodiscard]] std::optional<result::Reason> rank_lost(const result::RunResult& result);

/// A note on a result that is only one rank's part.
[[nodiscard]] std::optional<std::string> one_part(const result::RunResult& result);

/// A note on ranks that did not begin within a millisecond.
[[nodiscard]] std::optional<std::string> begun_apart(const result::RunResult& result);

/// "4 ranks on 4 hosts, begun within 85.0 us of each other (clocks compared to 21.0 us)"; empty if
/// one process carried out the run.
[[nodiscard]] std::string show_ranks(const result::RunResult& result);

/// "rank 2 (host-c)".
[[nodiscard]] std::string name_of_rank(std::uint64_t rank, const std::string& host);

}  // namespace backtalk::report
