// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How one input is read.
///
/// The input is the stream. Cuts and settings are derived from a hash of it, so that a seed is
/// simply a transcript. A last line that begins with "#! " overrides them and is not part of the
/// stream; fuzz/README.md describes it.
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
  std::optional<bool> thorough;   ///< what the trailer requests, if anything
  bool sampled = false;           ///< true for one input in 16; depends on the stream only
  std::vector<std::size_t> cuts;  ///< ascending offsets within the stream, none at its ends
};

/// Makes the plan for an input. Overwrites `plan` and reuses its buffers.
void make_plan(std::string_view input, const Target& target, Plan& plan);

}  // namespace backtalk::fuzz
