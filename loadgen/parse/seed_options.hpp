// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk seeds`, declared once.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "options/option_spec.hpp"

namespace backtalk::parse {

struct SeedOptions : options::Values {
  std::vector<std::string> files;
  std::string folder;
  std::string protocol;  ///< empty: the first line of each conversation tells
};

/// The arguments of `backtalk seeds`, then its options.
[[nodiscard]] std::span<const options::OptionGroup> seed_option_groups();

}  // namespace backtalk::parse
