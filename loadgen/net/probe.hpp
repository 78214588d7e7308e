// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Checks before a run whether this machine can run the load generator.
#pragma once

#include <optional>
#include <string>

namespace backtalk::net {

/// Explains to the user an errno of io_uring_setup, and what to do about it.
[[nodiscard]] std::string explain_setup_failure(int error);

/// Explains to the user an errno of io_uring_enter in the middle of a run.
[[nodiscard]] std::string explain_enter_failure(int error);

/// Raises the soft limit of open files if `connections` sockets and `threads` rings need more.
/// Returns how many they need, and what to do, if the hard limit does not allow that.
[[nodiscard]] std::optional<std::string> check_open_files(unsigned connections, unsigned threads);

/// Sets up a ring, sends a no-op through it, registers a buffer ring, and checks that the kernel
/// has the necessary operations and that `connections` sockets and `threads` rings may be open
/// (`check_open_files`). Returns null if all is well; otherwise what is
/// missing and what to do about it.
[[nodiscard]] std::optional<std::string> probe(unsigned connections, unsigned threads);

}  // namespace backtalk::net
