// SPDX-License-Identifier: Apache-2.0 OR MIT
/// APOP (RFC 1939 section 7): the MD5 digest of the greeting's timestamp and a shared secret.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "session/login.hpp"

namespace backtalk::sasl {

/// 32 lower-case hexadecimal digits. `timestamp` includes its angle brackets. nullopt if this
/// machine's OpenSSL has no MD5.
[[nodiscard]] std::optional<std::string> apop_digest(std::string_view timestamp, std::string_view secret);

/// APOP as a mechanism: the challenge is the timestamp, the response the digest. Nothing of it goes
/// out in base64.
[[nodiscard]] std::shared_ptr<const session::SaslMechanism> apop_mechanism();

}  // namespace backtalk::sasl
