// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <string_view>

namespace backtalk::talk {

/// A command, with what is known of its form, and one line about it.
struct CommandHelp {
  std::string_view text;  ///< what completion puts in: "MAIL FROM:<", "QUIT"
  std::string_view help;
};

}  // namespace backtalk::talk
