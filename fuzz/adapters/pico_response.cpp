// SPDX-License-Identifier: Apache-2.0 OR MIT
// picohttpparser reads responses.
#include "adapters/http_differences.hpp"
#include "adapters/pico.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::PicoPeer<false>;

BACKTALK_FUZZ_TARGET(Peer, .name = "pico_response", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = pico_response_differences())
