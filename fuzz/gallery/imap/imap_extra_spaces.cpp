// SPDX-License-Identifier: Apache-2.0 OR MIT
// Two spaces are one.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_imap_extra_spaces{
    {.target = lax_imap("imap_extra_spaces"),
     .bug = "two spaces are one",
     .seen_in = "many clients",
     .found_by = "reference",
     .make = make_parser<Lifted<fuzz::ImapResponses, tolerate::extra_spaces>>}};

}  // namespace
}  // namespace backtalk::gallery
