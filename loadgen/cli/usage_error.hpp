// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a verb does with a command line or an environment that it cannot work with.
#pragma once

#include <cstdio>
#include <string>

namespace backtalk::cli {

/// The exit code for it.
inline constexpr int kUsageError = 2;

/// Says `sentence` on standard error in the name of `verb`, and gives the exit code.
inline int refuse(const char* verb, const std::string& sentence) {
  std::fprintf(stderr, "backtalk %s: %s\n", verb, sentence.c_str());
  return kUsageError;
}

}  // namespace backtalk::cli
