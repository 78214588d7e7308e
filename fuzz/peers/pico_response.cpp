// SPDX-License-Identifier: Apache-2.0 OR MIT
// picohttpparser reads responses.
#include "backtalk/fuzz/references.hpp"
#include "peers/http_differences.hpp"
#include "peers/pico.hpp"

using Peer = backtalk::fuzz::PicoPeer<false>;

BACKTALK_FUZZ_TARGET(Peer, .name = "pico_response", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = pico_response_differences())
