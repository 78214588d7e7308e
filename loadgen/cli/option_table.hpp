// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What documents and tests need of the options.
#pragma once

#include <string>
#include <string_view>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// Tables in Markdown, one for each group of options: the part of docs/load.md that lists them.
/// `only`: of this group alone, if it is not empty.
[[nodiscard]] std::string option_tables(const Verb& verb, std::string_view only = {});

/// For each protocol a line: its scheme, and the keys of the JSON's `workload` object.
[[nodiscard]] std::string workload_keys();

}  // namespace backtalk::cli
