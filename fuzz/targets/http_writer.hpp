// SPDX-License-Identifier: Apache-2.0 OR MIT
/// HTTP messages written out again from what was read, for the oracle `round-trip`.
#pragma once

#include <string>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// Writes what an HTTP target reported: each body as its framing says, a chunked one as a single
/// chunk. False where the stream was refused or ended inside a message: there is no whole message
/// to write.
bool write_http(const Report& report, std::string& stream);

}  // namespace backtalk::fuzz
