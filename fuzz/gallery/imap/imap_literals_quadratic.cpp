// SPDX-License-Identifier: Apache-2.0 OR MIT
// Copies the response received so far with each literal.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapLiteralsQuadratic final : public ImapResponses {
  void keep_literal(const ExactCopy&) override { examined(response_octets_); }
};

const Shown show_imap_literals_quadratic{{.target = imap_target("imap_literals_quadratic"),
                                          .bug = "quadratic in the literals of a response",
                                          .seen_in = "CVE-2026-42245 (net-imap)",
                                          .found_by = "work",
                                          .make = make_parser<ImapLiteralsQuadratic>}};

}  // namespace
}  // namespace backtalk::gallery
