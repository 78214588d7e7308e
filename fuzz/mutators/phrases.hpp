// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whole lines of each protocol, for the mutator to put between others.
#pragma once

#include <span>
#include <string_view>

namespace backtalk::fuzz {

/// With their line ends; none for a protocol that is not known.
[[nodiscard]] std::span<const std::string_view> phrases_of(std::string_view protocol) noexcept;

}  // namespace backtalk::fuzz
