// SPDX-License-Identifier: Apache-2.0 OR MIT
// http-parser reads requests.
#include "adapters/http_differences.hpp"
#include "adapters/http_parser.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::HttpParserPeer<HTTP_REQUEST>;

BACKTALK_FUZZ_TARGET(Peer, .name = "http_parser_request", .protocol = "http", .refuses_late = true,
                     .reference = http_request_framing, .differences = http_parser_request_differences())
