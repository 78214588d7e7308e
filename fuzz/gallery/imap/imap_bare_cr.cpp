// SPDX-License-Identifier: Apache-2.0 OR MIT
// CR alone is a part of a line.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_imap_bare_cr{{.target = lax_imap("imap_bare_cr"),
                               .bug = "CR alone is text",
                               .seen_in = "many clients",
                               .found_by = "reference",
                               .make = make_parser<Lifted<fuzz::ImapResponses, tolerate::bare_cr>>}};

}  // namespace
}  // namespace backtalk::gallery
