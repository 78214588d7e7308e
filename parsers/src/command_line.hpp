// SPDX-License-Identifier: Apache-2.0 OR MIT
// Command lines of SMTP and POP3: a keyword and arguments.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "ascii.hpp"

namespace backtalk {

struct CommandLine {
  std::string_view keyword;
  std::string_view arguments;  // what follows the keyword and one space
};

constexpr CommandLine split_command(std::string_view line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  return {line.substr(0, space), line.substr(std::min(space + 1, line.size()))};
}

template <class Verb>
struct VerbName {
  std::string_view lowered;
  Verb verb;
};

// The verb with this name, ignoring case. The most frequent names come first.
template <class Verb, std::size_t count>
constexpr Verb find_verb(const std::array<VerbName<Verb>, count>& names, std::string_view keyword) {
  for (const VerbName<Verb>& known : names) {
    if (ascii::equals_lowered(keyword, known.lowered)) return known.verb;
  }
  return Verb::unknown;
}

}  // namespace backtalk
