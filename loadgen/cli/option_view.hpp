// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of a verb in the form that the manual page, the completions and the tables of the
/// documents need.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// What completion offers for a value.
enum class Takes : std::uint8_t {
  nothing,  ///< a flag has none
  word,     ///< `completions`
  url,      ///< beginnings of URLs, in `completions`; or the name of a file
  file,
  folder,
  text  ///< nothing is offered for a number, a time or a text
};

struct OptionView {
  std::vector<std::string> names;  ///< "-c" and "--connections"; none if it goes by its position
  std::string positional;          ///< "URL"; empty if it has names
  std::string value;               ///< "N", "TIME" or "constant|poisson"; empty for a flag
  Takes takes = Takes::text;
  std::vector<std::string> completions;  ///< words, or beginnings of them, that end in `=` or `/`
  std::string help;
  std::string preset;  ///< what is taken if it is not given; empty if --help shows none
  std::string group;
  bool repeatable = false;
  bool required = false;
};

/// All of them, in the order of --help; --help itself comes before the others that have names.
[[nodiscard]] std::vector<OptionView> options_of(const Verb& verb);

}  // namespace backtalk::cli
