// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/language.hpp"

#include <algorithm>
#include <vector>

#include "text/nearest.hpp"

namespace backtalk::script {

std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::optional<unsigned> find_command(std::span<const std::string_view> names, std::string_view name) {
  const auto sent = names.subspan(1);
  const auto found = std::ranges::find(sent, capitals(name));
  if (found == sent.end()) return std::nullopt;
  return static_cast<unsigned>(found - sent.begin()) + 1;
}

Error unknown_command(std::span<const std::string_view> names, std::string_view protocol, const Line& line,
                      std::size_t at, std::string_view name) {
  const std::vector<std::string> known(names.begin() + 1, names.end());
  std::string sentence = "expected a command of " + std::string(protocol) + ", not " + quoted(name);
  if (const auto meant = text::nearest(capitals(name), known)) sentence += ": did you mean " + *meant + "?";
  return line.error(sentence, at);
}

}  // namespace backtalk::script
