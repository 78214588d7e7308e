// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A certificate for a server on this machine, made when it is needed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace backtalk::tls {

struct CertificateSettings {
  /// DNS names and numeric addresses that the certificate is for (RFC 6125, subjectAltName).
  std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
  /// Its first and last second, counted from now.
  std::int64_t begins_s = -3600;
  std::int64_t ends_s = std::int64_t{30} * 24 * 3600;
};

/// A new P-256 key and a certificate for it that it has signed itself: the certificate as PEM, for
/// a client that is to trust it, and both as PEM, for the server.
struct OwnCertificate {
  std::string certificate = {};
  std::string with_key = {};
};

/// Takes about a millisecond. Throws std::bad_alloc if there is no memory, and
/// std::invalid_argument if a name cannot be in a certificate.
[[nodiscard]] OwnCertificate make_certificate(const CertificateSettings& settings = {});

}  // namespace backtalk::tls
