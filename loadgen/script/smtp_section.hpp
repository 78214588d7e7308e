// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The lines of a section as commands of SMTP or LMTP and what is expected of their replies.
#pragma once

#include <variant>
#include <vector>

#include "script/draft.hpp"
#include "script/error.hpp"
#include "script/notation.hpp"
#include "session/script.hpp"

namespace backtalk::script {

[[nodiscard]] std::variant<std::vector<session::ScriptCommand>, Error> read_smtp_section(
    const Section& section, Scope& scope);

/// The same, but that the end of a message has a reply for each recipient.
[[nodiscard]] std::variant<std::vector<session::ScriptCommand>, Error> read_lmtp_section(
    const Section& section, Scope& scope);

}  // namespace backtalk::script
