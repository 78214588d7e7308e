// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of a verb in the form that the manual page, the completions and the tables of the
/// documents need.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.hpp"

namespace backtalk::cli {

struct OptionView {
  std::vector<std::string> names;  ///< "-c" and "--connections"; none if it goes by its position
  std::string positional;          ///< "URL"; empty if it has names
  std::string value;               ///< "N", "TIME" or "constant|poisson"; empty for a flag
  std::vector<std::string> completions;
  std::string help;
  std::string preset;  ///< what is taken if it is not given; empty if --help shows none
  std::string group;
  bool repeatable = false;
  bool required = false;
};

/// All of them, in the order of --help; --help itself comes before the others that have names.
[[nodiscard]] std::vector<OptionView> options_of(const Verb& verb);

}  // namespace backtalk::cli
