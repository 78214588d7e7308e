// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Pages of what was saved of several runs: comparisons, searches for a rate, sweeps and repeats.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace backtalk::html {

/// The longest text that is read, in octets: a comparison has a result for each round of each side.
inline constexpr std::size_t kSavedOctetsMax = std::size_t{256} << 20;

/// The `schema` at the beginning of a saved result, such as "backtalk.compare/1"; empty: none.
[[nodiscard]] std::string_view schema_of(std::string_view text);

struct Page {
  std::string html;
};

/// The page of a text of one of the schemas `backtalk.compare/1`, `backtalk.find-rate/1`,
/// `backtalk.sweep/1` and `backtalk.repeat/1`, or a sentence about what is wrong with it. The text
/// is not trusted. `program` wrote the page.
[[nodiscard]] std::variant<Page, std::string> saved_page(std::string_view text, const std::string& program);

}  // namespace backtalk::html
