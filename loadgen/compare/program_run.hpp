// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A run of another build of this program: a side that is a revision of the load generator itself.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "result/run_result.hpp"

namespace backtalk::compare {

/// Runs `program load WORDS --quiet --json -` in a process group of its own, so that Ctrl-C does
/// not reach it, and reads its result; or a sentence if it has none that this build understands.
/// `stop` is asked several times a second whether to interrupt it.
[[nodiscard]] std::variant<result::RunResult, std::string> run_program(const std::string& program,
                                                                       const std::vector<std::string>& words,
                                                                       const std::function<bool()>& stop);

}  // namespace backtalk::compare
