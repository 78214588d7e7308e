// SPDX-License-Identifier: Apache-2.0 OR MIT
// LF alone ends a line.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_pop3_bare_lf{{.target = lax_pop3("pop3_bare_lf"),
                               .bug = "LF alone ends a line",
                               .seen_in = "many clients",
                               .found_by = "reference",
                               .make = make_parser<Lifted<fuzz::Pop3Responses, tolerate::bare_lf>>}};

}  // namespace
}  // namespace backtalk::gallery
