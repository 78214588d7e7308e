// SPDX-License-Identifier: Apache-2.0 OR MIT
// Limits are added to each other and to lengths. A limit above a quarter of the type's maximum
// counts as a quarter of it, so that no such sum wraps around and defeats the limit.
#pragma once

#include <algorithm>
#include <limits>

namespace backtalk {

template <class Number>
constexpr Number usable_limit(Number limit) {
  return std::min(limit, std::numeric_limits<Number>::max() / 4);
}

}  // namespace backtalk
