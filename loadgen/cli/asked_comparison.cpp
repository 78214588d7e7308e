// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/asked_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <utility>
#include <variant>

#include "cli/protocol_options.hpp"
#include "load/load_run.hpp"
#include "text/duration.hpp"
#include "workload/load_option_table.hpp"
#include "workload/smtp_options.hpp"
#include "workload/stages.hpp"

namespace backtalk::cli {
namespace {

constexpr std::uint64_t kRunNs = 10'000'000'000;
constexpr std::uint64_t kWarmupParts = 10;  // of a run: one is its warm-up

using Groups = std::vector<options::OptionGroup>;

// What a side may have: its own options, and those of `load` that say what a run does, which are
// all but its URL and where its result goes.
Groups groups_of_a_side() {
  const auto own = compare::side_option_groups();
  const Groups of_run = workload::all_option_groups();
  Groups groups(own.begin(), own.end());
  groups.insert(groups.end(), of_run.begin() + 1, of_run.end() - 1);
  return groups;
}

struct RefusedOption {
  std::string_view name;
  std::string_view why;
};

// Options of `load` that a comparison does not have.
constexpr std::array kRefused{
    RefusedOption{"--csv", "it is about one run: use `backtalk load --csv`"},
    RefusedOption{"--openmetrics", "it is about one run: use `backtalk load --openmetrics`"},
    RefusedOption{"--google-benchmark", "it is about one run: use `backtalk load --google-benchmark`"},
    RefusedOption{"--metrics-listen", "it is about one run: use `backtalk load --metrics-listen`"},
    RefusedOption{"--find-rate", "use `backtalk load --find-rate` with each side"},
    RefusedOption{"--probe", "it is about one run: use `backtalk load --probe`"},
    RefusedOption{"--repeat", "each side runs once in each of --rounds"},
    RefusedOption{"--slo", "it judges one run; --fail-if 'p99>1.05' limits how B compares with A"},
    RefusedOption{"--hdr", "it writes the latencies of one run; --json has the percentiles of each"},
    RefusedOption{"--html", "it shows one run; --json has the comparison"},
    RefusedOption{"--save-bad", "use `backtalk load --save-bad` with the side that breaks the protocol"},
    RefusedOption{"--show-script", "use `backtalk load --show-script NAME`"}};

options::Problem why_not_of_a_side(std::string_view option) {
  for (const options::OptionGroup& group : compare::compare_option_groups()) {
    if (std::ranges::find(group.options, option, &options::OptionSpec::long_name) != group.options.end())
      return fmt::format("{} is for the whole comparison: write it before the first `--`", option);
  }
  return why_not_of_compare(option);
}

// What another build is told: the options of the run that were given, and those that compare sets.
// The later prevail, so that an option is written once unless it is repeatable.
std::vector<std::string> words_for_program(const AskedSide& side, std::span<const SpecOptions* const> given) {
  std::vector<std::string> out{side.url};
  const Groups of_run = workload::all_option_groups();
  const auto is_of_run = [&of_run](const options::OptionGroup& group) {
    return workload::has_table(of_run, group);
  };
  for (std::size_t line = 0; line < given.size(); ++line) {
    for (const SpecOptions::Added& one : given[line]->all()) {
      const std::string name(one.spec->long_name());
      if (!given[line]->given(*one.spec) || !is_of_run(*one.group) || name == "--seed") continue;
      if (was_given(given.subspan(line + 1), name)) continue;
      if (options::is_flag(*one.spec)) {
        out.push_back(name);
        continue;
      }
      for (const std::string& value : one.option->results()) out.insert(out.end(), {name, value});
    }
  }
  const workload::LoadOptions& options = side.job.options;
  // Stages say how long they last.
  if (!was_given(given, "--duration") && options.duration_ns && options.stages.empty())
    out.insert(out.end(), {"--duration", text::show_duration(*options.duration_ns)});
  if (!was_given(given, "--warmup"))
    out.insert(out.end(), {"--warmup", text::show_duration(options.warmup_ns)});
  return out;
}

// The side's options are added to those that all sides have, and prevail over them.
options::Problem settle_side(AskedSide& side, const std::string& url,
                             std::span<const SpecOptions* const> given) {
  workload::LoadArguments arguments;
  arguments.url = url;
  const auto common = workload::common_option_groups();
  compare::SideOptions own_of_side;
  for (const SpecOptions* const one : given) {
    if (auto problem = one->read(common, arguments)) return problem;
    if (auto problem = one->read(compare::side_option_groups(), own_of_side)) return problem;
  }
  side.restart = own_of_side.restart;
  side.program = own_of_side.program;
  if (auto problem = workload::settle_stages(arguments)) return problem;
  if (!arguments.duration_ns && !arguments.transactions) arguments.duration_ns = kRunNs;
  if (arguments.is_sweep()) return "several values of -p or -r are no comparison: give each side one";
  make_room_for_sessions(arguments, given);
  auto own = read_protocol_options(url, arguments, given);
  if (auto* problem = std::get_if<std::string>(&own)) return std::move(*problem);
  if (!was_given(given, "--warmup")) arguments.warmup_ns = arguments.duration_ns.value_or(0) / kWarmupParts;
  side.job = {.url = url,
              .options = static_cast<const workload::LoadOptions&>(arguments),
              .own = std::get<std::shared_ptr<options::Values>>(std::move(own))};
  side.terms.far_targets = arguments.far_target;
  if (was_given(given, "--timeout")) side.session_ns = arguments.timeout_ns;
  const auto prepared = load::prepare(side.job, side.terms);
  if (const auto* problem = std::get_if<std::string>(&prepared)) return *problem;
  const auto& run = std::get<load::LoadRun>(prepared);
  side.url = run.url();
  side.endpoints = run.plan().targets.front().endpoints;
  if (!side.program.empty()) side.words = words_for_program(side, given);
  return std::nullopt;
}

// One side as it stands after `--`.
options::Problem read_side(AskedComparison& asked, const std::vector<std::string>& words,
                           const SpecOptions& common) {
  if (!have_name_and_url(words))
    return "a side is written as `-- NAME URL [OPTIONS]`, such as `-- old smtp://127.0.0.1:2525 -p 2`";
  const SideLine line{.verb = "compare", .groups = groups_of_a_side(), .why_refused = &why_not_of_a_side};
  return read_side_options(words, line, [&](const SpecOptions& own) -> options::Problem {
    AskedSide side{.name = words[0], .job = {}, .terms = {}};
    const std::array given{&common, &own};
    if (auto problem = settle_side(side, words[1], given)) return problem;
    asked.sides.push_back(std::move(side));
    return std::nullopt;
  });
}

options::Problem read_sides(AskedComparison& asked, const SideWords& words, const SpecOptions& common) {
  const auto& urls = asked.options.urls;
  if (!urls.empty() && !words.empty()) return stands_before_sides(urls.front(), "side");
  for (const auto& side : words) {
    if (auto problem = read_side(asked, side, common)) return problem;
  }
  for (const std::string& url : urls) {
    AskedSide side{
        .name = std::string(1, static_cast<char>('A' + asked.sides.size())), .job = {}, .terms = {}};
    const std::array given{&common};
    if (auto problem = settle_side(side, url, given)) return problem;
    asked.sides.push_back(std::move(side));
    if (asked.sides.size() > compare::kSidesMax) break;
  }
  std::vector<std::string> names;
  names.reserve(asked.sides.size());
  for (const AskedSide& side : asked.sides) names.push_back(side.name);
  return check_names(names);
}

// Of a server that two loads share at once, its CPU time does not tell which caused it.
options::Problem find_shared_server(const AskedComparison& asked) {
  for (const AskedSide& side : asked.sides) {
    const auto& process = side.job.options.server_pid;
    const auto twin = std::ranges::find_if(asked.sides, [&](const AskedSide& one) {
      return &one < &side && process && one.job.options.server_pid == process;
    });
    if (twin != asked.sides.end() && asked.options.together)
      return fmt::format(
          "--together: {} and {} have the same --server-pid, so its CPU time could not be split between them",
          twin->name, side.name);
  }
  return std::nullopt;
}

// A limit on what nobody measures would fail after the last round.
options::Problem settle_server_metric(AskedComparison& asked) {
  if (auto problem = find_shared_server(asked)) return problem;
  for (const AskedSide& side : asked.sides) {
    asked.plan.server_measured.push_back(side.measures_server());
    if (side.measures_server()) continue;
    const auto asks = [](const compare::Metric* metric) { return metric != nullptr && metric->of_server; };
    const bool limited =
        std::ranges::any_of(asked.limits, [&](const compare::Limit& one) { return asks(one.metric); });
    if (asks(asked.plan.primary) || limited)
      return fmt::format("{} {}: the CPU time of {}'s server is not measured: add --server-pid or --restart",
                         limited ? "--fail-if" : "--primary",
                         limited ? "server_cpu" : asked.plan.primary->name, side.name);
  }
  return std::nullopt;
}

// Likewise of figures that take a watch.
options::Problem settle_watch_metrics(AskedComparison& asked) {
  for (const AskedSide& side : asked.sides) {
    asked.plan.watched.push_back(side.watches());
    if (side.watches()) continue;
    const auto limited = std::ranges::find_if(asked.limits, [](const compare::Limit& one) {
      return one.metric != nullptr && one.metric->of_watch;
    });
    if (limited != asked.limits.end())
      return fmt::format("--fail-if {}: the mailboxes of {} are not watched: add --watch",
                         limited->metric->name, side.name);
    if (asked.plan.primary != nullptr && asked.plan.primary->of_watch)
      return fmt::format("--primary {}: the mailboxes of {} are not watched: add --watch",
                         asked.plan.primary->name, side.name);
  }
  return std::nullopt;
}

options::Problem settle_rounds(AskedComparison& asked) {
  const compare::CompareOptions& options = asked.options;
  compare::Plan& plan = asked.plan;
  plan.looks = options.max_rounds > 0;
  plan.rounds = plan.looks ? options.max_rounds : options.rounds;
  if (plan.looks && std::ranges::find(compare::kLooks, plan.rounds) == compare::kLooks.end())
    return fmt::format("--max-rounds {}: 8, 16 or 24, since that is when it looks", plan.rounds);
  if (plan.rounds < compare::kRoundsMin)
    return fmt::format("--rounds must be at least {}: fewer pairs cannot show a difference at 5 %",
                       compare::kRoundsMin);
  if (plan.rounds > compare::kRoundsMax)
    return fmt::format("--rounds {}: {} at most", plan.rounds, compare::kRoundsMax);
  for (const AskedSide& side : asked.sides) {
    plan.names.push_back(side.name);
    plan.urls.push_back(side.url);
    plan.restarted.push_back(!side.restart.empty());
    if (options.together && !side.program.empty())
      return fmt::format("--together: {} is run by another program, which does not know when to begin",
                         side.name);
    if (options.together && side.job.options.transactions)
      return fmt::format("--together: {} ends with a count, -n, and would leave the others alone: use -d",
                         side.name);
  }
  if (auto problem = settle_server_metric(asked)) return problem;
  if (auto problem = settle_watch_metrics(asked)) return problem;
  if (auto problem = compare::why_no_limit_can_be_crossed(plan)) return "--fail-if: " + *problem;
  plan.together = options.together;
  // One run of a start does not tell what is of the start.
  constexpr std::size_t kRunsOfStart = 2;
  if (std::ranges::find(plan.restarted, true) != plan.restarted.end()) plan.runs_a_round = kRunsOfStart;
  // With one seed for everyone, whatever an order does to the figures would be done every time.
  plan.seed = asked.sides.front().job.options.seed.value_or(std::random_device{}());
  return std::nullopt;
}

}  // namespace

bool AskedSide::watches() const {
  const bool delivers = job.url.starts_with("smtp") || job.url.starts_with("lmtp");
  return delivers && job.own != nullptr && !static_cast<const workload::SmtpOptions&>(*job.own).watch.empty();
}

std::vector<options::OptionGroup> compare_groups() {
  const auto own = compare::compare_option_groups();
  Groups groups(own.begin(), own.end());
  const Groups of_side = groups_of_a_side();
  groups.insert(groups.end(), of_side.begin(), of_side.end());
  return groups;
}

bool was_given(std::span<const SpecOptions* const> lines, std::string_view name) {
  return std::ranges::any_of(lines, [name](const SpecOptions* line) {
    return std::ranges::any_of(line->all(), [&](const SpecOptions::Added& one) {
      return one.spec->long_name() == name && line->given(*one.spec);
    });
  });
}

options::Problem why_not_of_compare(std::string_view option) {
  const auto found = std::ranges::find(kRefused, option, &RefusedOption::name);
  if (found == kRefused.end()) return std::nullopt;
  return fmt::format("compare has no {}: {}", found->name, found->why);
}

options::Problem find_ignored(const SpecOptions& given, std::span<const std::string_view> known,
                              std::string_view why) {
  for (const SpecOptions::Added& one : given.all()) {
    const std::string_view name = one.spec->long_name();
    if (given.given(*one.spec) && std::ranges::find(known, name) == known.end())
      return fmt::format("{} has no effect {}", name, why);
  }
  return std::nullopt;
}

options::Problem check_names(std::span<const std::string> names) {
  if (names.size() < 2)
    return "name two sides at least: `backtalk compare URL URL`, or `backtalk compare -- A URL [OPTIONS] -- "
           "B URL [OPTIONS]`";
  if (names.size() > compare::kSidesMax)
    return fmt::format("{} sides at most can be compared", compare::kSidesMax);
  for (const std::string& name : names) {
    if (name.size() > kSideNameMax)
      return fmt::format("the name `{}` is longer than {} characters", name, kSideNameMax);
    if (std::ranges::count(names, name) > 1) return fmt::format("two sides have the name `{}`", name);
  }
  return std::nullopt;
}

options::Problem settle_terms(AskedComparison& asked) {
  const compare::CompareOptions& options = asked.options;
  compare::Plan& plan = asked.plan;
  if (!options.primary.empty()) {
    plan.primary = compare::find_metric(options.primary);
    if (plan.primary == nullptr)
      return fmt::format("--primary `{}`: one of {}", options.primary, compare::metric_names());
  }
  if (options.same_within > 0) plan.same_within = options.same_within;
  for (const std::string& text : options.fail_if) {
    auto limit = compare::read_limit(text);
    if (auto* problem = std::get_if<std::string>(&limit)) return std::move(*problem);
    asked.limits.push_back(std::get<compare::Limit>(std::move(limit)));
  }
  plan.limits = asked.limits.size();
  return std::nullopt;
}

options::Problem settle_servers(AskedComparison& asked, const SideWords& words, const SpecOptions& common) {
  for (const auto& [name, given] : {std::pair("--trust-saved", asked.options.trust_saved),
                                    std::pair("--any-workload", asked.options.any_workload)}) {
    if (given) return fmt::format("{} has no effect on servers, which are run", name);
  }
  if (auto problem = read_sides(asked, words, common)) return problem;
  return settle_rounds(asked);
}

}  // namespace backtalk::cli
