// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether the transactions that completed are the mix that was asked for.
#pragma once

#include <optional>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// The reason `mix-off`: the shares of the passes differ from those asked for by more than a
/// twentieth of a pass's own, and by more than chance allows (a chi-squared test at 0.1 %).
[[nodiscard]] std::optional<result::Reason> mix_off(const result::RunResult& result);

}  // namespace backtalk::report
