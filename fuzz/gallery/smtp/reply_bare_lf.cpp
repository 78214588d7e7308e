// SPDX-License-Identifier: Apache-2.0 OR MIT
// LF alone is treated as a line end, so that other parsers see different lines.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyBareLf final : public Replies {
  void take_bare_lf(fuzz::Report& report) override { end_line(report); }
};

const Shown show_reply_bare_lf{{.target = replies_target("reply_bare_lf"),
                                .bug = "LF alone ends a line",
                                .seen_in = "many clients; the other half of CVE-2023-51764",
                                .found_by = "reference",
                                .make = make_parser<ReplyBareLf>}};

}  // namespace
}  // namespace backtalk::gallery
