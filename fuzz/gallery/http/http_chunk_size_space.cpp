// SPDX-License-Identifier: Apache-2.0 OR MIT
// Ignores spaces after a chunk size.
#include "../lifted.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_http_chunk_size_space{
    {.target = lax_http_responses("http_chunk_size_space"),
     .bug = "a space after a chunk size",
     .seen_in = "RFC 9112 7.1; many servers",
     .found_by = "reference",
     .make = make_parser<Lifted<fuzz::HttpResponses, tolerate::chunk_size_space>>}};

}  // namespace
}  // namespace backtalk::gallery
