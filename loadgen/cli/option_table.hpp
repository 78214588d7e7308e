// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What documents and tests need of the options.
#pragma once

#include <string>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// Tables in Markdown, one for each group of options: the part of docs/load.md that lists them.
[[nodiscard]] std::string option_tables(const Verb& verb);

/// For each protocol a line: its scheme, and the keys of the JSON's `workload` object.
[[nodiscard]] std::string workload_keys();

}  // namespace backtalk::cli
