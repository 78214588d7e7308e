// The parser of libevhtp reads responses.
#include "adapters/evhtp.hpp"
#include "adapters/http_differences.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::EvhtpPeer<htp_type_response>;

namespace {

// The stream whole, and in pieces.
constexpr backtalk::fuzz::Difference kInPieces[] = {
    {"*", "*", true, "RFC 9112 2.2",
     "In a target or value the byte behind a piece is read, whatever it is (fixed in 2019)."},
};

}  // namespace

BACKTALK_FUZZ_TARGET(Peer, .name = "evhtp_response", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = evhtp_response_differences(),
                     .split_differences = kInPieces)
