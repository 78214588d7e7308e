// SPDX-License-Identifier: Apache-2.0 OR MIT
// Writing what a verb was asked to write.
#pragma once

#include <string>

namespace backtalk::cli {

// Writes to standard output, and flushes it. False if that fails.
[[nodiscard]] bool write_out(const std::string& text);

// Writes the text and a line end to a file, or to standard output if the path is "-".
[[nodiscard]] bool write_file(const std::string& path, const std::string& text);

}  // namespace backtalk::cli
