// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The readers of turns, one for each protocol.
#pragma once

#include <variant>
#include <vector>

#include "script/turns.hpp"

namespace backtalk::script {

using TurnsOrError = std::variant<std::vector<Turn>, Error>;

[[nodiscard]] TurnsOrError read_smtp_turns(const Section& section);
[[nodiscard]] TurnsOrError read_pop3_turns(const Section& section);
[[nodiscard]] TurnsOrError read_imap_turns(const Section& section);
[[nodiscard]] TurnsOrError read_http_turns(const Section& section);

}  // namespace backtalk::script
