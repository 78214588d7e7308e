// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which fields of a request prove who sends it: Authorization and Proxy-Authorization (RFC 9110
/// 11.6.2, 11.7.2), and Cookie (RFC 6265 5.4).
#pragma once

#include <string_view>

namespace backtalk::session {

/// By the name, in capitals or not. Blanks around it are a mistake, which makes the value no less
/// secret.
[[nodiscard]] bool is_credential_field(std::string_view name);

/// True if its value begins with a scheme, such as Basic, which is no secret.
[[nodiscard]] bool has_auth_scheme(std::string_view name);

}  // namespace backtalk::session
