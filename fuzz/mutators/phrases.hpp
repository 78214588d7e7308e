// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whole lines of each protocol, for the mutator to insert.
#pragma once

#include <span>
#include <string_view>

namespace backtalk::fuzz {

/// The lines, with their line ends. Empty for an unknown protocol.
[[nodiscard]] std::span<const std::string_view> phrases_of(std::string_view protocol) noexcept;

}  // namespace backtalk::fuzz
