// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of XOAUTH2, as Google and Microsoft document it:
///
///     initial response = "user=" user %x01 "auth=Bearer " token %x01 %x01
///
/// A server that refuses says why in a challenge, JSON, which the client has to answer with an
/// empty response before the refusal itself comes.
#pragma once

#include <memory>

#include "session/login.hpp"

namespace backtalk::sasl {

[[nodiscard]] std::shared_ptr<const session::SaslMechanism> xoauth2_mechanism();

}  // namespace backtalk::sasl
