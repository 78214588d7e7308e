// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/result_output.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <variant>

#include "cli/output_file.hpp"
#include "cli/standard_error.hpp"
#include "cli/usage_error.hpp"
#include "html/saved_page.hpp"

namespace backtalk::cli {
namespace {

// True if both go to the same place, as with `2>&1`.
bool is_one_file(int one, int other) {
  struct stat first{};
  struct stat second{};
  return fstat(one, &first) == 0 && fstat(other, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

// The page that `report` makes of this JSON; a sentence if there is none.
std::optional<std::string> write_page(const std::string& file, const std::string& json) {
  const auto page = html::saved_page(json, "backtalk " BACKTALK_VERSION);
  if (const auto* problem = std::get_if<std::string>(&page)) return *problem;
  if (!write_file(file, std::get<html::Page>(page).html)) return "cannot be written";
  return std::nullopt;
}

}  // namespace

int ResultOutput::write(const std::string& json, const std::string& summary) const {
  int lost = 0;
  if (!json_file_.empty() && !write_file(json_file_, json))
    lost = refuse(verb_, fmt::format("--json {}: cannot be written", json_file_));
  if (const std::string file(html_file_); !file.empty()) {
    if (const auto problem = write_page(file, json))
      lost = refuse(verb_, fmt::format("--html {}: {}", file, *problem));
  }
  if (has_summary() && !write_out(summary))
    lost = refuse(verb_, "the summary cannot be written to standard output");
  return lost;
}

int ResultOutput::complain(const report::Failures& failures) const {
  const bool read =
      has_summary() && (isatty(STDOUT_FILENO) != 0 || is_one_file(STDOUT_FILENO, STDERR_FILENO));
  for (const report::Failure& one : failures.all()) {
    if (!read || !one.in_summary) tell("backtalk {}: failed: {}\n", verb_, one.sentence);
  }
  return failures.all().empty() ? 0 : 1;
}

}  // namespace backtalk::cli
