// SPDX-License-Identifier: Apache-2.0 OR MIT
// picohttpparser reads requests.
#include "backtalk/fuzz/references.hpp"
#include "peers/http_differences.hpp"
#include "peers/pico.hpp"

using Peer = backtalk::fuzz::PicoPeer<true>;

BACKTALK_FUZZ_TARGET(Peer, .name = "pico_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = pico_request_differences())
