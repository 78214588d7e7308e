// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the user wants commands of SMTP to say, checked before the run.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backtalk::workload {

/// A sentence for the user, which begins with the option's name, unless a path can hold the text:
/// UTF-8 without spaces, angle brackets and control bytes, and not too long.
[[nodiscard]] std::optional<std::string> check_path(std::string_view option, std::string_view path);

/// A sentence for the user unless the name can stand where an address has {user}.
[[nodiscard]] std::optional<std::string> check_user(std::string_view user);

/// A sentence for the user unless the text is a list of attributes of XCLIENT, or empty.
[[nodiscard]] std::optional<std::string> check_xclient(std::string_view attributes);

[[nodiscard]] bool is_ascii(std::string_view text);

}  // namespace backtalk::workload
