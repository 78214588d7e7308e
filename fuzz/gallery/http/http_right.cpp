// SPDX-License-Identifier: Apache-2.0 OR MIT
// HTTP messages without a bug: no oracle may report them.
#include "messages.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_http_right{{.target = messages_target("http_right"),
                             .bug = "",
                             .seen_in = "",
                             .found_by = "",
                             .make = make_parser<Messages>}};

}  // namespace
}  // namespace backtalk::gallery
