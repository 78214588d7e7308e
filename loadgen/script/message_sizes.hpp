// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The line `sizes` of a script: how large the run's messages are.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "session/message_mix.hpp"

namespace backtalk::script {

/// What follows the word: "1000:90%, 100000:10%". Or a sentence about what was expected.
[[nodiscard]] std::variant<std::vector<session::SizeShare>, std::string> read_message_sizes(
    std::string_view text);

}  // namespace backtalk::script
