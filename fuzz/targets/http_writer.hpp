// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Writes HTTP messages from the report of a target, for the oracle `round-trip`.
#pragma once

#include <string>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// Writes what an HTTP target reported: each body according to its framing, a chunked one as a
/// single chunk. Returns false if the stream was refused or ended inside a message, because that
/// message is incomplete.
bool write_http(const Report& report, std::string& stream);

}  // namespace backtalk::fuzz
