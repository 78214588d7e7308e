// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether the transactions that completed are the mix that was asked for.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// Of the completed transactions: how many one of several kinds has, and how many would be its
/// share.
struct MixCell {
  double expected = 0;
  double completed = 0;
};

/// The kind that is off most, by its index, and the test that shows it.
struct OffMix {
  std::size_t worst = 0;
  double statistic = 0;
  double critical = 0;
};

/// nullopt: the shares differ by no more than a twentieth of each, or than chance allows (a
/// chi-squared test at 0.1 %).
[[nodiscard]] std::optional<OffMix> find_off(const std::vector<MixCell>& all);

/// The reason `mix-off`, if `find_off` finds the passes of a script off their weights.
[[nodiscard]] std::optional<result::Reason> mix_off(const result::RunResult& result);

}  // namespace backtalk::report
