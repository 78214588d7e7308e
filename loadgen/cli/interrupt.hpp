// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Ctrl-C and SIGTERM: the first asks the program to finish cleanly, the second ends it.
#pragma once

namespace backtalk::cli {

/// From here on the first SIGINT or SIGTERM is remembered and the second ends the process at once
/// (exit 130).
void catch_interrupts();

/// From here on the first one ends the process, because what is left to do may block: writing to
/// a pipe that nobody reads, for example.
void restore_interrupts();

/// How many have been received.
[[nodiscard]] int interrupts();

}  // namespace backtalk::cli
