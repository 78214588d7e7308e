// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How one input is read: plain bytes are the stream, and everything else is derived from them.
///
/// Cuts and switches come from a hash of the stream, so that a seed is simply a transcript. A last
/// line that begins with "#! " overrides them and is no part of the stream; fuzz/README.md
/// describes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

struct Plan {
  std::string_view stream;
  Settings settings;
  std::uint64_t seed = 0;
  std::optional<bool> thorough;   ///< whether all is asked of it; where the trailer does not say it is seen
  bool sampled = false;           ///< one input in sixteen, by its bytes alone
  std::vector<std::size_t> cuts;  ///< ascending offsets within the stream, none at its ends
};

/// The plan for an input; `plan` is overwritten, so that its buffers are used again.
void make_plan(std::string_view input, const Target& target, Plan& plan);

}  // namespace backtalk::fuzz
