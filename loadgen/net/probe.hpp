// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Can this machine run the load generator? Asked before the run, and answered in a sentence.
#pragma once

#include <optional>
#include <string>

namespace backtalk::net {

/// What io_uring_setup's error means here, and what to do.
[[nodiscard]] std::string explain_setup_failure(int error);

/// What io_uring_enter's error means in the middle of a run.
[[nodiscard]] std::string explain_enter_failure(int error);

/// Sets up a ring, sends a no-op through it, registers a buffer ring, asks for the operations that are
/// needed, and looks whether `connections` sockets and `threads` rings may be open. Raises the soft limit of
/// open files where it may. Nothing where all is well; otherwise what is missing and what to do about it.
[[nodiscard]] std::optional<std::string> probe(unsigned connections, unsigned threads);

}  // namespace backtalk::net
