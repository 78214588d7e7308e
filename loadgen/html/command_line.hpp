// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How to make such a run again.
#pragma once

#include <string>

#include "result/run_result.hpp"

namespace backtalk::html {

/// "backtalk load smtp://127.0.0.1:2525 --connections 20 --rate 500", with every option whose value
/// is not the default, as a shell takes it. Options with secrets are not in a result, and so not
/// here: users, passwords, and values of fields that are credentials.
[[nodiscard]] std::string command_line_of(const result::RunResult& result);

}  // namespace backtalk::html
