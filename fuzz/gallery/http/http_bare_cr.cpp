// SPDX-License-Identifier: Apache-2.0 OR MIT
// CR alone is a part of a field value.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_http_bare_cr{{.target = lax_http_requests("http_bare_cr"),
                               .bug = "CR alone is text",
                               .seen_in = "llhttp 174",
                               .found_by = "reference",
                               .make = make_parser<Lifted<fuzz::HttpRequests, tolerate::bare_cr>>}};

}  // namespace
}  // namespace backtalk::gallery
