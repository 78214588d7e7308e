// SPDX-License-Identifier: Apache-2.0 OR MIT
// Replies without a bug: no oracle may report them.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_replies_right{{.target = replies_target("replies_right"),
                                .bug = "",
                                .seen_in = "",
                                .found_by = "",
                                .make = make_parser<Replies>}};

}  // namespace
}  // namespace backtalk::gallery
