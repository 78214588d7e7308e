// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/shares.hpp"

#include <algorithm>

#include "text/blanks.hpp"
#include "text/share.hpp"

namespace backtalk::fill {
namespace {

std::optional<NamedShare> read_one(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool has_share = colon != std::string_view::npos;
  const auto share = has_share ? text::read_share(text.substr(colon + 1)) : std::optional<double>(-1);
  const std::string_view name = text.substr(0, has_share ? colon : text.size());
  if (!share || name.empty()) return std::nullopt;
  return NamedShare{.name = std::string(name), .share = *share};
}

}  // namespace

std::optional<std::vector<NamedShare>> read_named_shares(std::string_view text) {
  std::vector<NamedShare> all;
  for (;;) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto one = read_one(text::without_blanks(text.substr(0, end)));
    if (!one || all.size() == kNamesMax) return std::nullopt;
    const bool twice =
        std::ranges::any_of(all, [&one](const NamedShare& other) { return other.name == one->name; });
    if (twice || (!all.empty() && (all.front().share < 0) != (one->share < 0))) return std::nullopt;
    all.push_back(*one);
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  if (all.front().share < 0) {
    for (NamedShare& one : all) one.share = 1 / static_cast<double>(all.size());
  }
  return all;
}

}  // namespace backtalk::fill
