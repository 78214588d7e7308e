// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The targets of a load that has several, and their weights.
#pragma once

#include "cli/asked_load.hpp"
#include "options/option_spec.hpp"

namespace backtalk::cli {

/// Divides the URLs of the command line into the load's own and the others, with the weights of
/// --weight; or a sentence.
[[nodiscard]] options::Problem settle_targets(AskedLoad& asked);

}  // namespace backtalk::cli
