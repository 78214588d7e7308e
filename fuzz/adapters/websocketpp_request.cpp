// WebSocket++'s parser reads requests.
#include "adapters/http_differences.hpp"
#include "adapters/websocketpp.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::WebsocketppPeer;

BACKTALK_FUZZ_TARGET(Peer, .name = "websocketpp_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = websocketpp_request_differences())
