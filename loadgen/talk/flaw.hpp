// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a server did that its protocol does not allow, with the place in the RFC that says so.
#pragma once

#include <string>
#include <string_view>

#include "backtalk/error.hpp"
#include "talk/dialect.hpp"

namespace backtalk::talk {

/// "RFC 5321 2.3.8"; empty if no clause has it: a limit of the parser.
[[nodiscard]] std::string_view clause_of(Protocol protocol, ErrorCode code);

/// "bare-lf at offset 17 of what the server sent (RFC 5321 2.3.8): a line ends with LF alone".
[[nodiscard]] std::string text_of_flaw(Protocol protocol, Error error);

}  // namespace backtalk::talk
