// SPDX-License-Identifier: Apache-2.0 OR MIT
// Runs a check under every SIMD target that this machine has, and leaves the one that was active.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "backtalk/simd.hpp"

namespace backtalk {

template <class Check>
void under_every_target(Check check) {
  const std::string_view before = simd::active();
  for (const std::string_view target : simd::targets()) {
    SCOPED_TRACE("target " + std::string(target));
    ASSERT_TRUE(simd::use(target));
    check();
    if (testing::Test::HasFatalFailure()) break;
  }
  simd::use(before);
}

}  // namespace backtalk
