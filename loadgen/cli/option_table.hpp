// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What documents and tests take from the options of `backtalk load`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace backtalk::cli {

/// Tables in Markdown, one for each group of options: the part of docs/load.md that lists them.
[[nodiscard]] std::string option_tables(const CLI::App& app);

/// For each protocol a line: its scheme, and the keys of the JSON's `workload` object.
[[nodiscard]] std::string workload_keys(const CLI::App& app);

}  // namespace backtalk::cli
