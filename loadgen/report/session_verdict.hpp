// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The verdict on a load in which sessions arrive by the clock.
#pragma once

#include <optional>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// Sessions fell due while every connection was in use, so that they did not arrive when they were
/// to.
[[nodiscard]] std::optional<result::Reason> sessions_late(const result::RunResult& result);

/// More sessions had not ended at the end of the run than the latencies can do without.
[[nodiscard]] std::optional<result::Reason> sessions_unfinished(const result::RunResult& result);

/// More sessions failed than --allow-failures.
[[nodiscard]] std::optional<result::Reason> sessions_failed(const result::RunResult& result);

}  // namespace backtalk::report
