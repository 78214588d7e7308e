// SPDX-License-Identifier: Apache-2.0 OR MIT
// The parser of libevhtp reads responses.
#include "backtalk/fuzz/references.hpp"
#include "peers/evhtp.hpp"
#include "peers/http_differences.hpp"

using Peer = backtalk::fuzz::EvhtpPeer<htp_type_response>;

BACKTALK_FUZZ_TARGET(Peer, .name = "evhtp_response", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = evhtp_response_differences(),
                     .split_differences = evhtp_differences_in_pieces())
