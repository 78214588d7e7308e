// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk --generate WHAT`: the files that the build installs beside the program, and what
/// documents and tests take from its options.
#pragma once

#include <CLI/CLI.hpp>
#include <string_view>

namespace backtalk::cli {

/// Prints "man", "bash", "zsh", "fish", "options" or "keys"; returns the exit code.
[[nodiscard]] int generate(const CLI::App& app, std::string_view what);

}  // namespace backtalk::cli
