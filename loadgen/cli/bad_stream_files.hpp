// SPDX-License-Identifier: Apache-2.0 OR MIT
// The files of --save-bad.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bad_streams.hpp"

namespace backtalk::cli {

// Makes the directory if it is not there. Returns a sentence if nothing can be written to it.
[[nodiscard]] std::optional<std::string> prepare_bad_streams(const std::string& directory);

// Writes each to a file of its own, PROTOCOL-ERROR-NUMBER, and replaces none. Returns a sentence if
// one cannot be written.
[[nodiscard]] std::optional<std::string> write_bad_streams(const std::string& directory,
                                                           std::string_view protocol,
                                                           const std::vector<engine::BadStream>& streams);

}  // namespace backtalk::cli
