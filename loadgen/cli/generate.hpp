// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk --generate WHAT`: the files that the build installs with the program, and what
/// documents and tests need of its options.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string_view>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// Prints "man", "bash", "zsh", "fish", "load-options", "serve-options" or "keys"; returns the exit
/// code. `verbs` are load, serve and parse, in this order.
[[nodiscard]] int generate(const CLI::App& app, std::span<const Verb> verbs, std::string_view what);

}  // namespace backtalk::cli
