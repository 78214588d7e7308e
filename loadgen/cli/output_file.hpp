// SPDX-License-Identifier: Apache-2.0 OR MIT
// Writing what a verb was asked to write.
#pragma once

#include <string>

namespace backtalk::cli {

// Writes to standard output, and flushes it. False if that fails.
[[nodiscard]] bool write_out(const std::string& text);

// Writes the text and a line end to a file, or to standard output if the path is "-".
[[nodiscard]] bool write_file(const std::string& path, const std::string& text);

// Checked before a run, so that a mistyped path does not cost a result that took minutes. Pipes
// are not opened for this, because their readers would see the end of the stream.
[[nodiscard]] bool can_write(const std::string& path);

// True if what is written to one is lost to the other: both lead to the same file. Terminals, pipes
// and /dev/null are not files in that sense, nor is "-", nor an empty path.
[[nodiscard]] bool is_same_file(const std::string& one, const std::string& other);

}  // namespace backtalk::cli
