// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Slips that would leave client and server waiting for each other.
#pragma once

#include <span>

#include "script/error.hpp"
#include "script/notation.hpp"
#include "script/protocol.hpp"
#include "script/turns.hpp"

namespace backtalk::talk {

/// A message without its dot, a chunk or a body with fewer octets than were told, where the script
/// expects the answer to it all the same. (The reader of turns finds literals of that kind.)
[[nodiscard]] script::Problem find_unfinished(script::Protocol protocol, const script::Section& section,
                                              std::span<const script::Turn> turns);

}  // namespace backtalk::talk
