// SPDX-License-Identifier: Apache-2.0 OR MIT
// http-parser reads responses.
#include "adapters/http_differences.hpp"
#include "adapters/http_parser.hpp"
#include "backtalk/fuzz/references.hpp"

using Peer = backtalk::fuzz::HttpParserPeer<HTTP_RESPONSE>;

BACKTALK_FUZZ_TARGET(Peer, .name = "http_parser_response", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = http_parser_response_differences())
