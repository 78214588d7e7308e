// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "cli/completion.hpp"
#include "cli/option_view.hpp"
#include "cli/shell_text.hpp"

namespace backtalk::cli {
namespace {

// Bash splits a line at : and = as well as at blanks, which would split URLs and values, so the
// function splits it again at blanks only. `before` is the word before the one at the cursor, or
// the name in --name=value.
constexpr std::string_view kBeginning = R"(_backtalk() {
  local line=${COMP_LINE:0:COMP_POINT} word before verb words='' kept='' mark head
  local -a given
  read -ra given <<<"$line"
  if [[ $line == *[[:blank:]] ]]; then given+=(''); fi
  local at=$((${#given[@]} - 1))
  if ((at < 1)); then return; fi
  word=${given[at]} before=${given[at - 1]} verb=${given[1]}
  if [[ $word == --*=* ]]; then before=${word%%=*} word=${word#*=}; fi
  if ((at == 1)); then
)";

// bash replaces what stands behind the last : or = of the word.
constexpr std::string_view kEnd = R"(    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  if [[ ${COMPREPLY[0]-} == *[=/] ]]; then compopt -o nospace; fi
  for mark in : =; do
    head=${word%"${word##*"$mark"}"}
    if [[ $COMP_WORDBREAKS == *"$mark"* ]] && ((${#head} > ${#kept})); then kept=$head; fi
  done
  COMPREPLY=("${COMPREPLY[@]#"$kept"}")
}
complete -F _backtalk backtalk
)";

// What follows a word: words, or what bash completes by itself if there are none.
std::string offer(const OptionView& option) {
  const std::string words =
      option.completions.empty()
          ? ""
          : fmt::format("words={}", single_quoted(fmt::format("{}", fmt::join(option.completions, " "))));
  switch (option.takes) {
    case Takes::url: return words + "; compopt -o default";
    case Takes::file: return "compopt -o default";
    case Takes::folder: return "compopt -o dirnames";
    default: return words.empty() ? ":" : words;
  }
}

void add_verb(std::string& script, const Verb& verb) {
  const std::string name = verb.app->get_name();
  std::string names;
  std::vector<OptionView> arguments;
  for (const OptionView& option : options_of(verb)) {
    if (option.names.empty()) arguments.push_back(option);
    for (const std::string& one : option.names) {
      names.append(names.empty() ? "" : " ").append(one);
      if (option.takes != Takes::nothing)
        script += fmt::format("      '{} {}') {} ;;\n", name, one, offer(option));
    }
  }
  // Arguments are told apart by their place, as if there were no options before them.
  script += fmt::format("      '{} '*)\n        if [[ $word == -* ]]; then\n          words={}\n", name,
                        single_quoted(names));
  if (arguments.size() > 1)
    script += fmt::format("        elif ((at == 2)); then\n          {}\n", offer(arguments.front()));
  if (!arguments.empty()) script += fmt::format("        else\n          {}\n", offer(arguments.back()));
  script += "        fi\n        ;;\n";
}

}  // namespace

std::string bash_completion(std::span<const Verb> verbs) {
  const std::string names = verb_names(verbs);
  std::string script{kShellLicence};
  script += kBeginning;
  script +=
      fmt::format("    words='{} help --help --version'\n  else\n    case \"$verb $before\" in\n", names);
  script += fmt::format("      'help help') words='{}' ;;\n", names);
  for (const Verb& verb : verbs) add_verb(script, verb);
  script += kEnd;
  return script;
}

}  // namespace backtalk::cli
