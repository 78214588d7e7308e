// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The file that `--users` names: a user and a password a line.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "session/login.hpp"

namespace backtalk::workload {

/// The users in the order of the file, or a sentence that begins with the option's name and has the
/// number of the line that is wrong.
///
/// A line is a user's name, spaces or tabs, and the password, which goes to the end of the line and
/// may have spaces in it. Lines may end with CRLF; empty ones are skipped. There is no comment.
[[nodiscard]] std::variant<std::vector<session::Credentials>, std::string> read_users_file(
    const std::string& path);

}  // namespace backtalk::workload
