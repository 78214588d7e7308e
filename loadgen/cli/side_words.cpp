// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/side_words.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/refused_line.hpp"

namespace backtalk::cli {

SideWords take_sides(int& argc, char** argv) {
  SideWords sides;
  const std::string_view verb = argc < 2 ? "" : argv[1];
  if (verb != "compare" && verb != "load") return sides;
  const int all = argc;
  for (int i = 2; i < all; ++i) {
    if (std::string_view(argv[i]) == "--") {
      if (sides.empty()) argc = i;
      sides.emplace_back();
    } else if (!sides.empty()) {
      sides.back().emplace_back(argv[i]);
    }
  }
  return sides;
}

std::string stands_before_sides(std::string_view url, std::string_view what) {
  return fmt::format("`{}` stands before the first `--`: each {} is written after one, with a name", url,
                     what);
}

bool have_name_and_url(const std::vector<std::string>& words) {
  return words.size() >= 2 && !words[0].starts_with('-') && !words[1].starts_with('-');
}

options::Problem read_side_options(const std::vector<std::string>& words, const SideLine& line,
                                   const std::function<options::Problem(const SpecOptions& own)>& settle) {
  CLI::App app("", line.verb);
  const auto own = std::make_shared<const SpecOptions>(app, line.groups);
  // CLI11 takes the words from the end.
  std::vector<std::string> rest(words.rbegin(), words.rend() - 2);
  options::Problem problem;
  try {
    app.parse(rest);
    problem = settle(*own);
  } catch (const CLI::ParseError& stop) {
    problem = find_line_mistake({.app = &app,
                                 .options = own,
                                 .exit_status = {},
                                 .notes = {},
                                 .examples = {},
                                 .why_refused = line.why_refused},
                                stop);
  }
  if (problem) return fmt::format("{}: {}", words[0], *problem);
  return std::nullopt;
}

}  // namespace backtalk::cli
