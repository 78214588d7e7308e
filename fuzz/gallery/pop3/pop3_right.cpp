// SPDX-License-Identifier: Apache-2.0 OR MIT
// POP3 responses without a bug: no oracle may report them.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_pop3_right{{.target = pop3_target("pop3_right"),
                             .bug = "",
                             .seen_in = "",
                             .found_by = "",
                             .make = make_parser<Pop3Responses>}};

}  // namespace
}  // namespace backtalk::gallery
