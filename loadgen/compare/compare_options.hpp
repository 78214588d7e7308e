// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk compare` that `backtalk load` does not have, declared once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "options/option_spec.hpp"

namespace backtalk::compare {

struct CompareOptions : options::Values {
  std::vector<std::string> urls;  ///< or files
  std::uint64_t rounds = 10;
  std::uint64_t max_rounds = 0;  ///< 0: no looks
  std::string primary;
  double same_within = 0;  ///< 0: not asked
  std::vector<std::string> fail_if;
  bool together = false;
  bool trust_saved = false;
  bool any_workload = false;
  std::string samples_file;
  std::string json_file;
  std::string html_file;
  bool quiet = false;
};

/// What each side may have for itself, beside the options of its runs.
struct SideOptions : options::Values {
  std::string restart;  ///< the command that starts its server for each round
  std::string program;  ///< another build of this program, which runs it
};

[[nodiscard]] std::span<const options::OptionGroup> side_option_groups();

/// The arguments, then the options.
[[nodiscard]] std::span<const options::OptionGroup> compare_option_groups();

}  // namespace backtalk::compare
