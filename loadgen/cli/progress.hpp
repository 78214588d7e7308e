// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What is shown of a run on standard error while it goes on.
#pragma once

#include <cstdint>

#include "workload/load_options.hpp"

namespace backtalk::cli {

enum class Shown : std::uint8_t {
  nothing,
  lines,  ///< one a second
  view    ///< cli/live_view.hpp
};

/// By --live and --quiet, and by what standard error is.
[[nodiscard]] Shown shown_of(const workload::LoadArguments& arguments);

}  // namespace backtalk::cli
