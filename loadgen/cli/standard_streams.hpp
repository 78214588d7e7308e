// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Standard input, output and error, which a caller may have closed.
#pragma once

namespace backtalk::cli {

/// Occupies those of the three that are closed with descriptors that fail whoever reads or writes
/// them. Otherwise the next socket or file would get their numbers: what is printed would go to a
/// server, and what a server says would be taken for input. False if that cannot be done.
[[nodiscard]] bool occupy_closed_streams();

/// From here on a write to a pipe that nobody reads any more fails, and does not end the process:
/// the files of a long run are still to be written.
void outlive_readers();

}  // namespace backtalk::cli
