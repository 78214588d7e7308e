// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Completion of verbs, options and the words that an option takes, for three shells. Other words are file
/// names.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace backtalk::cli {

[[nodiscard]] std::string bash_completion(const CLI::App& app);
[[nodiscard]] std::string zsh_completion(const CLI::App& app);
[[nodiscard]] std::string fish_completion(const CLI::App& app);

}  // namespace backtalk::cli
