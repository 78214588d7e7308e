// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `compare --samples FILE`: judges what another program has measured.
#pragma once

#include "cli/side_words.hpp"
#include "cli/spec_options.hpp"
#include "compare/compare_options.hpp"

namespace backtalk::cli {

/// Returns the exit status.
[[nodiscard]] int run_samples(const compare::CompareOptions& options, const SideWords& words,
                              const SpecOptions& given);

}  // namespace backtalk::cli
