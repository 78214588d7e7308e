// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace backtalk::text {
namespace {

constexpr std::size_t kWordMax = 64;  // longer ones are not typed by hand

// The optimal string alignment distance: insertions, deletions, replacements and swaps of
// neighbours. Three rows of its table suffice.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

// The dashes of an option are no letters that one could mistype.
std::string_view letters_of(std::string_view word) {
  return word.substr(std::min(word.find_first_not_of('-'), word.size()));
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known) {
  if (word.size() > kWordMax) return std::nullopt;
  constexpr std::size_t kMistakesMax = 2;
  const std::string_view letters = letters_of(word);
  if (letters.empty()) return std::nullopt;
  std::size_t least = std::min(letters.size() / 3, kMistakesMax) + 1;
  std::optional<std::string> found;
  for (const std::string& one : known) {
    const std::size_t mistakes = distance(letters, letters_of(one));
    if (mistakes >= least) continue;
    least = mistakes;
    found = one;
  }
  return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  const auto meant = nearest(word, known);
  return meant ? "; did you mean `" + *meant + "`?" : std::string();
}

}  // namespace backtalk::text
