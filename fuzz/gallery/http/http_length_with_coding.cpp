// SPDX-License-Identifier: Apache-2.0 OR MIT
// Ignores Content-Length if there is a Transfer-Encoding.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_http_length_with_coding{
    {.target = lax_http_requests("http_length_with_coding"),
     .bug = "Content-Length beside Transfer-Encoding",
     .seen_in = "RFC 9112 6.3; request smuggling",
     .found_by = "reference",
     .make = make_parser<Lifted<fuzz::HttpRequests, tolerate::length_with_coding>>}};

}  // namespace
}  // namespace backtalk::gallery
