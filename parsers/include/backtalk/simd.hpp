// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The SIMD target with which the parsers scan.
///
/// The library contains a build of its scanning kernels for each target, and picks the best one
/// that the processor supports when the first parser is constructed. All give the same events,
/// errors and offsets; `scalar` is the reference. The environment variable BACKTALK_SIMD forces one
/// by name, for tests and comparisons:
///
///     BACKTALK_SIMD=scalar backtalk parse smtp replies.txt
#pragma once

#include <span>
#include <string_view>

namespace backtalk::simd {

/// The targets that this build contains and this processor supports, best last; the first is always
/// "scalar".
[[nodiscard]] std::span<const std::string_view> targets() noexcept;

/// The target that new parsers use.
[[nodiscard]] std::string_view active() noexcept;

/// Makes new parsers use this target; existing ones keep theirs. Returns false, and changes
/// nothing, if `targets()` does not list it. Safe to call from any thread.
bool use(std::string_view target) noexcept;

}  // namespace backtalk::simd
