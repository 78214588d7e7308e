// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the byte after the code even if there is none.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyShortLine final : public Replies {
  char separator(const ExactCopy& line) override {
    const char after = line.data()[3];
    return after == '\0' ? ' ' : after;
  }
};

const Shown show_reply_short_line{{.target = replies_target("reply_short_line"),
                                   .bug = "reads the separator after a line of three octets",
                                   .seen_in = "CVE-2019-3823 (curl)",
                                   .found_by = "crash",
                                   .make = make_parser<ReplyShortLine>}};

}  // namespace
}  // namespace backtalk::gallery
