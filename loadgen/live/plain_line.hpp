// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The progress of a run in one line: where there is no terminal, or a very small one.
#pragma once

#include <string>
#include <string_view>

#include "live/figures.hpp"

namespace backtalk::live {

/// "   3 s       1234 messages/s  p50  1.23 ms  p99  4.56 ms  failed 0", of a second that is over.
[[nodiscard]] std::string plain_line(const LastSecond& second, std::string_view transaction);

}  // namespace backtalk::live
