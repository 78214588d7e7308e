// SPDX-License-Identifier: Apache-2.0 OR MIT
// The names of an enumeration, as its header has them: what has a word for each of its values is
// tested for each of them, also for those that are added later.
#pragma once

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk {

// Each with hyphens for its underscores, since the words of protocols have none, in order.
inline std::vector<std::string> enumerators(std::string_view header, std::string_view name) {
  std::ifstream file(std::string(BACKTALK_HEADERS "/backtalk/").append(header));
  const std::string begin = std::string("enum class ").append(name) + " ";
  std::vector<std::string> found;
  std::string line;
  while (std::getline(file, line) && !line.starts_with(begin)) continue;
  while (std::getline(file, line) && !line.starts_with("}")) {
    std::string word = line.substr(std::min(line.size(), line.find_first_not_of(' ')));
    word.resize(std::min(word.size(), word.find_first_of(", ")));
    if (word.empty() || word.starts_with("/")) continue;
    std::ranges::replace(word, '_', '-');
    found.push_back(word);
  }
  return found;
}

}  // namespace backtalk
