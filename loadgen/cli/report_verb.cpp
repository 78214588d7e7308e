// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk report FILE... --html OUT: saved results as a page.
#include <fmt/format.h>

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/output_file.hpp"
#include "cli/spec_options.hpp"
#include "cli/standard_streams.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "html/load_page.hpp"
#include "html/report_options.hpp"
#include "html/saved_page.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "workload/input_file.hpp"

namespace backtalk::cli {
namespace {

const std::string kProgram = "backtalk " BACKTALK_VERSION;

struct SavedRun {
  result::RunResult result;
  result::Verdict verdict;
};

// One octet more than a saved result may have is enough to refuse it.
options::Problem read_text(const std::string& file, std::string& text) {
  if (auto problem = workload::read_input_file("FILE", file, [&text](std::string_view piece) {
        text.append(piece);
        return text.size() <= html::kSavedOctetsMax;
      }))
    return problem;
  if (text.size() <= html::kSavedOctetsMax) return std::nullopt;
  return fmt::format("{}: larger than {} MiB, which is the limit", file, html::kSavedOctetsMax >> 20);
}

// A page of runs, or a sentence about the first file that is none.
std::variant<std::string, html::Page> page_of_runs(const std::vector<std::string>& files) {
  std::list<SavedRun> runs;  // they stay where they are
  std::vector<html::Loaded> loaded;
  for (const std::string& file : files) {
    std::string text;
    if (auto problem = read_text(file, text)) return *problem;
    auto read = result::from_json(text);
    if (const auto* wrong = std::get_if<std::string>(&read)) return fmt::format("{}: {}", file, *wrong);
    SavedRun& run = runs.emplace_back();
    run.result = std::get<result::RunResult>(std::move(read));
    run.verdict = report::judge(run.result);
    loaded.push_back({.result = run.result, .verdict = run.verdict, .limits = {}, .file = file});
  }
  return html::Page{html::load_page(loaded, kProgram)};
}

// Of a file of several runs, such as a comparison; otherwise of one of a run.
std::variant<std::string, html::Page> page_of(const std::vector<std::string>& files) {
  if (files.size() > 1) return page_of_runs(files);
  std::string text;
  if (auto problem = read_text(files.front(), text)) return *problem;
  const std::string schema = html::schema_of(text);
  if (schema.empty() || schema == "backtalk.load/1") return page_of_runs(files);
  auto page = html::saved_page(text, kProgram);
  if (const auto* wrong = std::get_if<std::string>(&page))
    return fmt::format("{}: {}", files.front(), *wrong);
  return std::get<html::Page>(std::move(page));
}

int run_report(const SpecOptions& given) {
  html::ReportOptions options;
  if (auto problem = given.read(html::report_option_groups(), options)) return refuse("report", *problem);
  if (options.files.size() > html::kFilesMax)
    return refuse("report",
                  fmt::format("{} files: a page has at most {}", options.files.size(), html::kFilesMax));
  for (const std::string& file : options.files) {
    if (is_same_file(file, options.html_file))
      return refuse("report", fmt::format("--html {}: that is the result itself", options.html_file));
  }
  outlive_readers();
  const auto page = page_of(options.files);
  if (const auto* problem = std::get_if<std::string>(&page)) return refuse("report", *problem);
  if (!write_file(options.html_file, std::get<html::Page>(page).html))
    return refuse("report", fmt::format("--html {}: cannot be written", options.html_file));
  return 0;
}

}  // namespace

Verb add_report_verb(CLI::App& app, int& exit_code) {
  Verb verb =
      add_verb(app, exit_code,
               {"report", "Show saved results as a page of HTML", html::report_option_groups(), &run_report});
  verb.exit_status = "0 the page was written; 2 usage or environment, such as a file that is no result.";
  verb.notes = {
      "The page is one file: it needs no network, and its charts no script. Several results of "
      "`load` are shown one after the other, at most 20. The result of `compare`, of --find-rate, of "
      "several values of -p or -r, of --repeat, of --at or of several loads has a page of its own.",
      "The verdict is judged again: it is that of this version."};
  verb.examples = {{"backtalk report result.json --html result.html",
                    "The page that `backtalk load --html` would have written."},
                   {"backtalk report comparison.json --html comparison.html",
                    "What `backtalk compare --json` saved, with the interval of each difference."}};
  return verb;
}

}  // namespace backtalk::cli
