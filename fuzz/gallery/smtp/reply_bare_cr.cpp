// SPDX-License-Identifier: Apache-2.0 OR MIT
// CR alone is treated as text.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyBareCr final : public Replies {
  void take_line_byte(char c, fuzz::Report& report) override {
    if (saw_cr_ && c != '\n') {
      saw_cr_ = false;
      line_ += '\r';
    }
    Replies::take_line_byte(c, report);
  }
};

const Shown show_reply_bare_cr{{.target = replies_target("reply_bare_cr"),
                                .bug = "CR alone is text",
                                .seen_in = "smuggling, CVE-2023-51765",
                                .found_by = "reference",
                                .make = make_parser<ReplyBareCr>}};

}  // namespace
}  // namespace backtalk::gallery
