// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Mutations that know the grammar of a protocol: where a size is and what it counts, which octet
/// continues a reply, what a list is.
#pragma once

#include <string>
#include <string_view>

#include "engine/split_mix64.hpp"

namespace backtalk::fuzz {

/// Changes one thing in place. Returns false if the protocol is unknown or the input has nothing
/// that the mutation applies to.
bool mutate_by_grammar(std::string& input, std::string_view protocol, SplitMix64& random);

}  // namespace backtalk::fuzz
