// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk --generate WHAT`: the files that the build installs with the program, and what
/// documents and tests need of its options.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string_view>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// Prints "man", "man-load" or that of another verb, "bash", "zsh", "fish", "verbs",
/// "load-options", "serve-options", "keys" or what else is in its table; returns the exit code.
/// `verbs` are in the order of main.cpp. The pages have the date that SOURCE_DATE_EPOCH says.
[[nodiscard]] int generate(const CLI::App& app, std::span<const Verb> verbs, std::string_view what);

}  // namespace backtalk::cli
