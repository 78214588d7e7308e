// SPDX-License-Identifier: Apache-2.0 OR MIT
// What an HTTP client says: http::RequestParser.
#include "backtalk/fuzz/references.hpp"
#include "targets/http_adapter.hpp"
#include "targets/http_writer.hpp"

BACKTALK_FUZZ_TARGET(HttpRequests, .name = "http_request", .protocol = "http",
                     .tolerances = backtalk::fuzz::kHttpTolerances, .small_limits = true, .simd = true,
                     .work_each = 8, .work_once = 256, .reference = http_requests, .writer = write_http)
