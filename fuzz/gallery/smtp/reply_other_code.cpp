// SPDX-License-Identifier: Apache-2.0 OR MIT
// The codes of a reply may differ from line to line.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyOtherCode final : public Replies {
  bool same_code(std::string_view) override { return true; }
};

const Shown show_reply_other_code{{.target = replies_target("reply_other_code"),
                                   .bug = "codes that differ within a reply",
                                   .seen_in = "RFC 5321 4.2.1; many clients",
                                   .found_by = "reference",
                                   .make = make_parser<ReplyOtherCode>}};

}  // namespace
}  // namespace backtalk::gallery
