// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "cli/completion.hpp"
#include "cli/option_view.hpp"
#include "cli/shell_text.hpp"

namespace backtalk::cli {
namespace {

std::string in_fish(std::string_view text) {
  return fmt::format("'{}'", with_backslashes(text, "'\\"));
}

// -x: the option takes a value that is not a file. -r: it takes one that may be a file.
std::string offer(const OptionView& option) {
  const std::string words = in_fish(fmt::format("{}", fmt::join(option.completions, " ")));
  switch (option.takes) {
    case Takes::nothing: return "";
    case Takes::word: return option.names.empty() ? " -a " + words : " -x -a " + words;
    case Takes::url: return option.names.empty() ? " -F -a " + words : " -r -F -a " + words;
    case Takes::file: return option.names.empty() ? " -F" : " -r -F";
    case Takes::folder: return " -x -a '(__fish_complete_directories)'";
    default: return " -x";
  }
}

std::string names_in_fish(const OptionView& option) {
  std::string text;
  for (const std::string& name : option.names)
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  return text;
}

}  // namespace

std::string fish_completion(std::span<const Verb> verbs) {
  const std::string names = verb_names(verbs);
  std::string script{kShellLicence};
  script += "complete -c backtalk -f\n";
  for (const std::string_view option : {"help", "version"})
    script +=
        fmt::format("complete -c backtalk -n 'not __fish_seen_subcommand_from {}' -l {}\n", names, option);
  for (const Verb& verb : verbs) {
    const std::string name = verb.app->get_name();
    script += fmt::format("complete -c backtalk -n 'not __fish_seen_subcommand_from {}' -a {} -d {}\n", names,
                          name, in_fish(verb.app->get_description()));
    for (const OptionView& option : options_of(verb)) {
      script += fmt::format("complete -c backtalk -n '__fish_seen_subcommand_from {}'{}{} -d {}\n", name,
                            names_in_fish(option), offer(option), in_fish(brief(option.help)));
    }
  }
  return script;
}

}  // namespace backtalk::cli
