// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/load_series.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/result_output.hpp"
#include "cli/standard_error.hpp"
#include "cli/usage_error.hpp"
#include "cli/watch_run.hpp"
#include "load/load_run.hpp"
#include "net/clock.hpp"
#include "report/objectives.hpp"
#include "series/rate_search.hpp"
#include "series/repeat.hpp"
#include "series/sweep.hpp"

namespace backtalk::cli {
namespace {

// One of several runs, which `step` names.
std::variant<result::RunResult, std::string> run_one(const AskedLoad& asked, const load::Job& job,
                                                     const load::Terms& terms, const std::string& step) {
  auto prepared = load::prepare(job, terms);
  if (auto* problem = std::get_if<std::string>(&prepared)) return std::move(*problem);
  const Shown shown = shown_of(asked.arguments);
  if (shown != Shown::nothing) tell("{}\n", step);
  return watch_run(
      std::get<load::LoadRun>(prepared),
      {.shown = shown, .warns = !asked.arguments.quiet, .step = step, .thresholds = asked.thresholds});
}

bool is_interrupted() {
  return interrupts() > 0;
}

// Writes the result of several runs, and says what failed; `limits` are for a result that does not
// have its own. Returns the exit code.
template <typename Series, typename... Limits>
int report_on(const std::variant<Series, std::string>& ran, const workload::LoadArguments& arguments,
              const Limits&... limits) {
  restore_interrupts();
  if (const auto* problem = std::get_if<std::string>(&ran)) return refuse("load", *problem);
  const auto& done = std::get<Series>(ran);
  const ResultOutput output("load", arguments.json_file, arguments.quiet, arguments.html_file);
  const int lost = output.write(series::to_json(done), series::summarize(done));
  const int failed = output.complain(done.failures(limits...));
  return lost != 0 ? lost : failed;
}

}  // namespace

int run_repeatedly(const AskedLoad& asked, const load::Terms& terms) {
  const workload::LoadArguments& arguments = asked.arguments;
  const auto again = [&](std::size_t number) {
    load::Job job = asked.job();
    // Other arrivals in each run: the same ones would hide how much they matter.
    if (job.options.seed) job.options.seed = *job.options.seed + number;
    return run_one(asked, job, terms, fmt::format("run {} of {}", number + 1, arguments.repeat));
  };
  const auto repeated = series::repeat(arguments.repeat, asked.thresholds, again, &is_interrupted);
  return report_on(repeated, arguments);
}

int run_sweep(const AskedLoad& asked, const load::Terms& terms) {
  const workload::LoadArguments& arguments = asked.arguments;
  // One depth, if none was given.
  const std::vector<std::uint64_t> depths =
      arguments.depths.empty() ? std::vector{arguments.pipeline} : arguments.depths;
  const auto run_step = [&](const series::SweepStep& step) {
    load::Job job = asked.job();
    job.options.pipeline = step.depth;
    job.options.rate = step.rate;
    return run_one(
        asked, job, terms,
        fmt::format("depth {}{}", step.depth, step.rate ? fmt::format(", {:g}/s", *step.rate) : ""));
  };
  const auto swept = series::sweep(depths, arguments.rates, asked.thresholds, run_step, &is_interrupted);
  return report_on(swept, arguments);
}

int search_rate(const AskedLoad& asked, const load::Terms& terms) {
  const workload::LoadArguments& arguments = asked.arguments;
  const auto run_step = [&](const series::AskedStep& step) {
    load::Job job = asked.job();
    job.options.rate = step.rate;
    job.options.duration_ns = step.duration_ns;
    job.options.slo = arguments.slo.empty() ? arguments.find_rate : arguments.find_rate + "," + arguments.slo;
    if (job.options.seed) job.options.seed = *job.options.seed + step.number;
    return run_one(
        asked, job, terms,
        fmt::format("step {}: {:g}/s{}", step.number + 1, step.rate, step.confirms ? " once more" : ""));
  };
  const series::SearchPlan plan{.first_rate = arguments.rate.value_or(series::kFirstRate),
                                .duration_ns = arguments.duration_ns.value_or(0),
                                .samples = report::samples_for(asked.goal)};
  const auto searched =
      series::find_rate(plan, {.run = run_step, .stop = &is_interrupted, .now_ns = &net::now_ns});
  return report_on(searched, arguments, asked.thresholds);
}

}  // namespace backtalk::cli
