// SPDX-License-Identifier: Apache-2.0 OR MIT
// LF alone ends a line of a head or of a chunk.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_http_bare_lf{{.target = lax_http_requests("http_bare_lf"),
                               .bug = "LF alone ends a line",
                               .seen_in = "picohttpparser, http-parser, nginx; llhttp 877",
                               .found_by = "reference",
                               .make = make_parser<Lifted<fuzz::HttpRequests, tolerate::bare_lf>>}};

}  // namespace
}  // namespace backtalk::gallery
