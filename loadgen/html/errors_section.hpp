// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What failed, how often, what the server said, and what to do about it.
#pragma once

#include <string>

#include "result/run_result.hpp"

namespace backtalk::html {

/// A table of the errors by name, and what the server said the first time, in octets where the
/// stream went wrong. It says so if there were none.
[[nodiscard]] std::string errors_of(const result::RunResult& result);

}  // namespace backtalk::html
