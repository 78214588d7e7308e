// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <memory>

#include "session/authenticator.hpp"

namespace backtalk::serve {

/// Lets everybody in, as a test wants it: PLAIN, LOGIN, CRAM-MD5 and APOP, with any password.
[[nodiscard]] std::unique_ptr<session::Authenticator> make_anyone();

}  // namespace backtalk::serve
