// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The stages of an open loop as the user writes them: `--stages 10s:100,1m:100,10s:500-50`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "stats/stage.hpp"
#include "workload/load_options.hpp"

namespace backtalk::workload {

/// In a stage `TIME:RATE`, the rate moves in a straight line to RATE from where the stage before
/// ended (the first begins at 0); `TIME:RATE-RATE` gives both ends. Rates are in whole millionths.
/// Returns the stages, or a sentence for the user.
[[nodiscard]] std::variant<std::vector<stats::Stage>, std::string> read_stages(std::string_view text);

/// Sets what follows from `options.stages`: how long the run is, and its mean rate. Returns a
/// sentence if an option contradicts the stages. Does nothing without stages.
[[nodiscard]] std::optional<std::string> settle_stages(LoadOptions& options);

}  // namespace backtalk::workload
