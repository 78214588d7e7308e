// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/generate.hpp"

#include <array>
#include <cstdio>
#include <string>

#include "cli/completion.hpp"
#include "cli/manual_page.hpp"
#include "cli/option_table.hpp"
#include "cli/usage_error.hpp"

namespace backtalk::cli {
namespace {

struct Generator {
  std::string_view name;
  std::string (*write)(const CLI::App& app, std::span<const Verb> verbs);
};

template <std::string (*kWrite)(std::span<const Verb> verbs)>
std::string of_verbs(const CLI::App&, std::span<const Verb> verbs) {
  return kWrite(verbs);
}

template <std::size_t kIndex>
std::string tables_of(const CLI::App&, std::span<const Verb> verbs) {
  return option_tables(verbs[kIndex]);
}

// Those that `load` does not have.
std::string tables_of_compare(const CLI::App&, std::span<const Verb> verbs) {
  return option_tables(verbs[5], "Comparison") + "\n" + option_tables(verbs[5], "Each side");
}

std::string keys(const CLI::App&, std::span<const Verb>) {
  return workload_keys();
}

constexpr std::array kGenerators{Generator{"man", &manual_page},
                                 Generator{"bash", &of_verbs<bash_completion>},
                                 Generator{"zsh", &of_verbs<zsh_completion>},
                                 Generator{"fish", &of_verbs<fish_completion>},
                                 Generator{"load-options", &tables_of<0>},
                                 Generator{"serve-options", &tables_of<1>},
                                 Generator{"talk-options", &tables_of<2>},
                                 Generator{"compare-options", &tables_of_compare},
                                 Generator{"calibrate-options", &tables_of<6>},
                                 Generator{"fill-options", &tables_of<7>},
                                 Generator{"keys", &keys}};

}  // namespace

int generate(const CLI::App& app, std::span<const Verb> verbs, std::string_view what) {
  for (const Generator& one : kGenerators) {
    if (one.name != what) continue;
    const std::string text = one.write(app, verbs);
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return written ? 0 : kUsageError;
  }
  std::fprintf(stderr,
               "backtalk: --generate takes man, bash, zsh or fish, and load-options, serve-options, "
               "talk-options, compare-options, calibrate-options, fill-options or keys\n");
  return kUsageError;
}

}  // namespace backtalk::cli
