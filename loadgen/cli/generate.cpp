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
  std::string (*write)(const CLI::App& app);
};

constexpr std::array kGenerators{Generator{"man", &manual_page},       Generator{"bash", &bash_completion},
                                 Generator{"zsh", &zsh_completion},    Generator{"fish", &fish_completion},
                                 Generator{"options", &option_tables}, Generator{"keys", &workload_keys}};

}  // namespace

int generate(const CLI::App& app, std::string_view what) {
  for (const Generator& one : kGenerators) {
    if (one.name != what) continue;
    const std::string text = one.write(app);
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return written ? 0 : kUsageError;
  }
  std::fprintf(stderr, "backtalk: --generate takes man, bash, zsh or fish, and options or keys\n");
  return kUsageError;
}

}  // namespace backtalk::cli
