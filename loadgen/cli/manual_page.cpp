// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/manual_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cli/option_view.hpp"
#include "cli/roff.hpp"

namespace backtalk::cli {
namespace {

// "backtalk-load"
std::string page_name(const Verb& verb) {
  return "backtalk-" + verb.app->get_name();
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// The description as the line of NAME has it: one line, which begins with a small letter.
std::string name_line(const std::string& name, std::string text) {
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z')
    text.front() = static_cast<char>(text.front() - 'A' + 'a');
  return fmt::format(".SH NAME\n{} \\- {}\n", roff_line(name), roff_line(text));
}

std::string head(const std::string& name, std::string_view date) {
  return fmt::format(
      ".\\\" SPDX-License-Identifier: Apache-2.0 OR MIT\n"
      ".\\\" Written by the program from its options.\n"
      ".TH {} 1 \"{}\" \"backtalk {}\" \"User Commands\"\n",
      upper(roff_line(name)), date, BACKTALK_VERSION);
}

// The tag of a paragraph: names in bold, the value in italics.
std::string tag(const OptionView& option) {
  if (!option.positional.empty()) return fmt::format("\\fI{}\\fR", roff_line(option.positional));
  std::string text;
  for (const std::string& name : option.names)
    text += fmt::format("{}\\fB{}\\fR", text.empty() ? "" : ", ", roff_line(name));
  if (!option.value.empty()) text += fmt::format(" \\fI{}\\fR", roff_line(option.value));
  return text;
}

void add_option(std::string& page, const OptionView& option) {
  page += fmt::format(".TP\n{}\n{}", tag(option), roff_paragraph(option.help));
  if (!option.preset.empty()) page += fmt::format("(default: {})\n", roff_line(option.preset));
}

std::string synopsis(const Verb& verb) {
  std::string text =
      fmt::format(".SH SYNOPSIS\n.B backtalk {}\n[\\fIOPTION\\fR...]", roff_line(verb.app->get_name()));
  for (const OptionView& option : options_of(verb)) {
    if (option.positional.empty()) continue;
    const std::string name =
        fmt::format("\\fI{}\\fR{}", roff_line(option.positional), option.repeatable ? "..." : "");
    text += option.required ? fmt::format(" {}", name) : fmt::format(" [{}]", name);
  }
  return text + "\n";
}

bool has_list(const std::string& note) {
  return note.find('\n') != std::string::npos;
}

// Behind a heading there is no need for the space of a paragraph.
std::string_view gap(const std::string& page) {
  const std::size_t line = page.rfind('\n', page.size() - 2) + 1;
  return page.compare(line, 4, ".SH ") == 0 ? "" : ".PP\n";
}

void add_notes(std::string& page, const Verb& verb, bool lists) {
  for (const std::string& note : verb.notes) {
    if (has_list(note) == lists) page += fmt::format("{}{}", gap(page), roff_paragraph(note));
  }
}

// A section of names and what they mean, if there are any.
void add_section(std::string& page, std::string_view title, std::span<const Fact> facts) {
  if (facts.empty()) return;
  page += fmt::format(".SH {}\n", title);
  for (const Fact& fact : facts)
    page += fmt::format(".TP\n\\fB{}\\fR\n{}", roff_line(fact.name), roff_paragraph(fact.meaning));
}

void add_examples(std::string& page, std::span<const Example> examples) {
  for (const Example& example : examples) {
    page += fmt::format("{}{}.PP\n.RS 4\n.nf\n{}\n.fi\n.RE\n", gap(page), roff_paragraph(example.meaning),
                        roff_line(example.command));
  }
}

// "0 all went well; 1 it did not." as a list; it ends with a full stop.
void add_statuses(std::string& page, const std::string& statuses) {
  page += ".SH EXIT STATUS\n";
  for (std::string_view rest = statuses; !rest.empty();) {
    // A meaning may have semicolons of its own: only a number begins the next status.
    std::size_t end = rest.find("; ");
    while (end != std::string_view::npos && (rest[end + 2] < '0' || rest[end + 2] > '9'))
      end = rest.find("; ", end + 2);
    std::string_view one = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
    if (one.ends_with('.')) one.remove_suffix(1);
    const std::size_t space = one.find(' ');
    page += fmt::format(".TP\n\\fB{}\\fR\n{}", roff_line(one.substr(0, space)),
                        roff_paragraph(one.substr(space + 1)));
  }
}

void add_see_also(std::string& page, std::span<const Verb> verbs, const Verb* but) {
  page += ".SH SEE ALSO\n";
  std::string names = but == nullptr ? "" : ".BR backtalk (1)";
  for (const Verb& verb : verbs) {
    if (but != nullptr && verb.app == but->app) continue;
    if (!names.empty()) names += ",\n";
    names += fmt::format(".BR {} (1)", roff_line(page_name(verb)));
  }
  page += names + "\n";
}

}  // namespace

std::string manual_page(const CLI::App& app, std::span<const Verb> verbs, std::string_view date) {
  std::string page =
      head("backtalk", date) +
      name_line("backtalk", "load, compare, fill, serve, talk to and parse CRLF text protocols") +
      ".SH SYNOPSIS\n.B backtalk\n\\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"
      ".br\n.B backtalk help\n\\fICOMMAND\\fR\n.SH DESCRIPTION\n" +
      roff_paragraph(app.get_description()) + ".SH COMMANDS\n";
  std::vector<Example> examples;
  for (const Verb& verb : verbs) {
    page += fmt::format(".TP\n.BR {} (1)\n{}", roff_line(page_name(verb)),
                        roff_paragraph(verb.app->get_description()));
    if (!verb.examples.empty()) examples.push_back(verb.examples.front());
  }
  page += ".SH OPTIONS\n";
  for (const CLI::Option* const option : app.get_options()) {
    std::string names;
    for (const std::string& name : option->get_snames())
      names += fmt::format("\\fB{}\\fR, ", roff_line("-" + name));
    for (const std::string& name : option->get_lnames())
      names += fmt::format("\\fB{}\\fR, ", roff_line("--" + name));
    page += fmt::format(".TP\n{}\n{}", names.substr(0, names.size() - 2),
                        roff_paragraph(option->get_description()));
  }
  add_statuses(page, "0 success; 1 a check failed; 2 usage or environment.");
  constexpr std::array kEnvironment{
      Fact{"BACKTALK_SIMD", "The SIMD target that parsers scan with, in place of the best of this machine."}};
  add_section(page, "ENVIRONMENT", kEnvironment);
  page += ".SH EXAMPLES\n";
  add_examples(page, examples);
  add_see_also(page, verbs, nullptr);
  return page;
}

std::string manual_page(const Verb& verb, std::span<const Verb> verbs, std::string_view date) {
  std::string page = head(page_name(verb), date) + name_line(page_name(verb), verb.app->get_description()) +
                     synopsis(verb) + ".SH DESCRIPTION\n" + roff_paragraph(verb.app->get_description() + ".");
  add_notes(page, verb, false);
  std::string group;
  for (const OptionView& option : options_of(verb)) {
    if (option.positional.empty() && option.group != group) {
      page += group.empty() ? ".SH OPTIONS\n" : "";
      group = option.group;
      if (group != "Options") page += fmt::format(".SS {}\n", roff_line(group));
    }
    add_option(page, option);
  }
  if (std::ranges::any_of(verb.notes, has_list)) {
    page += ".SH NOTES\n";
    add_notes(page, verb, true);
  }
  add_statuses(page, verb.exit_status);
  add_section(page, "ENVIRONMENT", verb.environment);
  add_section(page, "FILES", verb.files);
  page += ".SH EXAMPLES\n";
  add_examples(page, verb.examples);
  add_see_also(page, verbs, &verb);
  return page;
}

}  // namespace backtalk::cli
