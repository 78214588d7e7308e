// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "cli/completion.hpp"
#include "cli/option_view.hpp"
#include "cli/shell_text.hpp"

namespace backtalk::cli {
namespace {

constexpr std::string_view kUrls = R"(_backtalk_urls() {
  compadd -S '' "$@"
  _files
}
)";

// What zsh offers for a value. No space is added to words that end with `=`: more must follow.
std::string action(const OptionView& option) {
  const std::string words = fmt::format("{}", fmt::join(option.completions, " "));
  switch (option.takes) {
    case Takes::word: {
      const bool complete =
          std::ranges::none_of(option.completions, [](const auto& word) { return word.ends_with('='); });
      return complete ? fmt::format("({})", words) : fmt::format(" compadd -S \"\" -- {}", words);
    }
    case Takes::url: return "_backtalk_urls " + words;
    case Takes::file: return "_files";
    case Takes::folder: return "_files -/";
    default: return " ";
  }
}

// One row of zsh's _arguments: '(-c --connections)'{-c,--connections}'[help]:value:(words)'.
std::string row(const OptionView& option) {
  constexpr std::string_view kSpecial = "[]\\:";
  if (!option.positional.empty())
    return single_quoted(
        fmt::format("{}:{}:{}", option.repeatable ? "*" : "", option.positional, action(option)));
  const std::string value =
      option.takes == Takes::nothing
          ? ""
          : fmt::format(":{}:{}",
                        with_backslashes(option.takes == Takes::word ? "value" : option.value, kSpecial),
                        with_backslashes(action(option), "\\:"));  // a bare `:` would end it
  const std::string exclusive =
      option.repeatable ? "'*'" : single_quoted(fmt::format("({})", fmt::join(option.names, " ")));
  const std::string names =
      option.names.size() == 1 ? option.names.front() : fmt::format("{{{}}}", fmt::join(option.names, ","));
  return exclusive + names +
         single_quoted(fmt::format("[{}]{}", with_backslashes(brief(option.help), kSpecial), value));
}

}  // namespace

std::string zsh_completion(std::span<const Verb> verbs) {
  std::string described;
  std::string cases;
  for (const Verb& verb : verbs) {
    described += "    " +
                 single_quoted(fmt::format("{}:{}", verb.app->get_name(),
                                           with_backslashes(verb.app->get_description(), ":\\"))) +
                 "\n";
    cases += fmt::format("    {})\n      _arguments", verb.app->get_name());
    for (const OptionView& option : options_of(verb)) cases += " \\\n        " + row(option);
    cases += "\n      ;;\n";
  }
  return fmt::format(
      "#compdef backtalk\n{}{}_backtalk() {{\n"
      "  local -a verbs=(\n{}  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe verb verbs\n"
      "    return\n"
      "  fi\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $words[1] in\n{}  esac\n"
      "}}\n"
      "_backtalk \"$@\"\n",
      kShellLicence, kUrls, described, cases);
}

}  // namespace backtalk::cli
