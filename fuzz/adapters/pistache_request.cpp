// Pistache reads a request.
#include "adapters/http_differences.hpp"
#include "adapters/pistache.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::PistachePeer<Pistache::Http::RequestParser>;

BACKTALK_FUZZ_TARGET(Peer, .name = "pistache_request", .protocol = "http", .refuses_late = true,
                     .reference = http_first_request_framing, .differences = pistache_request_differences())
