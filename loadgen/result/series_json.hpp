// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The series of a run as JSON has it. Internal to this folder.
#pragma once

#include <boost/json.hpp>

#include "result/json_fields.hpp"
#include "result/run_result.hpp"

namespace backtalk::result {

[[nodiscard]] boost::json::object write_series(const RunResult& result);

/// `sums` has the counts that the points add up to.
[[nodiscard]] stats::Series read_series(const Field& field, const RunResult& sums);

}  // namespace backtalk::result
