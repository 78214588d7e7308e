// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <string>
#include <string_view>

namespace backtalk::talk {

/// The octets as a terminal may show them: printable ASCII, tabs and UTF-8 as they are, and all
/// others as "\x1b". A server could otherwise take the terminal over.
[[nodiscard]] std::string visible(std::string_view octets);

}  // namespace backtalk::talk
