// SPDX-License-Identifier: Apache-2.0 OR MIT
// llhttp reads responses.
#include "backtalk/fuzz/references.hpp"
#include "peers/http_differences.hpp"
#include "peers/llhttp.hpp"

using Peer = backtalk::fuzz::LlhttpPeer<HTTP_RESPONSE>;

BACKTALK_FUZZ_TARGET(Peer, .name = "llhttp_response", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = llhttp_response_differences())
