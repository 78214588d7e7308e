// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a run or a server wants of TLS, and the transports that do it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "net/transport.hpp"

namespace backtalk::tls {

/// Protocol versions (RFC 5246, RFC 8446). Older ones are never offered.
enum class Version : std::uint8_t {
  any,      ///< 1.2 or 1.3, whichever both sides prefer
  tls_1_2,  ///< only 1.2
  tls_1_3   ///< only 1.3
};

/// The client's side of all connections to one target.
struct ClientSettings {
  /// The name that the server's certificate must have (RFC 6125), and that the handshake asks for
  /// (SNI, RFC 6066 3). A numeric address is compared with the addresses in the certificate, and
  /// is not sent.
  std::string server_name = {};
  bool verify = true;                 ///< the certificate's issuer, its dates and its name
  std::string authorities_file = {};  ///< PEM file of trusted issuers; empty: those of the system
  std::string certificate_file = {};  ///< PEM file of the client's certificate chain; empty: none
  std::string key_file = {};          ///< PEM file of its key; empty: it is in `certificate_file`
  Version version = Version::any;
  std::vector<std::string> protocols = {};  ///< ALPN (RFC 7301), best first; empty: not offered
  /// Which share of the handshakes resumes an earlier connection's session, from 0 to 1. The first
  /// handshake cannot.
  double resume = 0;
};

/// The server's side of all its connections.
struct ServerSettings {
  std::string certificate_file = {};  ///< PEM file of the certificate chain; empty: `certificate`
  std::string key_file = {};          ///< PEM file of its key; empty: it is in `certificate_file`
  std::string certificate = {};       ///< as PEM text, with the key; see `make_certificate`
  std::string authorities_file = {};  ///< clients need a certificate of these issuers; empty: none
  Version version = Version::any;
  std::vector<std::string> protocols = {};  ///< ALPN, best first; empty: the extension is ignored
  bool resumption = true;                   ///< hands out tickets, and takes them
};

/// A certificate, for people.
struct CertificateText {
  std::string subject;             ///< "CN = mail.example.org"
  std::string issuer;              ///< "O = Example, CN = Example CA"
  std::string begins;              ///< "Nov 30 06:29:24 2026 GMT"
  std::string ends;                ///< likewise
  std::vector<std::string> names;  ///< "DNS:mail.example.org", "IP Address:192.0.2.1"
};

/// What a handshake agreed on.
struct Negotiated {
  std::string version;                       ///< "TLSv1.3"
  std::string cipher;                        ///< "TLS_AES_256_GCM_SHA384"
  std::string protocol = {};                 ///< ALPN; empty: none
  std::optional<CertificateText> peer = {};  ///< the server's certificate
};

/// The client's side of a target.
struct ClientTransport {
  net::TransportPlan plan = {};
  /// What the first handshake that succeeded agreed on; nullopt if none has. Thread safe.
  std::function<std::optional<Negotiated>()> negotiated = {};
  bool verifies = false;  ///< the server's certificate
};

/// Makes transports that share what can be shared (certificates, sessions to resume), or says what
/// is wrong with the settings: a sentence that names the file. The files are read now.
///
/// The transports fail under the names of tls/failures.hpp. Thread safe. Each holds at most one
/// record, 17 KiB, besides what it must send; see `net::Transport`.
[[nodiscard]] std::variant<ClientTransport, std::string> client_transport(const ClientSettings& settings,
                                                                          net::TransportStart start);
[[nodiscard]] std::variant<net::TransportPlan, std::string> server_transport(const ServerSettings& settings,
                                                                             net::TransportStart start);

}  // namespace backtalk::tls
