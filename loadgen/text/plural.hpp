// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Plurals for sentences.
#pragma once

#include <string>
#include <string_view>

namespace backtalk::text {

/// The regular plural of an English noun: "messages", "passes".
[[nodiscard]] std::string plural(std::string_view noun);

}  // namespace backtalk::text
