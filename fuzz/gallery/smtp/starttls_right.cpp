// SPDX-License-Identifier: Apache-2.0 OR MIT
// A client that asks for TLS, without a bug: no oracle may report it.
#include "tls_client.hpp"

namespace backtalk::gallery {
namespace {

const Shown show_starttls_right{{.target = tls_client_target("starttls_right"),
                                 .bug = "",
                                 .seen_in = "",
                                 .found_by = "",
                                 .make = make_parser<TlsClient>}};

}  // namespace
}  // namespace backtalk::gallery
