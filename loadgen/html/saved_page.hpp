// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Pages of what was saved of several runs: comparisons, searches for a rate, sweeps, repeats, and
/// loads beside each other.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace backtalk::html {

/// The longest text that is read, in octets. A comparison has a result for each round of each side,
/// and reading takes about 26 octets of memory for each octet of a text made for that.
inline constexpr std::size_t kSavedOctetsMax = std::size_t{32} << 20;

/// The member `schema` of a saved result, such as "backtalk.compare/1"; empty: none, or no JSON.
[[nodiscard]] std::string schema_of(std::string_view text);

struct Page {
  std::string html;
};

/// The page of a text of one of the schemas `backtalk.compare/1`, `backtalk.find-rate/1`,
/// `backtalk.sweep/1`, `backtalk.repeat/1` and `backtalk.joint/1`, or a sentence about what
/// is wrong with it. The text is not trusted. `program` wrote the page.
[[nodiscard]] std::variant<Page, std::string> saved_page(std::string_view text, const std::string& program);

}  // namespace backtalk::html
