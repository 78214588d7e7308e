// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The verbs of the program: each adds itself to the command line and, when it was asked for, runs while the
/// command line is parsed and leaves its exit code: 0 success, 1 a check failed, 2 usage or
/// environment.
#pragma once

#include <CLI/CLI.hpp>

namespace backtalk::cli {

void add_parse_verb(CLI::App& app, int& exit_code);
void add_load_verb(CLI::App& app, int& exit_code);
void add_serve_verb(CLI::App& app, int& exit_code);

}  // namespace backtalk::cli
