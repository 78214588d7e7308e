// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The verbs of the program. Each adds itself to the command line. The one that is named runs while
/// the command line is parsed, and sets the exit code: 0 success, 1 a check failed, 2 usage or
/// environment.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/side_words.hpp"
#include "cli/verb.hpp"

namespace backtalk::cli {

[[nodiscard]] Verb add_calibrate_verb(CLI::App& app, int& exit_code);
[[nodiscard]] Verb add_differ_verb(CLI::App& app, int& exit_code);
[[nodiscard]] Verb add_fill_verb(CLI::App& app, int& exit_code);
[[nodiscard]] Verb add_merge_verb(CLI::App& app, int& exit_code);
[[nodiscard]] Verb add_parse_verb(CLI::App& app, int& exit_code);
/// `sides` must outlive `app`.
[[nodiscard]] Verb add_load_verb(CLI::App& app, int& exit_code, const SideWords& sides);
[[nodiscard]] Verb add_report_verb(CLI::App& app, int& exit_code);
[[nodiscard]] Verb add_serve_verb(CLI::App& app, int& exit_code);
[[nodiscard]] Verb add_seeds_verb(CLI::App& app, int& exit_code);
[[nodiscard]] Verb add_talk_verb(CLI::App& app, int& exit_code);
/// `sides` must outlive `app`.
[[nodiscard]] Verb add_compare_verb(CLI::App& app, int& exit_code, const SideWords& sides);

}  // namespace backtalk::cli
