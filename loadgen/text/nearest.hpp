// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What somebody may have meant by a mistyped word.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace backtalk::text {

/// Returns the first of `known` that is closest to `word`. Letters that are wrong, missing, extra
/// or swapped with the next may be two at most, and a third of the word: beyond that it would be a
/// guess.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known);

/// "; did you mean `smtps`?"; empty if no word is that close.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> known);

}  // namespace backtalk::text
