// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "backtalk/simd.hpp"
#include "cli/generate.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"

namespace {

// A name in BACKTALK_SIMD that this machine cannot honour must not pass silently: what is measured or tested
// would be another target than the one asked for.
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

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "A toolkit for CRLF text protocols: load and serve SMTP and LMTP, parse SMTP, POP3, IMAP and HTTP.",
      "backtalk"};
  app.set_version_flag("--version", "backtalk " BACKTALK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "`backtalk SUBCOMMAND --help` lists its options. Exit status: 0 success, 1 a check failed, 2 usage "
      "or environment.");

  int exit_code = 0;
  backtalk::cli::add_load_verb(app, exit_code);
  backtalk::cli::add_serve_verb(app, exit_code);
  backtalk::cli::add_parse_verb(app, exit_code);

  // For the build, not for users: so --help does not list it.
  if (argc == 3 && std::string_view(argv[1]) == "--generate") return backtalk::cli::generate(app, argv[2]);
  if (!forced_target_exists()) return backtalk::cli::kUsageError;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    if (stop.get_exit_code() != 0 && app.get_subcommands().empty()) {
      std::fprintf(stderr,
                   "backtalk: name a verb: load, serve or parse; `backtalk VERB --help` lists its options\n");
      return backtalk::cli::kUsageError;
    }
    return app.exit(stop) == 0 ? 0 : backtalk::cli::kUsageError;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "backtalk: not enough memory for what was asked\n");
    return backtalk::cli::kUsageError;
  }
  return exit_code;
}
