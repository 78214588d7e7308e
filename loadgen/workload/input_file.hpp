// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Reading the file that an option names.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::workload {

/// A sentence that begins with the option's name if the file is not there, is a folder or must not
/// be read. A path that is empty is fine: the option was not given.
[[nodiscard]] std::optional<std::string> check_input_file(std::string_view option, const std::string& path);

/// Passes the octets of a file or a pipe to `take`, in pieces, until it returns false. Returns a
/// sentence that begins with the option's name, or with the path if that is empty, if the file
/// cannot be read. Other kinds of file have no end, or no octets.
[[nodiscard]] std::optional<std::string> read_input_file(std::string_view option, const std::string& path,
                                                         const std::function<bool(std::string_view)>& take);

}  // namespace backtalk::workload
