// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Faults of TLS: the certificate, how the stream ends, what comes in clear text behind the
/// acceptance of STARTTLS.
#pragma once

#include <cstdint>

namespace backtalk::serve {

/// What is wrong with the certificate that a server makes.
enum class BadCertificate : std::uint8_t {
  none,
  expired,
  not_yet,     ///< it is valid from tomorrow on
  wrong_name,  ///< it is another host's
  untrusted    ///< it is not the one of --save-cert
};

/// How connections under TLS end.
enum class TlsEnd : std::uint8_t {
  close_notify,  ///< as they should (RFC 8446 6.1)
  truncated,     ///< without close_notify
  in_record      ///< in the middle of a record
};

struct TlsFaults {
  BadCertificate certificate = BadCertificate::none;
  TlsEnd end = TlsEnd::close_notify;
  std::uint64_t inject_every = 0;  ///< every n-th acceptance of STARTTLS or STLS; 0: none
};

}  // namespace backtalk::serve
