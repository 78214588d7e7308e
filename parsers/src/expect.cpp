// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/expect.hpp"

#include <cstdio>
#include <cstdlib>

namespace backtalk::detail {

void precondition_failed(const char* condition, const char* file, unsigned line) noexcept {
  std::fprintf(stderr, "%s:%u: broken precondition of backtalk: %s\n", file, line, condition);
  std::abort();
}

}  // namespace backtalk::detail
