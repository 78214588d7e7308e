// SPDX-License-Identifier: Apache-2.0 OR MIT
// The wide scan compares octets as signed, so that those from 0x80 on are less than a space.
#include "simd_replies.hpp"

namespace backtalk::gallery {
namespace {

class SimdSignedCompare final : public SimdReplies {
  void take_line_byte(char c, fuzz::Report& report) override {
    if (wide() && static_cast<unsigned char>(c) >= 0x80) return report.refuse("control byte");
    Replies::take_line_byte(c, report);
  }
};

const Shown show_simd_signed_compare{{.target = simd_replies_target("simd_signed_compare"),
                                      .bug = "the SIMD scan compares octets as signed",
                                      .seen_in = "a class of its own",
                                      .found_by = "simd",
                                      .make = make_parser<SimdSignedCompare>}};

}  // namespace
}  // namespace backtalk::gallery
