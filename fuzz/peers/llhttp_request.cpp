// SPDX-License-Identifier: Apache-2.0 OR MIT
// llhttp reads requests.
#include "backtalk/fuzz/references.hpp"
#include "peers/http_differences.hpp"
#include "peers/llhttp.hpp"

using Peer = backtalk::fuzz::LlhttpPeer<HTTP_REQUEST>;

BACKTALK_FUZZ_TARGET(Peer, .name = "llhttp_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = llhttp_request_differences())
