// SPDX-License-Identifier: Apache-2.0 OR MIT
// http-parser reads responses.
#include "backtalk/fuzz/references.hpp"
#include "peers/http_differences.hpp"
#include "peers/http_parser.hpp"

using Peer = backtalk::fuzz::HttpParserPeer<HTTP_RESPONSE>;

BACKTALK_FUZZ_TARGET(Peer, .name = "http_parser_response", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = http_parser_response_differences())
