// SPDX-License-Identifier: Apache-2.0 OR MIT
// The first of two errors in the stream.
#pragma once

#include "backtalk/error.hpp"

namespace backtalk {

// `a` if both are at the same byte, or if there is no `b`.
constexpr Error first_error(const Error& a, const Error& b) {
  if (!a || !b) return a ? a : b;
  return b.offset < a.offset ? b : a;
}

}  // namespace backtalk
