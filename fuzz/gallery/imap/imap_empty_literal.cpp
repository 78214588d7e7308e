// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the first octet of a literal even if the literal is empty.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapEmptyLiteral final : public ImapResponses {
  unsigned first_octet(const ExactCopy& literal) override {
    return static_cast<unsigned char>(literal.data()[0]);
  }
};

const Shown show_imap_empty_literal{{.target = imap_target("imap_empty_literal"),
                                     .bug = "reads the first octet of an empty literal",
                                     .seen_in = "CVE-2017-1000257 (curl)",
                                     .found_by = "crash",
                                     .make = make_parser<ImapEmptyLiteral>}};

}  // namespace
}  // namespace backtalk::gallery
