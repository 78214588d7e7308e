// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A comparison as JSON: backtalk.differ/1, docs/differ.schema.json.
#pragma once

#include <string>

#include "differ/comparison.hpp"
#include "differ/corpus.hpp"

namespace backtalk::differ {

[[nodiscard]] std::string to_json(const Corpus& corpus, const Comparison& comparison);

}  // namespace backtalk::differ
