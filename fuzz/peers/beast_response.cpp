// SPDX-License-Identifier: Apache-2.0 OR MIT
// Boost.Beast's basic_parser reads responses.
#include "backtalk/fuzz/references.hpp"
#include "peers/beast.hpp"
#include "peers/http_differences.hpp"

using Peer = backtalk::fuzz::BeastPeer<false>;

BACKTALK_FUZZ_TARGET(Peer, .name = "beast_response", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = beast_response_differences())
