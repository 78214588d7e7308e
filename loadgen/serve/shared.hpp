// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What all services of a process share.
#pragma once

#include <memory>

#include "mailbox/store.hpp"
#include "serve/faults.hpp"
#include "session/authenticator.hpp"

namespace backtalk::serve {

struct Shared {
  const Faults& faults;
  /// The mailboxes; null if nothing served reads them, so that mail need not be kept.
  mailbox::Store* store = nullptr;
  /// Makes what proves who a client is; none: there is no AUTH.
  session::AuthenticatorFactory authenticators = nullptr;

  /// Of one connection; null if there is none.
  [[nodiscard]] std::unique_ptr<session::Authenticator> make_authenticator() const {
    return authenticators ? authenticators() : nullptr;
  }
};

}  // namespace backtalk::serve
