// SPDX-License-Identifier: Apache-2.0 OR MIT
// Removes spaces between the name of a field and its colon.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_http_space_before_colon{
    {.target = lax_http_requests("http_space_before_colon"),
     .bug = "a space before the colon",
     .seen_in = "CVE-2019-16276 (Go net/http)",
     .found_by = "reference",
     .make = make_parser<Lifted<fuzz::HttpRequests, tolerate::space_before_colon>>}};

}  // namespace
}  // namespace backtalk::gallery
