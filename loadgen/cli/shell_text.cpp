// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/shell_text.hpp"

namespace backtalk::cli {

std::string_view brief(std::string_view help) {
  return help.substr(0, help.find_first_of("\n;"));
}

std::string with_backslashes(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string verb_names(std::span<const Verb> verbs) {
  std::string names;
  for (const Verb& verb : verbs) names.append(names.empty() ? "" : " ").append(verb.app->get_name());
  return names;
}

}  // namespace backtalk::cli
