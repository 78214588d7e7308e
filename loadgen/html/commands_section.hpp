// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What was sent and how it was answered: by command, pass, stage and target.
#pragma once

#include <string>

#include "result/run_result.hpp"

namespace backtalk::html {

/// Each of these is empty if the result has no such part.
[[nodiscard]] std::string commands_of(const result::RunResult& result);
[[nodiscard]] std::string mix_of(const result::RunResult& result);
[[nodiscard]] std::string stages_of(const result::RunResult& result);
[[nodiscard]] std::string targets_of(const result::RunResult& result);

}  // namespace backtalk::html
