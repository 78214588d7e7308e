// SPDX-License-Identifier: Apache-2.0 OR MIT
// A literal that is cut between two packets loses an octet of its count.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapLiteralCut final : public ImapResponses {
  void feed(std::string_view bytes, fuzz::Report& report) override {
    // Off by one if a literal continues in the next packet.
    if (literal_left_ > 1) --literal_left_;
    ImapResponses::feed(bytes, report);
  }
};

const Shown show_imap_literal_cut{{.target = imap_target("imap_literal_cut"),
                                   .bug = "the count of a literal goes wrong when it is cut",
                                   .seen_in = "a class of its own",
                                   .found_by = "split",
                                   .make = make_parser<ImapLiteralCut>}};

}  // namespace
}  // namespace backtalk::gallery
