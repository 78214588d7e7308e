// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/compare_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "cli/asked_comparison.hpp"
#include "result/json.hpp"
#include "workload/input_file.hpp"

namespace backtalk::cli {
namespace {

struct NamedFiles {
  std::string name;
  std::vector<std::string> files;
};

bool is_file(const std::string& word) {
  std::error_code failure;
  return word.find("://") == std::string::npos &&
         (word.ends_with(".json") || std::filesystem::is_regular_file(word, failure));
}

std::vector<NamedFiles> sides_of(const std::vector<std::string>& urls, const SideWords& words) {
  std::vector<NamedFiles> out;
  for (const std::string& url : urls)
    out.push_back({.name = std::string(1, static_cast<char>('A' + out.size())), .files = {url}});
  for (const auto& side : words) {
    if (!side.empty()) out.push_back({.name = side.front(), .files = {side.begin() + 1, side.end()}});
  }
  return out;
}

constexpr std::array kOfFiles{
    std::string_view("URL"),       std::string_view("--primary"),     std::string_view("--same-within"),
    std::string_view("--fail-if"), std::string_view("--trust-saved"), std::string_view("--any-workload"),
    std::string_view("--json"),    std::string_view("--html"),        std::string_view("--quiet")};

options::Problem read_file(const std::string& file, compare::SavedSide& side) {
  std::string text;
  // One octet more than a result may have is enough to refuse it.
  auto problem = workload::read_input_file(side.name + ":", file, [&text](std::string_view piece) {
    text.append(piece);
    return text.size() <= result::kJsonOctetsMax;
  });
  if (problem) return problem;
  auto runs = compare::read_saved(file, text);
  if (auto* wrong = std::get_if<std::string>(&runs)) return fmt::format("{}: {}", side.name, *wrong);
  std::ranges::move(std::get<std::vector<compare::SavedRun>>(runs), std::back_inserter(side.runs));
  if (side.runs.size() > compare::kSavedMax)
    return fmt::format("{}: more than {} results", side.name, compare::kSavedMax);
  return std::nullopt;
}

}  // namespace

bool names_files(const std::vector<std::string>& urls, const SideWords& words) {
  return std::ranges::any_of(urls, is_file) ||
         std::ranges::any_of(words, [](const auto& side) { return side.size() > 1 && is_file(side[1]); });
}

options::Problem settle_files(std::vector<compare::SavedSide>& sides, const compare::CompareOptions& options,
                              const SideWords& words, const SpecOptions& common) {
  const std::vector<NamedFiles> asked = sides_of(options.urls, words);
  if (!options.trust_saved)
    return "saved results were not interleaved: a change of the machine between the runs looks like one of "
           "the server. Run both servers against each other, `backtalk compare URL URL`, or take the results "
           "as "
           "they are with --trust-saved";
  if (!options.urls.empty() && !words.empty()) return stands_before_sides(options.urls.front(), "side");
  std::vector<std::string> names;
  for (const NamedFiles& side : asked) names.push_back(side.name);
  if (auto problem = check_names(names)) return problem;
  if (auto problem = find_ignored(common, kOfFiles, "on saved results, which are not run again"))
    return problem;
  for (const NamedFiles& side : asked) {
    compare::SavedSide& read = sides.emplace_back(compare::SavedSide{.name = side.name, .runs = {}});
    if (side.files.empty() || side.files.size() > compare::kSavedMax)
      return fmt::format("{}: name from 1 to {} files of results", side.name, compare::kSavedMax);
    for (const std::string& file : side.files) {
      if (file.starts_with('-'))
        return fmt::format("{}: `{}`: saved results have no options", side.name, file);
      if (!is_file(file))
        return fmt::format(
            "{}: `{}` is not a file: servers are compared with servers, and results with results", side.name,
            file);
    }
    for (const std::string& file : side.files) {
      if (auto problem = read_file(file, read)) return problem;
    }
  }
  return std::nullopt;
}

}  // namespace backtalk::cli
