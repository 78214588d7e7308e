// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How a verb reports an invalid command line or environment.
#pragma once

#include <cstdio>
#include <string>

namespace backtalk::cli {

/// The exit code for it.
inline constexpr int kUsageError = 2;

/// Prints `sentence` on standard error in the name of `verb`, and returns the exit code.
inline int refuse(const char* verb, const std::string& sentence) {
  std::fprintf(stderr, "backtalk %s: %s\n", verb, sentence.c_str());
  return kUsageError;
}

}  // namespace backtalk::cli
