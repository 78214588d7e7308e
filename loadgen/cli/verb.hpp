// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A verb of the program, as --help, the manual page and the completions describe it.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/spec_options.hpp"

namespace backtalk::cli {

struct Example {
  std::string_view command;  ///< "backtalk load smtp://127.0.0.1:2525"
  std::string_view meaning;
};

/// A name that the manual page explains: a file, or a variable of the environment.
struct Fact {
  std::string_view name;
  std::string_view meaning;
};

struct Verb {
  CLI::App* app;  ///< the program's App owns it
  std::shared_ptr<const SpecOptions> options;
  std::string exit_status = {};
  /// Paragraphs. A line that begins with spaces is an item of a list.
  std::vector<std::string> notes = {};
  std::vector<Example> examples = {};
  std::vector<Fact> files = {};
  std::vector<Fact> environment = {};
  /// Those of its URLs: "smtp". Empty: all that can be loaded.
  std::vector<std::string_view> schemes = {};
  /// Has --help show only what applies to the words beside it; a sentence if they make no sense.
  /// Null: it always shows all.
  options::Problem (*narrow_help)(const SpecOptions& options) = nullptr;
  /// A sentence about an unknown option that another verb, or another place, has. Null: there is
  /// none.
  options::Problem (*why_refused)(std::string_view option) = nullptr;
};

/// What a verb needs to be one.
struct VerbParts {
  std::string name;
  std::string help;
  std::span<const options::OptionGroup> groups;
  int (*run)(const SpecOptions& given);  ///< returns the exit code
};

/// Adds the verb to the command line, with its options: it runs while the command line is parsed.
/// What --help says below the options is left to the caller.
[[nodiscard]] Verb add_verb(CLI::App& app, int& exit_code, const VerbParts& parts);

/// Has --help print the verb's exit status, notes and examples below its options.
void set_footer(const Verb& verb);

/// How --help is laid out: no line is longer than 100 columns, unless a word is.
[[nodiscard]] std::shared_ptr<CLI::Formatter> help_formatter();

}  // namespace backtalk::cli
