// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How transactions are spaced in open loop.
#pragma once

#include <cstdint>

namespace backtalk::stats {

enum class Arrival : std::uint8_t {
  constant,  ///< equal gaps
  poisson,   ///< independent, exponentially distributed gaps, as many independent users produce
};

}  // namespace backtalk::stats
