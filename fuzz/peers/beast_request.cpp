// SPDX-License-Identifier: Apache-2.0 OR MIT
// Boost.Beast's basic_parser reads requests.
#include "backtalk/fuzz/references.hpp"
#include "peers/beast.hpp"
#include "peers/http_differences.hpp"

using Peer = backtalk::fuzz::BeastPeer<true>;

BACKTALK_FUZZ_TARGET(Peer, .name = "beast_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = beast_request_differences())
