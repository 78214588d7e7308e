// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A comparison as a person reads it on the terminal.
#pragma once

#include <string>

#include "compare/comparison.hpp"

namespace backtalk::compare {

[[nodiscard]] std::string tabulate(const Comparison& comparison);

}  // namespace backtalk::compare
