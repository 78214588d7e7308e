// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/remedy.hpp"

#include <algorithm>
#include <array>

namespace backtalk::text {
namespace {

constexpr std::array kRemedies{
    Remedy{"tls-issuer",
           "the certificate's issuer is not trusted: --cafile names the issuers to trust, and "
           "--insecure verifies nothing"},
    Remedy{"tls-name", "the certificate is for another name: put that name in the URL or in --sni"},
    Remedy{"auth-missing",
           "the server does not offer the login of --auth: try another, and --starttls if the connection "
           "is in clear text"},
    Remedy{"starttls-missing",
           "the server does not offer STARTTLS: is there a port on which TLS begins at once, "
           "as with smtps, pop3s and imaps?"},
    Remedy{"tls-bad-record",
           "the server does not speak TLS there: for a port that begins in clear text, leave out the s of "
           "the scheme; smtp, lmtp, pop3 and imap can then begin TLS by --starttls"},
    Remedy{"tls-expired",
           "the certificate has expired, or is not valid yet: renew it, or verify nothing with --insecure"},
    Remedy{"tls-client-certificate", "the server asks for a client certificate: --cert and --key name one"},
    Remedy{"xclient-missing",
           "the server does not offer XCLIENT to this client: Postfix does if "
           "smtpd_authorized_xclient_hosts has its address"},
    Remedy{"connect-no-ports-left",
           "this machine has no local port left: try again in a minute, or connect from several addresses "
           "(`load --source`), or widen the range of ports (sysctl net.ipv4.ip_local_port_range)"},
    Remedy{"connect-no-such-socket",
           "there is no socket at this path: is the server running, and is the path right?"}};

constexpr std::array kOthers{
    Remedy{"connect-refused", "connection refused: is the server running, and is the port right?"},
    Remedy{"connect-timeout",
           "nothing answers there: is the address right, and does a firewall drop what is sent?"},
    Remedy{"connect-unreachable", "this machine has no way to that address"},
    Remedy{"connect-not-permitted", "this user must not connect there"},
    Remedy{"connect-queue-full", "the server's queue of connections is full"},
    Remedy{"connect-too-many-files", "too many files are open: raise the limit (ulimit -n)"},
    Remedy{"connect-reset", "the server closed the connection while it was being opened"},
    Remedy{"connect-failed", "the connection could not be opened"},
    Remedy{"tls-certificate", "the server's certificate is missing or invalid: --insecure verifies nothing"},
    Remedy{"tls-version", "the two sides have no version of TLS in common: see --tls-version"},
    Remedy{"tls-cipher", "the two sides have no cipher in common"},
    Remedy{"tls-alert", "the server ended the connection with an alert"},
    Remedy{"tls-truncated", "the connection ended without TLS saying so: it may have been cut off"},
    Remedy{"reset", "the server closed the connection in mid-handshake"}};

}  // namespace

std::span<const Remedy> remedies() {
  return kRemedies;
}

std::string_view remedy_for(std::string_view failure) {
  for (const std::span<const Remedy> table :
       {std::span<const Remedy>(kRemedies), std::span<const Remedy>(kOthers)}) {
    const auto found = std::ranges::find(table, failure, &Remedy::name);
    if (found != table.end()) return found->sentence;
  }
  return {};
}

}  // namespace backtalk::text
