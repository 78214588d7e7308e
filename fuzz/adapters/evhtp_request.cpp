// The parser of libevhtp reads requests.
#include "adapters/evhtp.hpp"
#include "adapters/http_differences.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::EvhtpPeer<htp_type_request>;

namespace {

// The stream whole, and in pieces.
constexpr backtalk::fuzz::Difference kInPieces[] = {
    {"*", "*", true, "RFC 9112 2.2",
     "In a target or value the byte behind a piece is read, whatever it is (fixed in 2019)."},
};

}  // namespace

BACKTALK_FUZZ_TARGET(Peer, .name = "evhtp_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = evhtp_request_differences(),
                     .split_differences = kInPieces)
