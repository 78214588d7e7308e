// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What else a run has to tell: its connections, both sides' use of the machine, and how to repeat
/// it.
#pragma once

#include <string>
#include <string_view>

#include "result/run_result.hpp"

namespace backtalk::html {

[[nodiscard]] std::string run_of(const result::RunResult& result, std::string_view machine);
[[nodiscard]] std::string repeat_of(const result::RunResult& result);

}  // namespace backtalk::html
