// Pistache reads a response.
#include "adapters/http_differences.hpp"
#include "adapters/pistache.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::PistachePeer<Pistache::Http::ResponseParser>;

BACKTALK_FUZZ_TARGET(Peer, .name = "pistache_response", .protocol = "http", .refuses_late = true,
                     .reference = http_first_response_framing, .differences = pistache_response_differences())
