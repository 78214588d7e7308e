// SPDX-License-Identifier: Apache-2.0 OR MIT
// What an HTTP server says: http::ResponseParser, in answer to several sequences of requests.
#include "backtalk/fuzz/references.hpp"
#include "targets/http_adapter.hpp"
#include "targets/http_writer.hpp"

BACKTALK_FUZZ_TARGET(HttpResponses, .name = "http_response", .protocol = "http",
                     .tolerances = backtalk::fuzz::kHttpTolerances, .small_limits = true,
                     .variants = backtalk::fuzz::kHttpVariants, .simd = true, .work_each = 8,
                     .work_once = 256, .reference = http_responses, .writer = write_http)
