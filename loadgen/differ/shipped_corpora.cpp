// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/shipped_corpora.hpp"

#include <algorithm>
#include <array>

namespace backtalk::differ {
namespace {

struct Shipped {
  std::string_view name;
  std::string_view text;
};

constexpr std::array kTexts = std::to_array<Shipped>({
#include "shipped_corpora.inc"
});

}  // namespace

std::vector<std::string> shipped_corpora() {
  std::vector<std::string> names;
  names.reserve(kTexts.size());
  for (const Shipped& one : kTexts) names.emplace_back(one.name);
  return names;
}

std::optional<std::string_view> find_corpus(std::string_view name) {
  const auto found = std::ranges::find(kTexts, name, &Shipped::name);
  if (found == kTexts.end()) return std::nullopt;
  return found->text;
}

}  // namespace backtalk::differ
