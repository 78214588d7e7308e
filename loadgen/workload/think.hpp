// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The times of --think.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "session/think_time.hpp"

namespace backtalk::workload {

/// "3s", "2s..8s", "exp:5s", "normal:10s:2s": what follows `wait` in scripts, with colons in place
/// of blanks so that shells need no quotes; with blanks it is read too. Or a sentence.
[[nodiscard]] std::variant<session::ThinkTime, std::string> read_think(std::string_view text);

}  // namespace backtalk::workload
