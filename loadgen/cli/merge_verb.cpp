// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk merge: the results of several runs, or of the parts of one, as one result.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/output_file.hpp"
#include "cli/result_files.hpp"
#include "cli/result_output.hpp"
#include "cli/spec_options.hpp"
#include "cli/standard_streams.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "options/option_spec.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "result/merge.hpp"
#include "workload/input_file.hpp"

namespace backtalk::cli {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionGroup;
using options::OptionSpec;

// Each has a few dozen histograms.
constexpr std::size_t kFilesMax = 1000;

struct MergeOptions : options::Values {
  std::vector<std::string> files;
  ResultFiles written;
  bool quiet = false;
};
using O = MergeOptions;

template <auto kFile>
constexpr options::Member<std::string> written() {
  return {
      .in = [](options::Values& values) -> std::string& { return static_cast<O&>(values).written.*kFile; },
      .of = [](const options::Values& values) -> const std::string& {
        return static_cast<const O&>(values).written.*kFile;
      }};
}

constexpr std::array kPositionals{OptionSpec{"FILE", kind::Texts{member<&O::files>()},
                                             "results that `load --json` has written, two or more"}};
constexpr std::array kOptions{
    OptionSpec{"--json", kind::OutputFile{written<&ResultFiles::json>()},
               "write the result as JSON (backtalk.load/1) to this file; - is standard output"},
    OptionSpec{"--csv", kind::OutputFile{written<&ResultFiles::csv>()}, "as of `load`"},
    OptionSpec{"--openmetrics", kind::OutputFile{written<&ResultFiles::open_metrics>()}, "as of `load`"},
    OptionSpec{"--google-benchmark", kind::OutputFile{written<&ResultFiles::google_benchmark>()},
               "as of `load`"},
    OptionSpec{"--quiet", kind::Flag{member<&O::quiet>()}, "no summary"}};

constexpr auto kMake = &options::make_values<MergeOptions>;

std::span<const OptionGroup> merge_option_groups() {
  static const std::array groups{OptionGroup{"Positionals", kPositionals, kMake},
                                 OptionGroup{"Options", kOptions, kMake}};
  return groups;
}

std::optional<std::string> read_text(const std::string& file, std::string& text) {
  // One octet more than a result may have is enough to refuse it.
  return workload::read_input_file("", file, [&text](std::string_view piece) {
    text.append(piece);
    return text.size() <= result::kJsonOctetsMax;
  });
}

std::variant<result::RunResult, std::string> read_result(const std::string& file, std::string_view text) {
  auto read = result::from_json(text);
  if (const auto* problem = std::get_if<std::string>(&read)) return fmt::format("{}: {}", file, *problem);
  return read;
}

// What a file says may be anything, and must not drive the terminal.
std::string without_controls(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    const bool is_c1 = octet == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if ((octet < 0x20 && text[i] != '\n') || octet == 0x7F || is_c1) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}",
                     is_c1 ? static_cast<unsigned char>(text[++i]) : octet);
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

int refuse_merge(std::string_view problem) {
  return refuse("merge", without_controls(problem));
}

// A result that is given twice would count twice.
std::optional<std::string> find_twice(const std::vector<result::RunResult>& parts,
                                      const std::vector<std::string>& files) {
  for (std::size_t i = 1; i < parts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (parts[i] == parts[j]) return fmt::format("{} is the same result as {}", files[i], files[j]);
    }
  }
  return std::nullopt;
}

using Merged = std::variant<result::RunResult, std::string>;

// A result takes three hundred times the memory of its text. Of a run's ranks, which may be a
// thousand, only the sum is kept.
Merged merge_ranks(const std::vector<std::string>& texts, const std::vector<std::string>& files,
                   std::vector<std::pair<std::uint64_t, std::size_t>> by_begin) {
  // Each has a time in common with those before it, if there is one run.
  std::ranges::sort(by_begin);
  std::optional<result::RunResult> sum;
  for (const auto& [begin, at] : by_begin) {
    auto read = read_result(files[at], texts[at]);
    if (std::holds_alternative<std::string>(read)) return read;
    if (!sum) {
      sum = std::get<result::RunResult>(std::move(read));
      continue;
    }
    const std::array both{*std::move(sum), std::get<result::RunResult>(std::move(read))};
    auto merged = result::merge(both, std::array{files[by_begin.front().second], files[at]});
    if (std::holds_alternative<std::string>(merged)) return merged;
    sum = std::get<result::RunResult>(std::move(merged));
  }
  return *std::move(sum);
}

Merged merge_files(const std::vector<std::string>& files) {
  std::vector<std::string> texts(files.size());
  std::vector<result::RunResult> parts;
  std::vector<std::pair<std::uint64_t, std::size_t>> by_begin;  // of ranks
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (auto problem = read_text(files[i], texts[i])) return *std::move(problem);
    auto read = read_result(files[i], texts[i]);
    auto* const part = std::get_if<result::RunResult>(&read);
    if (part == nullptr) return read;
    if (part->ranks && parts.empty()) {
      by_begin.emplace_back(part->spans.empty() ? 0 : part->spans.front().begin_unix_us, i);
      continue;
    }
    if (!by_begin.empty())
      return fmt::format("{} is not of a run that ranks shared, and {} is", files[i], files.front());
    parts.push_back(std::move(*part));
    texts[i] = {};
  }
  if (parts.empty()) return merge_ranks(texts, files, std::move(by_begin));
  if (auto problem = find_twice(parts, files)) return *std::move(problem);
  return result::merge(parts, files);
}

int run_merge(const SpecOptions& given) {
  MergeOptions options;
  if (auto problem = given.read(merge_option_groups(), options)) return refuse("merge", *problem);
  outlive_readers();
  if (options.files.size() < 2)
    return refuse("merge", "name two or more files that `load --json` has written");
  if (options.files.size() > kFilesMax) return refuse("merge", fmt::format("more than {} files", kFilesMax));
  if (auto problem = options.written.check_apart_from(options.files)) return refuse_merge(*problem);
  const Merged merged = merge_files(options.files);
  if (const auto* problem = std::get_if<std::string>(&merged)) return refuse_merge(*problem);
  // Only now: it creates them.
  if (const auto problem = options.written.check()) return refuse_merge(*problem);
  const auto& sum = std::get<result::RunResult>(merged);
  const result::Verdict verdict = report::judge(sum);
  const ResultOutput output("merge", options.written.json,
                            options.quiet || options.written.has_standard_output());
  const int lost = output.write(result::to_json(sum, verdict), without_controls(report::summarize(sum)));
  const int others = options.written.write_others("merge", sum, verdict);
  return lost != 0 ? lost : others;
}

}  // namespace

Verb add_merge_verb(CLI::App& app, int& exit_code) {
  Verb verb = add_verb(
      app, exit_code,
      {"merge", "Make one result of those of several runs of one load", merge_option_groups(), &run_merge});
  verb.exit_status =
      "0 they were merged, whatever the verdict on the sum is; 2 usage or environment, or they "
      "are not of one load.";
  verb.notes = {
      "The merged histograms are, count for count, those of one that saw all: percentiles are "
      "exact. Runs at the same time are parts of one load, whose rates and connections add up; of "
      "runs after each other, the rate is that over the time in which one of them was measured, "
      "not over the time between them. Results of different loads are refused, with what differs."};
  verb.examples = {{"backtalk merge one.json two.json --json all.json",
                    "What two machines have measured of one server at the same time, or one machine twice."}};
  return verb;
}

}  // namespace backtalk::cli
