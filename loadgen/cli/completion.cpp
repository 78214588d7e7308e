// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "cli/option_view.hpp"

namespace backtalk::cli {
namespace {

constexpr std::string_view kLicence = "# SPDX-License-Identifier: Apache-2.0 OR MIT\n";

// What fits beside a name: the help text up to its first line end or semicolon.
std::string brief(std::string_view help) {
  return std::string(help.substr(0, help.find_first_of("\n;")));
}

// With a backslash before each character of `special`.
std::string escape(std::string_view text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// In single quotes of a POSIX shell.
std::string quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string verb_names(std::span<const Verb> verbs) {
  std::string names;
  for (const Verb& verb : verbs) names.append(names.empty() ? "" : " ").append(verb.app->get_name());
  return names;
}

// What zsh offers for a value: files, words, or words to which no space is added because more must
// follow.
std::string zsh_action(const OptionView& option) {
  const std::vector<std::string>& words = option.completions;
  if (words.empty()) return "_files";
  const bool complete = std::ranges::none_of(words, [](const auto& word) { return word.ends_with('='); });
  return fmt::format(fmt::runtime(complete ? "({})" : " compadd -S \"\" -- {}"), fmt::join(words, " "));
}

// One row of zsh's _arguments: '(-c --connections)'{-c,--connections}'[help]:value:(words)'.
std::string zsh_row(const OptionView& option) {
  const std::string help = escape(brief(option.help), "[]\\:");
  if (!option.positional.empty()) {
    return quote(
        fmt::format("{}:{}:{}", option.repeatable ? "*" : "", option.positional, zsh_action(option)));
  }
  const std::string value = option.value.empty() ? "" : ":value:" + zsh_action(option);
  const std::string exclusive =
      option.repeatable ? "'*'" : quote(fmt::format("({})", fmt::join(option.names, " ")));
  const std::string names =
      option.names.size() == 1 ? option.names.front() : fmt::format("{{{}}}", fmt::join(option.names, ","));
  return exclusive + names + quote(fmt::format("[{}]{}", help, value));
}

}  // namespace

std::string bash_completion(std::span<const Verb> verbs) {
  std::string cases;
  for (const Verb& verb : verbs) {
    std::string names;
    std::string first;  // the words that may stand behind the verb
    for (const OptionView& option : options_of(verb)) {
      const std::string words = fmt::format("{}", fmt::join(option.completions, " "));
      if (option.names.empty() && first.empty()) first = words;
      for (const std::string& name : option.names) {
        names.append(names.empty() ? "" : " ").append(name);
        if (!words.empty())
          cases += fmt::format("    '{} {}') words={} ;;\n", verb.app->get_name(), name, quote(words));
      }
    }
    cases += fmt::format(
        "    '{} '*)\n      if [[ $word == -* ]]; then words={}; elif ((COMP_CWORD == 2)); then words={}; fi "
        ";;\n",
        verb.app->get_name(), quote(names), quote(first));
  }
  return fmt::format(
      "{}_backtalk() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} words=''\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    words='{} --help --version'\n"
      "  else\n"
      "    case \"${{COMP_WORDS[1]}} ${{COMP_WORDS[COMP_CWORD - 1]}}\" in\n"
      "{}"
      "    esac\n"
      "  fi\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
      "  if [[ ${{COMPREPLY[0]-}} == *= ]]; then compopt -o nospace 2> /dev/null; fi\n"
      "}}\n"
      "complete -o default -F _backtalk backtalk\n",
      kLicence, verb_names(verbs), cases);
}

std::string zsh_completion(std::span<const Verb> verbs) {
  std::string described;
  std::string cases;
  for (const Verb& verb : verbs) {
    described +=
        " " + quote(fmt::format("{}:{}", verb.app->get_name(), escape(verb.app->get_description(), ":\\")));
    cases += fmt::format("    {})\n      _arguments", verb.app->get_name());
    for (const OptionView& option : options_of(verb)) cases += " \\\n        " + zsh_row(option);
    cases += " ;;\n";
  }
  return fmt::format(
      "#compdef backtalk\n{}_backtalk() {{\n"
      "  local -a verbs=({} )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe verb verbs\n"
      "    return\n"
      "  fi\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $words[1] in\n{}  esac\n"
      "}}\n"
      "_backtalk \"$@\"\n",
      kLicence, described, cases);
}

std::string fish_completion(std::span<const Verb> verbs) {
  const std::string names = verb_names(verbs);
  std::string text{kLicence};
  for (const Verb& verb : verbs) {
    text += fmt::format("complete -c backtalk -f -n 'not __fish_seen_subcommand_from {}' -a {} -d '{}'\n",
                        names, verb.app->get_name(), escape(verb.app->get_description(), "'\\"));
    for (const OptionView& option : options_of(verb)) {
      std::string row =
          fmt::format("complete -c backtalk -n '__fish_seen_subcommand_from {}'", verb.app->get_name());
      for (const std::string& name : option.names) {
        row += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.completions.empty()) {
        row += fmt::format(" -x -a '{}'", fmt::join(option.completions, " "));
      } else if (option.names.empty()) {
        continue;
      } else if (!option.value.empty()) {
        row += " -r";
      }
      text += fmt::format("{} -d '{}'\n", row, escape(brief(option.help), "'\\"));
    }
  }
  return text;
}

}  // namespace backtalk::cli
