// SPDX-License-Identifier: Apache-2.0 OR MIT
// Forgets between two feeds that a CR was seen.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyCutInCrlf final : public Replies {
  void feed(std::string_view bytes, fuzz::Report& report) override {
    saw_cr_ = false;  // "the line begins again with what this packet brings"
    Replies::feed(bytes, report);
  }
};

const Shown show_reply_cut_in_crlf{{.target = replies_target("reply_cut_in_crlf"),
                                    .bug = "state lost between CR and LF",
                                    .seen_in = "a class of its own; every parser of packets",
                                    .found_by = "split",
                                    .make = make_parser<ReplyCutInCrlf>}};

}  // namespace
}  // namespace backtalk::gallery
