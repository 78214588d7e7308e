// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Decides whether a result means what it seems to say.
#pragma once

#include <string_view>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// Returns all reasons that apply. Their codes are `nothing-completed`, which appears alone or
/// beside `rank-lost` and `wrong-answers`, `rank-lost`, `server-lost`, `server-restarted`,
/// `ports-exhausted`, `errors`, `rate-not-reached`, `mix-off`, `generator-bound`, and those of
/// report/figures_verdict.hpp: `arrivals-off`, `censored`, `unstable`, `little`, `too-short`.
/// `generator-bound` needs at least 100 ms of load: with less, a share of CPU time is meaningless.
/// The notes begin with the run's own notes.
[[nodiscard]] result::Verdict judge(const result::RunResult& result);

/// What to do about an error of this name. Empty if the name tells enough.
[[nodiscard]] std::string_view remedy_of(std::string_view error);

}  // namespace backtalk::report
