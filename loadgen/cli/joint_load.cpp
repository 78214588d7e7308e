// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/joint_load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/protocol_options.hpp"
#include "cli/result_files.hpp"
#include "cli/result_output.hpp"
#include "cli/standard_error.hpp"
#include "cli/usage_error.hpp"
#include "load/joint_run.hpp"
#include "load/load_run.hpp"
#include "report/joint.hpp"
#include "report/objectives.hpp"
#include "report/summary.hpp"
#include "report/threshold.hpp"
#include "result/joint_result.hpp"
#include "text/blanks.hpp"
#include "workload/load_option_table.hpp"
#include "workload/stages.hpp"

namespace backtalk::cli {
namespace {

constexpr std::uint64_t kDefaultRunNs = 10'000'000'000;
constexpr std::size_t kLoadsMax = 8;
constexpr std::size_t kStepsMax = 16;
constexpr double kShareMax = 100;  // a hundred times the rate

using Groups = std::vector<options::OptionGroup>;

// Of the rates.
struct Share {
  double part = 1;
  bool required = true;  // false: "(120%)"
};

struct AskedJointly {
  std::vector<load::JointLoad> loads;
  std::vector<Share> shares;
  std::vector<report::Threshold> thresholds;
};

// Options before the first `--` that say where the result of one load goes.
constexpr std::array<std::string_view, 10> kOfOneLoad{
    "--csv",      "--hdr",   "--openmetrics", "--google-benchmark", "--metrics-listen",
    "--save-bad", "--probe", "--repeat",      "--find-rate",        "--live"};

// Of the options for results a load can have its own rules.
options::OptionGroup rules_group() {
  const options::OptionGroup& results = workload::common_option_groups().back();
  const auto rules = std::ranges::find(results.options, "--slo", &options::OptionSpec::long_name);
  return {results.title, std::span(rules, 1), results.make};
}

// What a load can have of its own: all that says what it does, and its rules.
Groups side_groups() {
  const Groups all = workload::all_option_groups();
  Groups groups(all.begin() + 1, all.end() - 1);
  groups.push_back(rules_group());
  return groups;
}

options::Problem why_not_of_one_load(std::string_view option) {
  const auto results = workload::common_option_groups().back().options;
  if (std::ranges::find(results, option, &options::OptionSpec::long_name) == results.end())
    return std::nullopt;
  return fmt::format("{} is for all loads: write it before the first `--`", option);
}

// "80%" or "0.8", without parentheses.
std::optional<double> read_part(std::string_view text) {
  const bool per_cent = text.ends_with('%');
  if (per_cent) text.remove_suffix(1);
  double part = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), part);
  if (failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  if (per_cent) part /= 100;
  return std::isfinite(part) && part > 0 && part <= kShareMax ? std::optional(part) : std::nullopt;
}

// "80%", or "(120%)".
std::optional<Share> read_share(std::string_view text) {
  const bool required = !text.starts_with('(') || !text.ends_with(')') || text.size() <= 1;
  if (!required) text = text::without_blanks(text.substr(1, text.size() - 2));
  const auto part = read_part(text);
  return part ? std::optional(Share{.part = *part, .required = required}) : std::nullopt;
}

options::Problem read_shares(std::string_view text, std::vector<Share>& shares) {
  if (text.empty()) {
    shares = {Share{}};
    return std::nullopt;
  }
  const std::string_view whole = text;
  for (;;) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto share = read_share(text::without_blanks(text.substr(0, end)));
    if (!share)
      return fmt::format("--at `{}`: expected shares of the rates, such as `80%,100%,(120%)`", whole);
    shares.push_back(*share);
    if (shares.size() > kStepsMax) return fmt::format("--at: at most {} shares", kStepsMax);
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  if (std::ranges::none_of(shares, &Share::required))
    return fmt::format("--at `{}`: a share in parentheses need not hold, and one at least has to", whole);
  return std::nullopt;
}

// The load's options are added to those that all loads have, and prevail over them. Its targets
// beside `url`, and their weights, it has already.
options::Problem settle_load(load::JointLoad& load, const std::string& url,
                             std::span<const SpecOptions* const> given) {
  workload::LoadArguments arguments;
  const auto of_all = workload::common_option_groups();
  Groups common(of_all.begin(), of_all.end());
  common.push_back(rules_group());
  for (const SpecOptions* const one : given) {
    if (auto problem = one->read(common, arguments)) return problem;
  }
  if (auto problem = workload::settle_stages(arguments)) return problem;
  if (!arguments.duration_ns && !arguments.transactions) arguments.duration_ns = kDefaultRunNs;
  if (arguments.is_sweep())
    return "several values of -p or -r are several runs already: leave out --at and other loads";
  make_room_for_sessions(arguments, given);
  auto own = read_protocol_options(url, arguments, given);
  if (auto* problem = std::get_if<std::string>(&own)) return std::move(*problem);
  load.job.url = url;
  load.job.options = static_cast<const workload::LoadOptions&>(arguments);
  load.job.own = std::get<std::shared_ptr<options::Values>>(std::move(own));
  load.terms.far_targets = arguments.far_target;
  auto rules = report::read_rules(arguments.slo);
  if (auto* problem = std::get_if<std::string>(&rules)) return std::move(*problem);
  const auto prepared = load::prepare(load.job, load.terms);
  if (const auto* problem = std::get_if<std::string>(&prepared)) return *problem;
  return report::check_commands(std::get<std::vector<report::Rule>>(rules),
                                std::get<load::LoadRun>(prepared).commands(),
                                std::get<load::LoadRun>(prepared).watches());
}

options::Problem read_load(AskedJointly& asked, const std::vector<std::string>& words,
                           const SpecOptions& common) {
  if (!have_name_and_url(words))
    return "a load is written as `-- NAME URL [OPTIONS]`, such as `-- mail smtp://127.0.0.1:2525 -r 100`";
  load::JointLoad load{.name = words[0], .job = {}, .terms = {}};
  if (load.name.size() > kSideNameMax)
    return fmt::format("the name `{}` is longer than {} characters", load.name, kSideNameMax);
  if (std::ranges::count(asked.loads, load.name, &load::JointLoad::name) > 0)
    return fmt::format("two loads have the name `{}`", load.name);
  const SideLine line{.verb = "load", .groups = side_groups(), .why_refused = &why_not_of_one_load};
  return read_side_options(words, line, [&](const SpecOptions& own) -> options::Problem {
    const std::array given{&common, &own};
    if (auto problem = settle_load(load, words[1], given)) return problem;
    asked.loads.push_back(std::move(load));
    return std::nullopt;
  });
}

options::Problem read_asked(AskedJointly& asked, const SpecOptions& given, const AskedLoad& of,
                            const SideWords& sides) {
  const workload::LoadArguments& arguments = of.arguments;
  const bool alone = sides.empty();
  if (!alone && !arguments.url.empty()) return stands_before_sides(arguments.url, "load");
  for (const SpecOptions::Added& one : given.all()) {
    const std::string_view name = one.spec->long_name();
    if (given.given(*one.spec) && std::ranges::find(kOfOneLoad, name) != kOfOneLoad.end())
      return alone ? fmt::format("{} has no effect with --at, which runs the load several times", name)
                   : fmt::format("{} is for one load: run it alone", name);
  }
  if (arguments.verbose && arguments.quiet) return "--verbose has no effect with --quiet";
  if (auto problem = read_shares(arguments.at, asked.shares)) return problem;
  auto thresholds = report::read_thresholds(arguments.fail_if);
  if (auto* problem = std::get_if<std::string>(&thresholds)) return std::move(*problem);
  asked.thresholds = std::get<std::vector<report::Threshold>>(std::move(thresholds));
  if (sides.size() > kLoadsMax) return fmt::format("{} loads at most can run beside each other", kLoadsMax);
  for (const auto& words : sides) {
    if (auto problem = read_load(asked, words, given)) return problem;
  }
  if (alone) {
    load::JointLoad load{.name = arguments.url.substr(0, arguments.url.find(':')), .job = {}, .terms = {}};
    load.job.weight = of.weight;
    load.job.others = of.others;
    const std::array lines{&given};
    if (auto problem = settle_load(load, arguments.url, lines)) return problem;
    asked.loads.push_back(std::move(load));
  }
  const bool scaled = asked.shares.size() > 1 || asked.shares.front().part != 1;
  for (const load::JointLoad& load : asked.loads) {
    const std::string about = alone ? "" : load.name + ": ";
    if (scaled && !load.job.options.stages.empty())
      return about + "--at is a share of one rate, and this load has --stages";
    if (scaled && !load.job.options.rate && !load.job.options.session_rate)
      return about + "--at is a share of the rate, and this load has none: add --rate";
  }
  return std::nullopt;
}

// Adds what was run: a step, or what kept it from being run whole.
void run_step(const AskedJointly& asked, const Share& share, bool visible, result::JointResult& joint) {
  if (visible) {
    tell("\rrunning {} at {}",
         asked.loads.size() == 1 ? "the load" : fmt::format("{} loads", asked.loads.size()),
         report::show_share(share.part));
  }
  const auto loads = load::at_share(asked.loads, share.part);
  load::JointRun run = load::run_jointly(loads, [] { return interrupts() > 0; });
  if (visible) tell("\r{:<60}\r", "");
  if (run.problem)
    joint.problem = result::JointProblem{.at = share.part, .sentence = *std::move(run.problem)};
  std::vector<std::pair<std::string, result::RunResult>> named;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (auto& one = run.results[i]) named.emplace_back(loads[i].name, *std::move(one));
  }
  if (!named.empty())
    joint.steps.push_back(report::judge_jointly(share.part, std::move(named), share.required));
}

