// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the digits of an enhanced code up to the next non-digit, past the end of the line.
#include "replies.hpp"

namespace backtalk::gallery {
namespace {

class ReplyShortEnhanced final : public Replies {
  std::size_t enhanced_length(const ExactCopy& text) override {
    if (text.size() < 2 || text.data()[1] != '.') return Replies::enhanced_length(text);
    const char* p = text.data() + 2;
    while (*p >= '0' && *p <= '9') ++p;
    return *p == '.' ? Replies::enhanced_length(text) : 0;
  }
};

const Shown show_reply_short_enhanced{{.target = replies_target("reply_short_enhanced"),
                                       .bug = "reads past an enhanced code that is cut short",
                                       .seen_in = "CVE-2026-43964 (Postfix)",
                                       .found_by = "crash",
                                       .make = make_parser<ReplyShortEnhanced>}};

}  // namespace
}  // namespace backtalk::gallery
