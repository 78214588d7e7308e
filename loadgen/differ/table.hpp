// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A comparison as text.
#pragma once

#include <string>

#include "differ/comparison.hpp"
#include "differ/corpus.hpp"

namespace backtalk::differ {

/// A row for each case and a column for each server; then the cases in which they differ, with
/// their clauses, their octets and what each server answered. Nothing in it depends on time.
[[nodiscard]] std::string table_of(const Corpus& corpus, const Comparison& comparison);

}  // namespace backtalk::differ
