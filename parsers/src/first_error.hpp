// SPDX-License-Identifier: Apache-2.0 OR MIT
// Which of two errors a reader of the stream meets first.
#pragma once

#include "backtalk/error.hpp"

namespace backtalk {

// `a` where both are about one byte, or there is no `b`.
constexpr Error first_error(const Error& a, const Error& b) {
  if (!a || !b) return a ? a : b;
  return b.offset < a.offset ? b : a;
}

}  // namespace backtalk
