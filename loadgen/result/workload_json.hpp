// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The `workload` object of a result, from the table of options. Internal to this folder.
#pragma once

#include <boost/json.hpp>

#include "result/json_fields.hpp"
#include "result/run_result.hpp"

namespace backtalk::result {

[[nodiscard]] boost::json::object write_workload(const Workload& asked);

/// `counters` has what `workload` rounds.
[[nodiscard]] Workload read_workload(const Field& field, const Field& counters);

}  // namespace backtalk::result
