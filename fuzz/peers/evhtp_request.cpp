// SPDX-License-Identifier: Apache-2.0 OR MIT
// The parser of libevhtp reads requests.
#include "backtalk/fuzz/references.hpp"
#include "peers/evhtp.hpp"
#include "peers/http_differences.hpp"

using Peer = backtalk::fuzz::EvhtpPeer<htp_type_request>;

BACKTALK_FUZZ_TARGET(Peer, .name = "evhtp_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = evhtp_request_differences(),
                     .split_differences = evhtp_differences_in_pieces())
