// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "short_copy.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace backtalk {
namespace {

// From and to buffers of exactly that size, so that AddressSanitizer sees a byte too many.
TEST(ShortCopy, CopiesEveryLengthUpToItsMost) {
  for (std::size_t size = 0; size <= kShortCopyMax; ++size) {
    const auto from = std::make_unique<char[]>(size);
    const auto to = std::make_unique<char[]>(size);
    for (std::size_t i = 0; i < size; ++i) from[i] = static_cast<char>('0' + i);
    copy_short(from.get(), size, to.get());
    EXPECT_EQ(std::string(to.get(), size), std::string(from.get(), size));
  }
}

}  // namespace
}  // namespace backtalk
