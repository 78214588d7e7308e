// SPDX-License-Identifier: Apache-2.0 OR MIT
// Accepts Content-Length twice with the same value.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_http_equal_lengths{
    {.target = lax_http_responses("http_equal_lengths"),
     .bug = "the same Content-Length twice",
     .seen_in = "RFC 9110 8.6; Beast",
     .found_by = "reference",
     .make = make_parser<Lifted<fuzz::HttpResponses, tolerate::equal_content_lengths>>}};

}  // namespace
}  // namespace backtalk::gallery
