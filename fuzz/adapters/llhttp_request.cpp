// SPDX-License-Identifier: Apache-2.0 OR MIT
// llhttp reads requests.
#include "adapters/http_differences.hpp"
#include "adapters/llhttp.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::LlhttpPeer<HTTP_REQUEST>;

BACKTALK_FUZZ_TARGET(Peer, .name = "llhttp_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = llhttp_request_differences())
