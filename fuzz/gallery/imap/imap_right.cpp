// SPDX-License-Identifier: Apache-2.0 OR MIT
// IMAP responses without a bug: no oracle may report them.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_imap_right{{.target = imap_target("imap_right"),
                             .bug = "",
                             .seen_in = "",
                             .found_by = "",
                             .make = make_parser<ImapResponses>}};

}  // namespace
}  // namespace backtalk::gallery
