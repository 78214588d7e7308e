// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Mutations that know what the lines of one protocol mean: where a size stands and what it counts,
/// which octet says that a reply goes on, what a list is.
#pragma once

#include <string>
#include <string_view>

#include "engine/split_mix64.hpp"

namespace backtalk::fuzz {

/// Changes one thing in place. False where the protocol is not known or the input has nothing of
/// the kind.
bool mutate_by_grammar(std::string& input, std::string_view protocol, SplitMix64& random);

}  // namespace backtalk::fuzz
