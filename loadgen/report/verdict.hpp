// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Does the result hold what it seems to say?
#pragma once

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// All reasons that apply, of these codes: `nothing-completed`, which stands alone, `server-lost`,
/// `errors`, `rate-not-reached` and `generator-bound`. The last needs at least 100 ms of load: less
/// says nothing about a share of CPU time. The notes begin with the run's own.
[[nodiscard]] result::Verdict judge(const result::RunResult& result);

}  // namespace backtalk::report
