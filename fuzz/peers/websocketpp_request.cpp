// SPDX-License-Identifier: Apache-2.0 OR MIT
// WebSocket++'s parser reads requests.
#include "backtalk/fuzz/references.hpp"
#include "peers/http_differences.hpp"
#include "peers/websocketpp.hpp"

using Peer = backtalk::fuzz::WebsocketppPeer;

namespace {

// What the parser makes of a whole stream, and of the same stream in pieces.
constexpr backtalk::fuzz::Difference kInPieces[] = {
    {"message", "Maximum header size exceeded.", false, "RFC 9112 2.2",
     "The limit of a head counts packets as well as bytes.", true},
};

}  // namespace

BACKTALK_FUZZ_TARGET(Peer, .name = "websocketpp_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = websocketpp_request_differences(),
                     .split_differences = kInPieces)
