// SPDX-License-Identifier: Apache-2.0 OR MIT
// http-parser reads requests.
#include "backtalk/fuzz/references.hpp"
#include "peers/http_differences.hpp"
#include "peers/http_parser.hpp"

using Peer = backtalk::fuzz::HttpParserPeer<HTTP_REQUEST>;

BACKTALK_FUZZ_TARGET(Peer, .name = "http_parser_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = http_parser_request_differences())
