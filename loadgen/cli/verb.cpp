// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/verb.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace backtalk::cli {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kNamesWidth = 30;  // of the column that has the options' names

// Breaks one line at spaces. The rest of an item of a list is indented further than its beginning.
std::string wrap_line(std::string_view line, std::size_t width) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::string indent = begin == 0 ? "" : std::string(begin + 2, ' ');
  std::string out;
  std::size_t column = 0;
  std::string_view rest = line;
  while (!rest.empty()) {
    // A word, with the spaces before it.
    const std::size_t word = std::min(rest.find_first_not_of(' '), rest.size());
    const std::size_t end = std::min(rest.find(' ', word), rest.size());
    if (column > indent.size() && column + end > width) {
      out.append("\n").append(indent);
      column = indent.size();
      rest.remove_prefix(word);
      continue;
    }
    out.append(rest.substr(0, end));
    column += end;
    rest.remove_prefix(end);
  }
  return out;
}

std::string wrap(std::string_view text, std::size_t width) {
  std::string out;
  while (true) {
    const std::size_t end = text.find('\n');
    out += wrap_line(text.substr(0, end), width);
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

class WrappedHelp : public CLI::Formatter {
 public:
  WrappedHelp() {
    column_width(kNamesWidth);
    label("SUBCOMMAND", "COMMAND");
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    return wrap(option->get_description(), kWidth - kNamesWidth);
  }
  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const override {
    constexpr std::string_view kHeading = "Subcommands:";
    std::string out = CLI::Formatter::make_subcommands(app, mode);
    if (const std::size_t at = out.find(kHeading); at != std::string::npos)
      out.replace(at, kHeading.size(), "Commands:");
    return out;
  }
  std::string make_footer(const CLI::App* app) const override {
    return wrap(app->get_footer(), kWidth) + "\n";
  }
};

}  // namespace

Verb add_verb(CLI::App& app, int& exit_code, const VerbParts& parts) {
  CLI::App* const verb = app.add_subcommand(parts.name, parts.help);
  auto given = std::make_shared<const SpecOptions>(
      *verb, std::vector<options::OptionGroup>(parts.groups.begin(), parts.groups.end()));
  verb->callback([given, run = parts.run, &exit_code] { exit_code = run(*given); });
  return {.app = verb, .options = given};
}

void set_footer(const Verb& verb) {
  std::string text = "Exit status: " + verb.exit_status;
  for (const std::string& note : verb.notes) text.append("\n").append(note);
  for (const Example& example : verb.examples) text.append("\nExample: ").append(example.command);
  verb.app->footer(text);
}

std::shared_ptr<CLI::Formatter> help_formatter() {
  return std::make_shared<WrappedHelp>();
}

}  // namespace backtalk::cli
