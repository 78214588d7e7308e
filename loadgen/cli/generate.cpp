// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/generate.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "cli/completion.hpp"
#include "cli/manual_page.hpp"
#include "cli/option_table.hpp"
#include "cli/shell_text.hpp"
#include "cli/usage_error.hpp"
#include "text/whole_number.hpp"

namespace backtalk::cli {
namespace {

// The day of what is generated, in UTC, by https://reproducible-builds.org/specs/source-date-epoch; empty if it is not set.
std::string source_date() {
  const char* const text = std::getenv("SOURCE_DATE_EPOCH");
  const auto seconds = text::read_whole_number(text == nullptr ? "" : text);
  constexpr std::uint64_t kYear9999 = 253'402'300'799;
  if (!seconds || *seconds > kYear9999) return {};
  const std::chrono::sys_seconds instant{std::chrono::seconds(*seconds)};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(instant)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string main_page(const CLI::App& app, std::span<const Verb> verbs) {
  return manual_page(app, verbs, source_date());
}

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

constexpr std::array kGenerators{Generator{"man", &main_page},
                                 Generator{"bash", &of_verbs<bash_completion>},
                                 Generator{"zsh", &of_verbs<zsh_completion>},
                                 Generator{"fish", &of_verbs<fish_completion>},
                                 Generator{"load-options", &tables_of<0>},
                                 Generator{"serve-options", &tables_of<1>},
                                 Generator{"talk-options", &tables_of<2>},
                                 Generator{"compare-options", &tables_of_compare},
                                 Generator{"merge-options", &tables_of<6>},
                                 Generator{"calibrate-options", &tables_of<7>},
                                 Generator{"fill-options", &tables_of<8>},
                                 Generator{"report-options", &tables_of<9>},
                                 Generator{"differ-options", &tables_of<10>},
                                 Generator{"keys", &keys}};

int print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? 0 : kUsageError;
}

}  // namespace

int generate(const CLI::App& app, std::span<const Verb> verbs, std::string_view what) {
  if (what == "verbs") return print(verb_names(verbs) + "\n");
  for (const Generator& one : kGenerators) {
    if (one.name == what) return print(one.write(app, verbs));
  }
  for (const Verb& verb : verbs) {
    if (what == "man-" + verb.app->get_name()) return print(manual_page(verb, verbs, source_date()));
  }
  std::fprintf(
      stderr,
      "backtalk: --generate takes man, man-VERB, bash, zsh or fish, and verbs, load-options, serve-options, "
      "talk-options, compare-options, merge-options, calibrate-options, fill-options, "
      "report-options, differ-options or keys\n");
  return kUsageError;
}

}  // namespace backtalk::cli
