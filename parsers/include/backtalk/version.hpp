// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The version of the library (https://semver.org). Until 1.0 a new minor version may change the
/// interface.
#pragma once

#include <string_view>

// NOLINTBEGIN(modernize-macro-to-enum): for use in `#if`
#define BACKTALK_VERSION_MAJOR 0
#define BACKTALK_VERSION_MINOR 1
#define BACKTALK_VERSION_PATCH 0
// NOLINTEND(modernize-macro-to-enum)
#define BACKTALK_VERSION_STRING "0.1.0"

/// The version as one number, to compare in `#if`: 10203 for 1.2.3.
#define BACKTALK_VERSION_NUMBER \
  (BACKTALK_VERSION_MAJOR * 10000 + BACKTALK_VERSION_MINOR * 100 + BACKTALK_VERSION_PATCH)

namespace backtalk {

/// The version of these headers: "0.1.0".
[[nodiscard]] constexpr std::string_view version() noexcept {
  return BACKTALK_VERSION_STRING;
}

}  // namespace backtalk
