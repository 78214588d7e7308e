// SPDX-License-Identifier: Apache-2.0 OR MIT
// Allocates memory for a literal as soon as it is announced, whatever its size.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapHugeLiteral final : public ImapResponses {
  void literal_announced(std::uint64_t size, fuzz::Report& report) override {
    if (size > kLiteralMax) report.broken("room is made for a literal before it is known to fit");
  }
};

const Shown show_imap_huge_literal{{.target = imap_target("imap_huge_literal"),
                                    .bug = "memory for a literal that has only been announced",
                                    .seen_in = "CVE-2025-43857 (net-imap), cpython 119511",
                                    .found_by = "promises",
                                    .make = make_parser<ImapHugeLiteral>}};

}  // namespace
}  // namespace backtalk::gallery
