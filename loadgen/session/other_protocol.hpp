// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Servers on a wrong port: another protocol than the URL's.
#pragma once

#include <string_view>

namespace backtalk::session {

/// What a server that begins like this is ("an IMAP server"), if that is not `own` ("smtp", "lmtp",
/// "pop3", "imap", "http"); empty if it is, or cannot be told. Static storage.
[[nodiscard]] std::string_view other_protocol(std::string_view own, std::string_view beginning) noexcept;

}  // namespace backtalk::session
