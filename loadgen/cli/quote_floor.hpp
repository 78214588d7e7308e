// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What `backtalk calibrate` has kept, beside a result.
#pragma once

#include "result/run_result.hpp"

namespace backtalk::cli {

/// Sets `floor`, if this machine was calibrated for such a run.
void quote_floor(result::RunResult& result);

}  // namespace backtalk::cli
