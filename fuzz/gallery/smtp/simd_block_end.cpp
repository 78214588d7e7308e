// SPDX-License-Identifier: Apache-2.0 OR MIT
// The wide scan skips the last octet of each block of 32 octets of a line.
#include "simd_replies.hpp"

namespace backtalk::gallery {
namespace {

class SimdBlockEnd final : public SimdReplies {
  void take_line_byte(char c, fuzz::Report& report) override {
    if (wide() && line_.size() % 32 == 31 && !saw_cr_ && is_control(c) && c != '\r' && c != '\n') {
      line_ += c;
      return;
    }
    Replies::take_line_byte(c, report);
  }
};

const Shown show_simd_block_end{{.target = simd_replies_target("simd_block_end"),
                                 .bug = "the SIMD scan skips the last octet of a block",
                                 .seen_in = "a class of its own",
                                 .found_by = "simd",
                                 .make = make_parser<SimdBlockEnd>}};

}  // namespace
}  // namespace backtalk::gallery
