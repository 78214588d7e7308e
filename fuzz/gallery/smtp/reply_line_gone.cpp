// SPDX-License-Identifier: Apache-2.0 OR MIT
// Returns a view of the line before, in memory that has been freed.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyLineGone final : public Replies {
  char separator(const ExactCopy& line) override {
    before_ = last_;
    last_ = {line.data(), line.size()};
    return Replies::separator(line);
  }
  void reply_ended(unsigned, fuzz::Report& report) override { report.text(before_); }

  std::string_view last_;
  std::string_view before_;
};

// The reference does not report the line before.
constexpr fuzz::Target target_of_one_gone() {
  fuzz::Target target = replies_target("reply_line_gone");
  target.reference = nullptr;
  return target;
}

const Shown show_reply_line_gone{{.target = target_of_one_gone(),
                                  .bug = "returns a line whose memory has been freed",
                                  .seen_in = "a class of its own",
                                  .found_by = "crash",
                                  .make = make_parser<ReplyLineGone>}};

}  // namespace
}  // namespace backtalk::gallery
