// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/standard_error.hpp"

#include <cstddef>
#include <cstdio>

namespace backtalk::cli {

void tell_text(const std::string& text) {
  [[maybe_unused]] const std::size_t written = std::fwrite(text.data(), 1, text.size(), stderr);
  [[maybe_unused]] const int flushed = std::fflush(stderr);
}

}  // namespace backtalk::cli
