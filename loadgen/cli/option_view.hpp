// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options as CLI11 has them, in the form that the manual page and the completions need. So each is
/// declared once, where its verb is.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace backtalk::cli {

struct OptionView {
  std::vector<std::string> names;  ///< "-c" and "--connections"; none if it goes by its position
  std::string positional;          ///< "URL"; empty if it has names
  std::string value;               ///< "N", "TEXT" or "constant|poisson"; empty for a flag
  std::vector<std::string> choices;
  std::string help;
  std::string preset;  ///< what is taken if it is not given; empty if --help shows none
  std::string group;
  bool repeatable = false;
};

/// Those of a verb that --help lists, --help included, in that order.
[[nodiscard]] std::vector<OptionView> options_of(const CLI::App& verb);

/// The verbs, in the order of --help.
[[nodiscard]] std::vector<const CLI::App*> verbs_of(const CLI::App& app);

}  // namespace backtalk::cli
