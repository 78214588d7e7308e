// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/saved.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "compare/differences.hpp"
#include "compare/evidence.hpp"
#include "compare/findings.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "result/workload_difference.hpp"

namespace backtalk::compare {
namespace {

namespace json = boost::json;

constexpr std::string_view kNotInterleaved =
    "these results were saved: their runs were not interleaved, so whatever the machine did differently "
    "meanwhile counts as a difference between the sides";

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Half of the evidence would be a copy.
std::optional<std::string> find_twice(std::span<const SavedSide> sides) {
  std::vector<const SavedRun*> seen;
  for (const SavedSide& side : sides) {
    for (const SavedRun& run : side.runs) {
      const auto twin =
          std::ranges::find_if(seen, [&run](const SavedRun* one) { return one->run.json == run.run.json; });
      if (twin != seen.end() && (*twin)->file == run.file) return fmt::format("{} is given twice", run.file);
      if (twin != seen.end()) return fmt::format("{} and {} are the same run", (*twin)->file, run.file);
      seen.push_back(&run);
    }
  }
  return std::nullopt;
}

std::string show(std::span<const result::SettingDifference> all) {
  std::string out;
  for (const result::SettingDifference& one : all)
    fmt::format_to(std::back_inserter(out), "{}{} {} and {}", out.empty() ? "" : ", ", one.key, one.a, one.b);
  return out;
}

// The first run whose workload is not that of the first of all: "a.json and b.json differ: ...".
std::optional<std::string> find_other_workload(std::span<const SavedSide> sides) {
  const SavedRun& first = sides.front().runs.front();
  for (const SavedSide& side : sides) {
    for (const SavedRun& run : side.runs) {
      std::string what = show(result::differing_settings(first.workload, run.workload));
      if (run.protocol != first.protocol)
        what = fmt::format("protocol {} and {}", first.protocol, run.protocol);
      if (!what.empty())
        return fmt::format("{} and {} are of different workloads: {}", first.file, run.file, what);
    }
  }
  return std::nullopt;
}

result::Reason invalid_run(const SavedSide& side, const SavedRun& run) {
  return {.code = "invalid-runs",
          .sentence = fmt::format("{} ({}) was {}: {}", run.file, side.name, run.invalid->code,
                                  run.invalid->sentence),
          .fails = true,
          .evidence = {}};
}

// So many runs a side can show a difference in any of so many metrics.
std::size_t runs_to_judge(std::size_t metrics, double alpha) {
  std::size_t runs = 1;
  while (!can_show({.a = runs, .b = runs, .paired = false}, alpha / static_cast<double>(metrics))) ++runs;
  return runs;
}

// Of the first side and `b`.
std::size_t metrics_asked(const Comparison& of, std::size_t b) {
  std::size_t count = 0;
  for (std::size_t metric = 0; metric < kMetricCount; ++metric) count += is_asked(of, b, metric) ? 1 : 0;
  return count;
}

// Sides with so few runs that no difference can be shown, however large it is.
std::optional<result::Reason> too_few_runs(const Comparison& of) {
  const std::size_t a = of.sides.front().runs.size();
  for (const Side& side : of.sides) {
    const std::size_t b = side.runs.size();
    if (&side == of.sides.data() || can_show({.a = a, .b = b, .paired = false}, of.alpha)) continue;
    const std::size_t all = metrics_asked(of, static_cast<std::size_t>(&side - of.sides.data()));
    return result::Reason{
        .code = "too-few-runs",
        .sentence = fmt::format(
            "{} of {} and {} of {} show nothing, since nobody knows how much such runs differ by themselves: "
            "save at least {} a side, or {} to judge all {} metrics",
            counted(a, "run"), of.sides.front().name, counted(b, "run"), side.name,
            runs_to_judge(1, of.alpha), runs_to_judge(all, of.alpha), all),
        .fails = true,
        .evidence = {{"a", static_cast<double>(a)}, {"b", static_cast<double>(b)}}};
  }
  return std::nullopt;
}

// A metric of servers that nobody measured cannot be the one that matters.
std::optional<std::string> find_unknown_primary(const Comparison& of, const Metric* primary) {
  if (primary == nullptr || (!primary->of_server && !primary->of_watch)) return std::nullopt;
  const auto metric = static_cast<std::size_t>(primary - metrics().data());
  for (std::size_t b = 1; b < of.sides.size(); ++b) {
    if (!is_asked(of, b, metric))
      return fmt::format("--primary {}: these results do not have it; save them with {}", primary->name,
                         primary->of_server ? "--server-pid" : "--watch");
    if (const auto why = why_not_compared(of, b, metric))
      return fmt::format("--primary {}: {}", primary->name, *why);
  }
  return std::nullopt;
}

// Enough for one metric, and not for all of them.
std::optional<std::string> too_few_for_all(const Comparison& of, const Metric* primary) {
  const auto judged = static_cast<double>(std::ranges::count_if(
      of.differences, [primary](const Difference& one) { return &metrics()[one.metric] != primary; }));
  for (const Difference& one : of.differences) {
    if (&metrics()[one.metric] == primary || can_show(size_of(one.evidence), of.alpha / judged)) continue;
    const Size size = size_of(one.evidence);
    return fmt::format(
        "{} of {} and {} of {} cannot show a difference in {:.0f} metrics, however large it is: save more of "
        "each, or name the one that matters with --primary",
        counted(size.a, "run"), of.sides.front().name, counted(size.b, "run"), of.sides[one.b].name, judged);
  }
  return std::nullopt;
}

// Null: it is something else.
const json::array* results_of_repeat(const json::value& value) {
  const json::object* const file = value.if_object();
  const json::value* const schema = file == nullptr ? nullptr : file->if_contains("schema");
  if (schema == nullptr || *schema != "backtalk.repeat/1") return nullptr;
  const json::value* const results = file->if_contains("results");
  return results == nullptr ? nullptr : results->if_array();
}

std::variant<SavedRun, std::string> read_run(const std::string& file, std::string_view text) {
  auto read = result::from_json(text);
  if (const auto* problem = std::get_if<std::string>(&read)) return fmt::format("{}: {}", file, *problem);
  auto& result = std::get<result::RunResult>(read);
  const result::Verdict verdict = report::judge(result);
  result.drop_intervals();
  SavedRun out{.file = file,
               .url = result.url,
               .protocol = result.protocol,
               .transaction = result.transaction,
               .workload = result.workload,
               .run = {.values = values_of(result),
                       .bounds = bounds_of(result),
                       .json = result::to_json(result, verdict)},
               .invalid = std::nullopt};
  if (result.interrupted) {
    out.invalid = Repeat{.code = "interrupted", .sentence = "it did not run to its end"};
  } else if (const result::Reason* const reason = verdict.incomparable()) {
    out.invalid = Repeat{.code = std::string(reason->code), .sentence = reason->sentence};
  }
  return out;
}

}  // namespace

std::variant<std::vector<SavedRun>, std::string> read_saved(const std::string& file, std::string_view text) {
  std::vector<SavedRun> out;
  json::error_code failure;
  const json::value value = text.size() <= result::kJsonOctetsMax ? json::parse(text, failure) : nullptr;
  const json::array* const results = failure ? nullptr : results_of_repeat(value);
  if (results == nullptr) {
    auto run = read_run(file, text);
    if (auto* problem = std::get_if<std::string>(&run)) return std::move(*problem);
    out.push_back(std::get<SavedRun>(std::move(run)));
    return out;
  }
  if (results->size() > kSavedMax)
    return fmt::format("{}: it has {} results, and a side may have {}", file, results->size(), kSavedMax);
  for (const json::value& one : *results) {
    auto run = read_run(fmt::format("{}, run {}", file, out.size() + 1), json::serialize(one));
    if (auto* problem = std::get_if<std::string>(&run)) return std::move(*problem);
    out.push_back(std::get<SavedRun>(std::move(run)));
  }
  if (out.empty()) return fmt::format("{}: it has no results", file);
  return out;
}

std::variant<Comparison, std::string> compare_saved(std::vector<SavedSide> sides, const SavedTerms& terms) {
  if (auto problem = find_twice(sides)) return *std::move(problem);
  const auto differing = find_other_workload(sides);
  if (differing && !terms.any_workload)
    return fmt::format("{}; --any-workload compares them all the same", *differing);
  Comparison out;
  out.method = Method::saved;
  out.same_within = terms.same_within;
  out.verdict.notes.emplace_back(kNotInterleaved);
  if (differing) out.verdict.notes.push_back(*differing);
  for (SavedSide& side : sides) {
    Side& kept = out.sides.emplace_back(
        Side{.name = side.name, .url = side.runs.front().url, .transaction = side.runs.front().transaction});
    for (SavedRun& run : side.runs) {
      if (run.invalid && out.verdict.valid()) out.verdict.reasons.push_back(invalid_run(side, run));
      kept.runs.push_back(std::move(run.run));
      kept.files.push_back(std::move(run.file));
    }
  }
  out.differences = find_differences(out, terms.primary);
  if (auto problem = find_unknown_primary(out, terms.primary)) return *std::move(problem);
  if (auto reason = too_few_runs(out)) out.verdict.reasons.push_back(*std::move(reason));
  if (out.verdict.valid()) {
    if (auto note = too_few_for_all(out, terms.primary)) out.verdict.notes.push_back(*std::move(note));
  } else {
    for (Difference& one : out.differences) one.finding.word = Word::no_difference_shown;
  }
  return out;
}

}  // namespace backtalk::compare
