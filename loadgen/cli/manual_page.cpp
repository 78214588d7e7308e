// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/manual_page.hpp"

#include <fmt/format.h>

#include <string_view>

#include "cli/option_view.hpp"

namespace backtalk::cli {
namespace {

// Text as roff shows it unchanged: `\` and `-` mean themselves, and no line begins with a control
// character. A line end becomes a break.
std::string escape(std::string_view text) {
  std::string roff;
  bool at_begin = true;
  for (const char c : text) {
    if (at_begin && (c == '.' || c == '\'')) roff += "\\&";
    at_begin = c == '\n';
    if (c == '\\') {
      roff += "\\e";
    } else if (c == '-') {
      roff += "\\-";
    } else if (c == '\n') {
      roff += "\n.br\n";
    } else {
      roff += c;
    }
  }
  return roff;
}

// The tag of a paragraph: names in bold, the value in italics.
std::string tag(const OptionView& option) {
  if (!option.positional.empty()) return fmt::format("\\fI{}\\fR", escape(option.positional));
  std::string text;
  for (const std::string& name : option.names)
    text += fmt::format("{}\\fB{}\\fR", text.empty() ? "" : ", ", escape(name));
  if (!option.value.empty()) text += fmt::format(" \\fI{}\\fR", escape(option.value));
  return text;
}

void add_option(std::string& page, const OptionView& option) {
  page += fmt::format(".TP\n{}\n{}\n", tag(option), escape(option.help));
  if (!option.preset.empty()) page += fmt::format("(default: {})\n", escape(option.preset));
}

void add_verb(std::string& page, const Verb& verb) {
  page += fmt::format(".SH BACKTALK {}\n{}.\n", escape(verb.app->get_name()),
                      escape(verb.app->get_description()));
  std::string group;
  for (const OptionView& option : options_of(verb)) {
    if (option.group != group && option.positional.empty()) {
      group = option.group;
      page += fmt::format(".SS {}\n", escape(group));
    }
    add_option(page, option);
  }
  for (const std::string& note : verb.notes) page += fmt::format(".PP\n{}\n", escape(note));
}

void add_exit_status(std::string& page, std::span<const Verb> verbs) {
  page += ".SH EXIT STATUS\n";
  for (const Verb& verb : verbs)
    page +=
        fmt::format(".TP\n\\fBbacktalk {}\\fR\n{}\n", escape(verb.app->get_name()), escape(verb.exit_status));
}

void add_examples(std::string& page, std::span<const Verb> verbs) {
  page += ".SH EXAMPLES\n";
  for (const Verb& verb : verbs) {
    for (const Example& example : verb.examples)
      page += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escape(example.command), escape(example.meaning));
  }
}

}  // namespace

std::string manual_page(const CLI::App& app, std::span<const Verb> verbs) {
  std::string page = fmt::format(
      ".\\\" SPDX-License-Identifier: Apache-2.0 OR MIT\n.TH BACKTALK 1 \"\" \"backtalk {}\" \"User "
      "Commands\"\n"
      ".SH NAME\nbacktalk \\- load, serve, talk to and parse CRLF text protocols\n.SH SYNOPSIS\n",
      BACKTALK_VERSION);
  for (const Verb& verb : verbs) {
    page += fmt::format(".B backtalk {}\n[\\fIOPTION\\fR...]", escape(verb.app->get_name()));
    for (const OptionView& option : options_of(verb)) {
      if (option.positional.empty()) continue;
      const std::string name =
          fmt::format("\\fI{}\\fR{}", escape(option.positional), option.repeatable ? "..." : "");
      page += option.required ? fmt::format(" {}", name) : fmt::format(" [{}]", name);
    }
    page += "\n.br\n";
  }
  page +=
      fmt::format(".SH DESCRIPTION\n{}\n.PP\n{}\n", escape(app.get_description()), escape(app.get_footer()));
  for (const Verb& verb : verbs) add_verb(page, verb);
  add_exit_status(page, verbs);
  add_examples(page, verbs);
  return page;
}

}  // namespace backtalk::cli
