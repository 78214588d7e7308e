// SPDX-License-Identifier: Apache-2.0 OR MIT
// Counts replies that continue by the octet after the code, even if there is none.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyUninitialised final : public Replies {
  char separator(const ExactCopy& line) override {
    const auto kept = std::make_unique_for_overwrite<char>();
    if (line.size() > 3) *kept = line.data()[3];
    if (*kept == '-') ++hyphens_;
    return Replies::separator(line);
  }
  unsigned hyphens_ = 0;
};

const Shown show_reply_uninitialised{{.target = replies_target("reply_uninitialised"),
                                      .bug = "what it counts depends on memory that was never written",
                                      .seen_in = "a class of its own",
                                      .found_by = "memory",
                                      .make = make_parser<ReplyUninitialised>}};

}  // namespace
}  // namespace backtalk::gallery
