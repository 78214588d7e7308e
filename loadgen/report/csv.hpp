// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A run over time as comma-separated values (RFC 4180, but lines end in LF): a header, and a line
/// for each point of the series. docs/exports.md names the columns.
#pragma once

#include <string>

#include "result/run_result.hpp"

namespace backtalk::report {

/// What is not known is empty. Without a line end after the last line.
[[nodiscard]] std::string to_csv(const result::RunResult& result);

}  // namespace backtalk::report
