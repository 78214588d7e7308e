// SPDX-License-Identifier: Apache-2.0 OR MIT
// Limits are added to each other and to lengths. One that is beyond every memory counts as a
// quarter of the largest number, so that no such sum wraps around and lets through what the limit
// should stop.
#pragma once

#include <algorithm>
#include <limits>

namespace backtalk {

template <class Number>
constexpr Number usable_limit(Number limit) {
  return std::min(limit, std::numeric_limits<Number>::max() / 4);
}

}  // namespace backtalk
