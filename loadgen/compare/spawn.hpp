// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Starting a process in a group of its own.
#pragma once

#include <sys/types.h>

#include <string>
#include <variant>
#include <vector>

namespace backtalk::compare {

/// Starts `words[0]`, found on the path. It reads nothing, and what it writes to standard output
/// goes to the descriptor `out`, or nowhere if that is -1. Returns its id, which is that of its
/// group; or why it cannot be started.
[[nodiscard]] std::variant<pid_t, std::string> spawn(const std::vector<std::string>& words, int out = -1);

}  // namespace backtalk::compare
