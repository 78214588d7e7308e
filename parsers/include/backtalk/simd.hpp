// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which SIMD target the parsers scan with.
///
/// The library holds one build of its scanning kernels for each target and picks the best that this processor
/// has when the first parser is made. All of them give the same events, errors and offsets; `scalar` is the
/// reference. The environment variable BACKTALK_SIMD forces one by name, which tests and comparisons use:
///
///     BACKTALK_SIMD=scalar backtalk parse smtp replies.txt
#pragma once

#include <span>
#include <string_view>

namespace backtalk::simd {

/// The targets that this build has and this processor can run, best last; the first is always "scalar".
[[nodiscard]] std::span<const std::string_view> targets() noexcept;

/// The target that parsers made from now on will use.
[[nodiscard]] std::string_view active() noexcept;

/// Makes parsers created from now on use that target; the ones that exist keep theirs. False, and no change,
/// where `targets()` does not list it. Safe to call from any thread.
bool use(std::string_view target) noexcept;

}  // namespace backtalk::simd
