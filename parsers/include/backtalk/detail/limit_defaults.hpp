// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Default limits: the usual ones, or tiny ones with which ordinary tests reach the overflow paths.
///
/// A build with BACKTALK_TINY_LIMITS=ON puts a copy of this file that says `true` before it on the
/// include path. No macro decides, so a program cannot see other defaults than its library.
#pragma once

#include <cstddef>
#include <type_traits>

namespace backtalk::detail {

inline constexpr bool kTinyLimits = false;

/// The default of a limit.
template <class Number = std::size_t>
constexpr Number default_limit(std::type_identity_t<Number> usual,
                               std::type_identity_t<Number> tiny) noexcept {
  return kTinyLimits ? tiny : usual;
}

}  // namespace backtalk::detail
