/// Ctrl-C and SIGTERM: the first asks the program to end in good order, the second ends it.
#pragma once

namespace backtalk::cli {

/// From here on the first SIGINT or SIGTERM is remembered and the second ends the process at once (exit 130).
void catch_interrupts();

/// How many have come.
[[nodiscard]] int interrupts();

}  // namespace backtalk::cli
