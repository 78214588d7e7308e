// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Ctrl-C and SIGTERM: the first asks the program to end in good order, the second ends it.
#pragma once

namespace backtalk::cli {

/// From here on the first SIGINT or SIGTERM is remembered and the second ends the process at once (exit 130).
void catch_interrupts();

/// From here on the first one ends the process: what is left to do may wait for others, a pipe's reader for
/// one.
void let_interrupts_end();

/// How many have come.
[[nodiscard]] int interrupts();

}  // namespace backtalk::cli
