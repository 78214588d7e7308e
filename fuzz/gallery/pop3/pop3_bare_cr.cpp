// SPDX-License-Identifier: Apache-2.0 OR MIT
// CR alone is a part of a line.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_pop3_bare_cr{{.target = lax_pop3("pop3_bare_cr"),
                               .bug = "CR alone is text",
                               .seen_in = "many clients",
                               .found_by = "reference",
                               .make = make_parser<Lifted<fuzz::Pop3Responses, tolerate::bare_cr>>}};

}  // namespace
}  // namespace backtalk::gallery
