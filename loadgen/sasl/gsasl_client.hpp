// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of PLAIN, LOGIN, CRAM-MD5 and SCRAM-SHA-256.
#pragma once

#include <memory>

#include "sasl/mechanism.hpp"
#include "sasl/salted_passwords.hpp"
#include "session/login.hpp"

namespace backtalk::sasl {

/// Null if the library does not have the mechanism, which is none of XOAUTH2 and APOP. `salted` is
/// what SCRAM computes once and keeps; its exchanges share it.
[[nodiscard]] std::shared_ptr<const session::SaslMechanism> gsasl_mechanism(
    Mechanism mechanism, std::shared_ptr<SaltedPasswords> salted = std::make_shared<SaltedPasswords>());

}  // namespace backtalk::sasl
