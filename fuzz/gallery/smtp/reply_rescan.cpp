// SPDX-License-Identifier: Apache-2.0 OR MIT
// Each feed searches the stored part of a line again.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyRescan final : public Replies {
  void feed(std::string_view bytes, fuzz::Report& report) override {
    examined(line_.size());  // searches the stored line for its end from the beginning
    Replies::feed(bytes, report);
  }
};

const Shown show_reply_rescan{{.target = replies_target("reply_rescan"),
                               .bug = "quadratic: a line is searched again with each feed",
                               .seen_in = "a class of its own",
                               .found_by = "work",
                               .make = make_parser<ReplyRescan>}};

}  // namespace
}  // namespace backtalk::gallery
