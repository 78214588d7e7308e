// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk calibrate`, declared once.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "options/option_spec.hpp"

namespace backtalk::calibrate {

struct CalibrateOptions : options::Values {
  std::uint64_t duration_ns = 1'000'000'000;  ///< of each run
  std::string out_file;                       ///< empty: where later results look for it
  bool quiet = false;
};

[[nodiscard]] std::span<const options::OptionGroup> calibrate_option_groups();

}  // namespace backtalk::calibrate
