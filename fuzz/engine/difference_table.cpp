// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/difference_table.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace backtalk::fuzz {
namespace {

std::string_view wish() {
  static const char* const wish = std::getenv("BACKTALK_FUZZ_DIFFERENCES");
  return wish == nullptr ? std::string_view() : wish;
}

using Words = std::set<std::string, std::less<>>;

// The names on both sides of each row that inputs have shown so far.
std::map<const Difference*, Words>& rows_shown() {
  static std::map<const Difference*, Words> rows;
  return rows;
}

// Prints the names in a row that no input has shown, which reveals superfluous ones.
void print_unseen(std::string_view words, const Words& seen) {
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find('|'));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    if (word != "*" && !seen.contains(word)) {
      std::printf("    no input shows it by '%.*s'\n", static_cast<int>(word.size()), word.data());
    }
  }
}

// Formats the names for a cell of a Markdown table.
std::string listed(std::string_view words) {
  std::string text;
  for (const char octet : words) {
    if (octet == '|') text += ',';
    text += octet == '|' ? ' ' : octet;
  }
  return text;
}

bool told_before(const Disagreement& disagreement) {
  static std::set<std::pair<std::string, std::string>> told;
  return !told.emplace(disagreement.expected, disagreement.got).second;
}

std::string sentence_for(const Disagreement& disagreement, const Difference* row) {
  const std::string sentence = "where the reference says '" + std::string(disagreement.expected) +
                               "' the parser says '" + std::string(disagreement.got) + "'";
  if (row == nullptr) return sentence + ", which its table of differences does not have";
  return sentence + " (known, " + std::string(row->clause) + (row->smuggling ? ", smuggling" : "") +
         "): " + std::string(row->why);
}

bool is_wanted(std::string_view wanted, const Disagreement& disagreement) {
  const std::size_t between = wanted.find('>');
  return wanted.substr(0, between) == disagreement.expected && wanted.substr(between + 1) == disagreement.got;
}

}  // namespace

Consequence consequence_of(const Target& target, const Disagreement& disagreement, std::string& sentence) {
  const Difference* row = find_difference(target.differences, disagreement);
  if (row != nullptr) {
    rows_shown()[row].emplace(disagreement.expected);
    rows_shown()[row].emplace(disagreement.got);
  }
  Consequence consequence = Consequence::none;
  if (wish() == "survey") {
    if (row == nullptr && !told_before(disagreement)) consequence = Consequence::told;
  } else if (wish().find('>') != std::string_view::npos) {
    if (is_wanted(wish(), disagreement)) consequence = Consequence::stops;
  } else if (row == nullptr || wish() == "known") {
    consequence = Consequence::stops;
  }
  if (consequence != Consequence::none) sentence = sentence_for(disagreement, row);
  return consequence;
}

bool known_split_stops() {
  return wish() == "known";
}

bool every_row_was_shown(const Target& target) {
  bool every = true;
  if (wish() != "rows") return every;
  for (const Difference& row : target.differences) {
    const auto shown = rows_shown().find(&row);
    const bool is_shown = shown != rows_shown().end();
    every = every && (is_shown || row.withheld);
    const char* what = row.withheld ? (is_shown ? "withheld, and shown" : "withheld")
                                    : (is_shown ? "shown" : "no input shows the row");
    std::printf("%s: {\"%.*s\", \"%.*s\"}\n", what, static_cast<int>(row.expected.size()),
                row.expected.data(), static_cast<int>(row.got.size()), row.got.data());
    if (!is_shown) continue;
    print_unseen(row.expected, shown->second);
    print_unseen(row.got, shown->second);
  }
  return every;
}

void print_differences(const Target& target) {
  std::printf("| the reference | %.*s | smuggling | clause | why |\n|---|---|---|---|---|\n",
              static_cast<int>(target.name.size()), target.name.data());
  for (const Difference& row : target.differences) {
    std::printf("| %s | %s | %s | %.*s | %.*s |\n", listed(row.expected).c_str(), listed(row.got).c_str(),
                row.smuggling ? "yes" : "no", static_cast<int>(row.clause.size()), row.clause.data(),
                static_cast<int>(row.why.size()), row.why.data());
  }
}

}  // namespace backtalk::fuzz
