// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/refused_line.hpp"

#include <optional>
#include <vector>

#include "cli/option_view.hpp"
#include "cli/value_mistake.hpp"
#include "text/nearest.hpp"

namespace backtalk::cli {
namespace {

// The first unknown option of the command line, if there is one.
std::optional<std::string> unknown_option(const CLI::App& verb) {
  for (const std::string& word : verb.remaining()) {
    if (word.size() > 1 && word.starts_with('-')) return word.substr(0, word.find('='));
  }
  return std::nullopt;
}

std::string where_listed(const Verb& verb) {
  return "; `backtalk " + verb.app->get_name() + " --help` lists the options";
}

}  // namespace

std::string find_line_mistake(const Verb& verb, const CLI::ParseError& stop,
                              std::optional<std::string_view> stray) {
  if (const auto given = unknown_option(*verb.app)) {
    if (auto why = verb.why_refused != nullptr ? verb.why_refused(*given) : std::nullopt)
      return *std::move(why);
    std::vector<std::string> names;
    for (const OptionView& option : options_of(verb))
      names.insert(names.end(), option.names.begin(), option.names.end());
    // Any two names of one letter are similar.
    const auto meant = given->starts_with("--") ? text::nearest(*given, names) : std::nullopt;
    return "unknown option `" + *given + "`" + (meant ? ask_whether(*meant) : where_listed(verb));
  }
  std::string problem = stop.what();
  if (auto mistake = find_value_mistake(verb, stop)) {
    problem = *std::move(mistake);
  } else if (const auto more = verb.app->remaining(); !more.empty()) {
    problem = "unexpected argument `" + more.front() + "`";
  } else if (stray) {
    problem = "unexpected argument `" + std::string(*stray) + "`";
  }
  return problem + where_listed(verb);
}

std::string ask_whether(const std::string& meant) {
  return "; did you mean `" + meant + "`?";
}

}  // namespace backtalk::cli
