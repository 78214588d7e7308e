// SPDX-License-Identifier: Apache-2.0 OR MIT
// Commands without a bug: no oracle may report them.
#include "commands.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_commands_right{{.target = commands_target("commands_right"),
                                 .bug = "",
                                 .seen_in = "",
                                 .found_by = "",
                                 .make = make_parser<Commands>}};

}  // namespace
}  // namespace backtalk::gallery
