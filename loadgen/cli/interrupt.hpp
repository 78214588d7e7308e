// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Ctrl-C, SIGTERM and SIGHUP: the first asks the program to finish cleanly, the second ends it.
#pragma once

#include <sys/types.h>

namespace backtalk::cli {

/// From here on the first SIGINT, SIGTERM or SIGHUP is remembered and the second ends the process
/// at once (exit 130), after `at_end`, which must be safe in a signal handler. A SIGHUP that was
/// ignored (nohup) still is.
void catch_interrupts(void (*at_end)() = nullptr);

/// From here on the first one ends the process, because what is left to do may block: writing to
/// a pipe that nobody reads, for example.
void restore_interrupts();

/// Call it in a child: the end of its parent, however it comes about, counts as the first of them,
/// and as none if there was one.
void interrupt_at_end_of(pid_t parent);

/// How many have been received.
[[nodiscard]] int interrupts();

}  // namespace backtalk::cli
