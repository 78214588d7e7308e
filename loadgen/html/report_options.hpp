// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk report`, declared once.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "options/option_spec.hpp"

namespace backtalk::html {

/// The most files of one page.
inline constexpr std::size_t kFilesMax = 20;

struct ReportOptions : options::Values {
  std::vector<std::string> files;
  std::string html_file;
};

/// The arguments of `backtalk report`, then its options.
[[nodiscard]] std::span<const options::OptionGroup> report_option_groups();

}  // namespace backtalk::html
