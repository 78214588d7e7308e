// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Progress, notes and complaints on standard error.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace backtalk::cli {

/// Writes to standard error at once. What cannot be written (a full disk, a pipe that nobody reads,
/// a terminal that was closed) is lost, and the program goes on: its result matters more.
void tell_text(const std::string& text);

/// The same, formatted.
template <typename... Args>
void tell(fmt::format_string<Args...> format, Args&&... args) {
  tell_text(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace backtalk::cli
