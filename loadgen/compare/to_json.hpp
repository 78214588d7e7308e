// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A comparison as JSON text: schema `backtalk.compare/1` (docs/compare.schema.json).
#pragma once

#include <string>

#include "compare/comparison.hpp"

namespace backtalk::compare {

[[nodiscard]] std::string to_json(const Comparison& comparison);

}  // namespace backtalk::compare
