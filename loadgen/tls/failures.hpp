// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The names under which failures of TLS are counted.
#pragma once

#include <string_view>

namespace backtalk::tls {

/// The peer's certificate is for another name or address (RFC 6125 6).
inline constexpr std::string_view kWrongName = "tls-name";
/// The peer's certificate is expired, or not valid yet.
inline constexpr std::string_view kExpired = "tls-expired";
/// No trusted issuer has signed the peer's certificate.
inline constexpr std::string_view kUnknownIssuer = "tls-issuer";
/// The peer's certificate is missing, or invalid for another reason.
inline constexpr std::string_view kCertificate = "tls-certificate";
/// The server does not accept the client's certificate, or wants one.
inline constexpr std::string_view kClientCertificate = "tls-client-certificate";
/// The two sides have no version of TLS in common.
inline constexpr std::string_view kVersion = "tls-version";
/// The two sides have no cipher or parameters in common.
inline constexpr std::string_view kCipher = "tls-cipher";
/// The peer has ended the connection with an alert (RFC 8446 6.2) that is none of the above.
inline constexpr std::string_view kAlert = "tls-alert";
/// What arrived is not TLS, or has been changed on its way.
inline constexpr std::string_view kBadRecord = "tls-bad-record";
/// The stream ended without close_notify (RFC 8446 6.1): an attacker may have truncated it.
inline constexpr std::string_view kTruncated = "tls-truncated";
/// The peer causes more output than it reads.
inline constexpr std::string_view kFlood = "tls-flood";
/// There is no memory for the connection.
inline constexpr std::string_view kNoMemory = "out-of-memory";

/// The name for the oldest error in OpenSSL's queue of this thread, given the result of the
/// verification of the peer (`SSL_get_verify_result`). Empties the queue.
[[nodiscard]] std::string_view name_of_error(long verification);

}  // namespace backtalk::tls
