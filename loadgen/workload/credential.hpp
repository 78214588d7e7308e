// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a user's name and password may be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "session/login.hpp"

namespace backtalk::workload {

/// What is wrong with a user: "the user is longer than 255 bytes". nullopt if commands and SASL can
/// carry both texts. A control byte is always wrong: it would end a command, a text of SASL (NUL)
/// or a field of XOAUTH2 (0x01).
[[nodiscard]] std::optional<std::string> find_wrong(const session::Credentials& credentials);

/// What is wrong with the name of a user who does not log in; nullopt if nothing is.
[[nodiscard]] std::optional<std::string> find_wrong_user(std::string_view user);

}  // namespace backtalk::workload
