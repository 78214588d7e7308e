// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The server's side of PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, XOAUTH2 and APOP, for the built-in
/// servers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "session/authenticator.hpp"

namespace backtalk::sasl {

/// The password of a user, or the access token of XOAUTH2; nullopt if there is no such user. Called
/// from the threads of all authenticators.
using PasswordOf = std::function<std::optional<std::string>(std::string_view user)>;

/// Responses longer than this fail.
inline constexpr std::size_t kResponseOctetsMax = 8192;

/// Authenticators that know these passwords. Mechanisms that this machine's GNU SASL does not have
/// are not offered.
[[nodiscard]] session::AuthenticatorFactory authenticators(PasswordOf password_of);

}  // namespace backtalk::sasl
