// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The lines of a section as requests of HTTP and what is expected of their answers.
#pragma once

#include <variant>
#include <vector>

#include "script/draft.hpp"
#include "script/error.hpp"
#include "script/notation.hpp"
#include "session/script.hpp"

namespace backtalk::script {

[[nodiscard]] std::variant<std::vector<session::ScriptCommand>, Error> read_http_section(
    const Section& section, Scope& scope);

}  // namespace backtalk::script
