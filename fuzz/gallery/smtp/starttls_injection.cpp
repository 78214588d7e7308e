// SPDX-License-Identifier: Apache-2.0 OR MIT
// Octets that arrive with the answer to STARTTLS are read as if they had arrived over TLS.
#include "tls_client.hpp"

namespace backtalk::gallery {
namespace {

class StartTlsInjection final : public TlsClient {
  void take_injected(char c, fuzz::Report& report) override { Replies::take_byte(c, report); }
};

const Shown show_starttls_injection{
    {.target = tls_client_target("starttls_injection"),
     .bug = "octets in the clear after STARTTLS are treated as an answer",
     .seen_in = "CVE-2020-15953 (libetpan), CVE-2021-22947 (curl), CVE-2021-38371 (Exim)",
     .found_by = "reference",
     .make = make_parser<StartTlsInjection>}};

}  // namespace
}  // namespace backtalk::gallery