std::string summary_of(const result::JointResult& joint, bool verbose) {
  std::string out = report::summarize(joint);
  if (!verbose) return out + "\n--verbose shows the details of each load; --json FILE has them all\n";
  for (const result::JointStep& step : joint.steps) out.append("\n").append(report::show_details(step));
  return out;
}

}  // namespace

int run_joint_load(const SpecOptions& given, const AskedLoad& of, const SideWords& sides) {
  const workload::LoadArguments& arguments = of.arguments;
  AskedJointly asked;
  if (auto problem = read_asked(asked, given, of, sides)) return refuse("load", *problem);
  const ResultFiles files{.json = arguments.json_file, .html = arguments.html_file};
  if (auto problem = files.check()) return refuse("load", *problem);
  catch_interrupts();
  const bool visible = !arguments.quiet && isatty(STDERR_FILENO) != 0;
  result::JointResult joint{.steps = {}, .shares_asked = asked.shares.size()};
  for (const Share& share : asked.shares) {
    if (interrupts() > 0 || joint.problem) break;
    run_step(asked, share, visible, joint);
  }
  joint.interrupted = interrupts() > 0;
  restore_interrupts();
  if (joint.steps.empty() && joint.problem) return refuse("load", joint.problem->sentence);
  const ResultOutput output("load", arguments.json_file, arguments.quiet, arguments.html_file);
  const int lost = output.write(result::to_json(joint), summary_of(joint, arguments.verbose));
  const int failed = output.complain(report::failures_of(joint, asked.thresholds));
  return lost != 0 ? lost : failed;
}

}  // namespace backtalk::cli
