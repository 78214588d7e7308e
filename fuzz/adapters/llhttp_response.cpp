// SPDX-License-Identifier: Apache-2.0 OR MIT
// llhttp reads responses.
#include "adapters/http_differences.hpp"
#include "adapters/llhttp.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::LlhttpPeer<HTTP_RESPONSE>;

BACKTALK_FUZZ_TARGET(Peer, .name = "llhttp_response", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = llhttp_response_differences())
