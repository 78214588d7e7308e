// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/simd.hpp"
#include "cli/generate.hpp"
#include "cli/rank_load.hpp"
#include "cli/refused_line.hpp"
#include "cli/standard_streams.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "text/nearest.hpp"

namespace {

using backtalk::cli::Verb;

// A target in BACKTALK_SIMD that this machine does not have must not be ignored silently: another
// one would be measured or tested than the one that was requested.
bool forced_target_exists() {
  const char* forced = std::getenv("BACKTALK_SIMD");
  if (forced == nullptr || *forced == 0 || backtalk::simd::active() == forced) return true;
  std::string names;
  for (const auto name : backtalk::simd::targets()) names.append(" ").append(name);
  std::fprintf(stderr,
               "backtalk: BACKTALK_SIMD=%s: this machine has no such target; unset it or use one of:%s\n",
               forced, names.c_str());
  return false;
}

std::vector<std::string> names_of(std::span<const Verb> verbs) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs) names.push_back(verb.app->get_name());
  return names;
}

int refuse_verb(std::span<const Verb> verbs, std::string_view given) {
  std::string problem =
      "name a command: load, compare, differ, merge, calibrate, fill, report, serve, talk, parse or seeds; "
      "`backtalk COMMAND --help` lists its options";
  if (!given.empty() && !given.starts_with('-')) {
    // Other programs have them as commands.
    const auto meant = given == "help"      ? std::optional<std::string>("--help")
                       : given == "version" ? std::optional<std::string>("--version")
                                            : backtalk::text::nearest(given, names_of(verbs));
    problem =
        "unknown command `" + std::string(given) + "`" +
        (meant
             ? backtalk::cli::ask_whether(*meant)
             : "; the commands are load, compare, differ, merge, calibrate, fill, report, serve, talk, parse "
               "and seeds");
  }
  std::fprintf(stderr, "backtalk: %s\n", problem.c_str());
  return backtalk::cli::kUsageError;
}

// Has a verb's --help show what was asked for; an exit code if it cannot.
std::optional<int> narrow_help(std::span<const Verb> verbs) {
  for (const Verb& verb : verbs) {
    if (!verb.app->parsed() || verb.narrow_help == nullptr) continue;
    if (const auto problem = verb.narrow_help(*verb.options))
      return backtalk::cli::refuse(verb.app->get_name().c_str(), *problem);
  }
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  if (!backtalk::cli::occupy_closed_streams()) return backtalk::cli::kUsageError;
  backtalk::cli::hush_other_ranks(argc, argv);
  CLI::App app{
      "A toolkit for CRLF text protocols: load, compare, fill, serve, talk to and parse SMTP, LMTP, POP3, "
      "IMAP and "
      "HTTP/1.x.",
      "backtalk"};
  app.formatter(backtalk::cli::help_formatter());
  app.set_version_flag("--version", "backtalk " BACKTALK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "`backtalk COMMAND --help` lists its options. Exit status: 0 success, 1 a check failed, 2 usage "
      "or environment.");

  const backtalk::cli::SideWords sides = backtalk::cli::take_sides(argc, argv);
  int exit_code = 0;
  const std::array verbs{backtalk::cli::add_load_verb(app, exit_code, sides),
                         backtalk::cli::add_serve_verb(app, exit_code),
                         backtalk::cli::add_talk_verb(app, exit_code),
                         backtalk::cli::add_parse_verb(app, exit_code),
                         backtalk::cli::add_seeds_verb(app, exit_code),
                         backtalk::cli::add_compare_verb(app, exit_code, sides),
                         backtalk::cli::add_merge_verb(app, exit_code),
                         backtalk::cli::add_calibrate_verb(app, exit_code),
                         backtalk::cli::add_fill_verb(app, exit_code),
                         backtalk::cli::add_report_verb(app, exit_code),
                         backtalk::cli::add_differ_verb(app, exit_code)};
  for (const Verb& verb : verbs) backtalk::cli::set_footer(verb);

  // For the build, not for users: so --help does not list it.
  if (argc == 3 && std::string_view(argv[1]) == "--generate")
    return backtalk::cli::generate(app, verbs, argv[2]);
  if (!forced_target_exists()) return backtalk::cli::kUsageError;
  std::vector<const char*> words(argv, argv + argc);
  // `help talk` is `talk --help`, as git and cargo have it.
  if (argc == 3 && std::string_view(words[1]) == "help") {
    words[1] = words[2];
    words[2] = "--help";
    const auto names = names_of(verbs);
    if (std::ranges::find(names, words[1]) == names.end()) return refuse_verb(verbs, words[1]);
  }
  try {
    app.parse(argc, words.data());
  } catch (const CLI::ParseError& stop) {
    if (stop.get_exit_code() == 0) {
      if (const auto problem = narrow_help(verbs)) return *problem;
      return app.exit(stop);
    }
    if (app.get_subcommands().empty()) return refuse_verb(verbs, argc > 1 ? words[1] : "");
    for (const Verb& verb : verbs) {
      if (!verb.app->parsed()) continue;
      return backtalk::cli::refuse(verb.app->get_name().c_str(),
                                   backtalk::cli::find_line_mistake(verb, stop));
    }
    return app.exit(stop) == 0 ? 0 : backtalk::cli::kUsageError;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "backtalk: not enough memory for what was asked\n");
    return backtalk::cli::kUsageError;
  }
  return exit_code;
}
