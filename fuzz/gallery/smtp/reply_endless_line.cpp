// SPDX-License-Identifier: Apache-2.0 OR MIT
// A line may have any length, so that the server controls the memory use of the client.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyEndlessLine final : public Replies {
  [[nodiscard]] std::size_t line_max() const override { return SIZE_MAX; }
};

const Shown show_reply_endless_line{{.target = replies_target("reply_endless_line"),
                                     .bug = "a line has no limit",
                                     .seen_in = "a class of its own",
                                     .found_by = "reference",
                                     .make = make_parser<ReplyEndlessLine>}};

}  // namespace
}  // namespace backtalk::gallery
