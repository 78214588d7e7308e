// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One run of a load from beginning to end, for those who only want its result.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "load/job.hpp"
#include "load/plan_run.hpp"
#include "result/run_result.hpp"

namespace backtalk::compare {

/// `stop` is asked several times a second whether to end the run early. Returns a sentence if it
/// could not be carried out.
[[nodiscard]] std::variant<result::RunResult, std::string> run_once(const load::Job& job,
                                                                    const load::Terms& terms,
                                                                    const std::function<bool()>& stop);

}  // namespace backtalk::compare
