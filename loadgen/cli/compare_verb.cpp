// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk compare [OPTIONS] -- A URL [OPTIONS] -- B URL [OPTIONS]...: is there a difference?
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/compare_sides.hpp"
#include "cli/interrupt.hpp"
#include "cli/load_help.hpp"
#include "cli/output_file.hpp"
#include "cli/protocol_options.hpp"
#include "cli/refused_line.hpp"
#include "cli/spec_options.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "compare/compare_options.hpp"
#include "compare/comparison.hpp"
#include "compare/limit.hpp"
#include "compare/run_once.hpp"
#include "compare/table.hpp"
#include "compare/to_json.hpp"
#include "compare/trial.hpp"
#include "load/load_run.hpp"
#include "workload/load_option_table.hpp"

namespace backtalk::cli {
namespace {

constexpr std::uint64_t kRunNs = 10'000'000'000;
constexpr std::uint64_t kWarmupParts = 10;  // of a run: one is its warm-up
constexpr std::size_t kNameOctetsMax = 32;

using Groups = std::vector<options::OptionGroup>;

// What a side runs with.
struct AskedSide {
  std::string name;
  load::Job job;
  load::Terms terms;
  std::string url = {};  // with its port
  std::uint64_t session_ns = compare::kTrialSessionNs;
};

struct AskedComparison {
  compare::CompareOptions options;
  compare::Plan plan;
  std::vector<AskedSide> sides;
  std::vector<compare::Limit> limits;
};

// The options of `load` that say what a run does: all but its URL and where its result goes.
Groups run_groups() {
  Groups groups = workload::all_option_groups();
  return {groups.begin() + 1, groups.end() - 1};
}

Groups compare_groups() {
  const auto own = compare::compare_option_groups();
  Groups groups(own.begin(), own.end());
  const Groups of_run = run_groups();
  groups.insert(groups.end(), of_run.begin(), of_run.end());
  return groups;
}

bool was_given(std::span<const SpecOptions* const> lines, std::string_view name) {
  return std::ranges::any_of(lines, [name](const SpecOptions* line) {
    return std::ranges::any_of(line->all(), [&](const SpecOptions::Added& one) {
      return one.spec->long_name() == name && line->given(*one.spec);
    });
  });
}

struct RefusedOption {
  std::string_view name;
  std::string_view why;
};

// Options of `load` that a comparison does not have.
constexpr std::array kRefused{
    RefusedOption{"--slo", "it judges one run; --fail-if 'p99>1.05' limits how B compares with A"},
    RefusedOption{"--hdr", "it writes the latencies of one run; --json has the percentiles of each"},
    RefusedOption{"--save-bad", "use `backtalk load --save-bad` with the side that breaks the protocol"},
    RefusedOption{"--show-script", "use `backtalk load --show-script NAME`"}};

options::Problem why_not_of_compare(std::string_view option) {
  const auto found = std::ranges::find(kRefused, option, &RefusedOption::name);
  if (found == kRefused.end()) return std::nullopt;
  return fmt::format("compare has no {}: {}", found->name, found->why);
}

options::Problem why_not_of_a_side(std::string_view option) {
  for (const options::OptionGroup& group : compare::compare_option_groups()) {
    if (std::ranges::find(group.options, option, &options::OptionSpec::long_name) != group.options.end())
      return fmt::format("{} is for the whole comparison: write it before the first `--`", option);
  }
  return why_not_of_compare(option);
}

// The side's options are added to those that all sides have, and prevail over them.
options::Problem settle_side(AskedSide& side, const std::string& url,
                             std::span<const SpecOptions* const> given) {
  if (url.ends_with(".json") && url.find("://") == std::string::npos)
    return fmt::format("`{}`: saved results are not compared yet; write the URLs of servers, which are run",
                       url);
  workload::LoadArguments arguments;
  arguments.url = url;
  const auto common = workload::common_option_groups();
  for (const SpecOptions* const one : given) {
    if (auto problem = one->read(common, arguments)) return problem;
  }
  if (!arguments.duration_ns && !arguments.transactions) arguments.duration_ns = kRunNs;
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
  side.url = std::get<load::LoadRun>(prepared).url();
  return std::nullopt;
}

// One side as it stands behind `--`.
options::Problem read_side(AskedComparison& asked, const std::vector<std::string>& words,
                           const SpecOptions& common) {
  if (words.size() < 2 || words[0].starts_with('-') || words[1].starts_with('-'))
    return "a side is written as `-- NAME URL [OPTIONS]`, such as `-- old smtp://127.0.0.1:2525 -p 2`";
  AskedSide side{.name = words[0], .job = {}, .terms = {}};
  CLI::App app("", "compare");
  const auto own = std::make_shared<const SpecOptions>(app, run_groups());
  // CLI11 takes the words from the end.
  std::vector<std::string> rest(words.rbegin(), words.rend() - 2);
  try {
    app.parse(rest);
  } catch (const CLI::ParseError& stop) {
    return fmt::format("{}: {}", side.name,
                       find_line_mistake({.app = &app,
                                          .options = own,
                                          .exit_status = {},
                                          .notes = {},
                                          .examples = {},
                                          .why_refused = &why_not_of_a_side},
                                         stop));
  }
  const std::array given{&common, own.get()};
  if (auto problem = settle_side(side, words[1], given)) return fmt::format("{}: {}", side.name, *problem);
  asked.sides.push_back(std::move(side));
  return std::nullopt;
}

options::Problem read_sides(AskedComparison& asked, const SideWords& words, const SpecOptions& common) {
  const auto& urls = asked.options.urls;
  if (!urls.empty() && !words.empty())
    return fmt::format("`{}` stands before the first `--`: each side is written behind one, with a name",
                       urls.front());
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
  if (asked.sides.size() < 2)
    return "name two sides at least: `backtalk compare URL URL`, or `backtalk compare -- A URL [OPTIONS] -- "
           "B URL [OPTIONS]`";
  if (asked.sides.size() > compare::kSidesMax)
    return fmt::format("{} sides at most can be compared", compare::kSidesMax);
  for (const AskedSide& side : asked.sides) {
    if (side.name.size() > kNameOctetsMax)
      return fmt::format("the name `{}` is longer than {} characters", side.name, kNameOctetsMax);
    if (std::ranges::count(asked.sides, side.name, &AskedSide::name) > 1)
      return fmt::format("two sides have the name `{}`", side.name);
  }
  return std::nullopt;
}

options::Problem settle_plan(AskedComparison& asked) {
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
  for (const AskedSide& side : asked.sides) {
    plan.names.push_back(side.name);
    plan.urls.push_back(side.url);
  }
  // With one seed for everyone, whatever an order does to the figures would be done every time.
  plan.seed = asked.sides.front().job.options.seed.value_or(std::random_device{}());
  return std::nullopt;
}

// A sentence about the first side that does not work at all.
options::Problem try_sides(const AskedComparison& asked, bool visible) {
  for (const AskedSide& side : asked.sides) {
    if (interrupts() > 0) break;
    if (visible) {
      fmt::print(stderr, "\rtrying {:<{}}", side.name, kNameOctetsMax);
      std::fflush(stderr);
    }
    auto problem = compare::try_side(side.job, side.terms, side.session_ns, [] { return interrupts() > 0; });
    if (visible) fmt::print(stderr, "\r{:<60}\r", "");
    if (problem) return fmt::format("{}: {}", side.name, *problem);
  }
  return std::nullopt;
}

int finish_comparison(const AskedComparison& asked, const compare::Comparison& done) {
  const compare::CompareOptions& options = asked.options;
  if (!options.quiet && options.json_file != "-" && !write_out(compare::tabulate(done)))
    return refuse("compare", "the table cannot be written to standard output");
  if (!options.json_file.empty() && !write_file(options.json_file, compare::to_json(done)))
    return refuse("compare", fmt::format("--json {}: cannot be written", options.json_file));
  bool failed = !done.verdict.valid();
  if (options.quiet || options.json_file == "-") {
    for (const result::Reason& reason : done.verdict.reasons)
      fmt::print(stderr, "backtalk compare: invalid: {}\n", reason.sentence);
  }
  for (const compare::Limit& limit : asked.limits) {
    const auto sentence = compare::crossed(limit, done);
    if (!sentence) continue;
    failed = true;
    fmt::print(stderr, "backtalk compare: failed: {}\n", *sentence);
  }
  return failed ? 1 : 0;
}

int run_compare(const SpecOptions& given, const SideWords& words) {
  AskedComparison asked;
  if (auto problem = given.read(compare::compare_option_groups(), asked.options))
    return refuse("compare", *problem);
  if (auto problem = read_sides(asked, words, given)) return refuse("compare", *problem);
  if (auto problem = settle_plan(asked)) return refuse("compare", *problem);
  if (!can_write(asked.options.json_file))
    return refuse("compare", fmt::format("{}: cannot be written", asked.options.json_file));
  const auto doubt = compare::doubt_about(asked.plan);
  if (doubt && !asked.options.quiet) fmt::print(stderr, "backtalk compare: note: {}\n", *doubt);
  const bool visible = !asked.options.quiet && isatty(STDERR_FILENO) != 0;
  catch_interrupts();
  if (auto problem = try_sides(asked, visible)) {
    restore_interrupts();
    return refuse("compare", *problem);
  }
  const auto done = compare::compare(asked.plan, [&](std::size_t side, std::size_t round) {
    load::Job job = asked.sides[side].job;
    // The same arrivals for all sides of a round, and others in the next.
    if (job.options.seed) job.options.seed = *job.options.seed + round;
    if (visible) {
      fmt::print(stderr, "\rround {} of {}: {:<{}}", round + 1, asked.plan.rounds, asked.sides[side].name,
                 kNameOctetsMax);
      std::fflush(stderr);
    }
    return compare::run_once(job, asked.sides[side].terms, [] { return interrupts() > 0; });
  });
  restore_interrupts();
  if (visible) fmt::print(stderr, "\r{:<60}\r", "");
  if (const auto* problem = std::get_if<std::string>(&done)) return refuse("compare", *problem);
  return finish_comparison(asked, std::get<compare::Comparison>(done));
}

}  // namespace

Verb add_compare_verb(CLI::App& app, int& exit_code, const SideWords& sides) {
  CLI::App* const verb =
      app.add_subcommand("compare", "Run servers or options against each other: is there a difference?");
  auto given = std::make_shared<const SpecOptions>(*verb, compare_groups());
  head_with_protocols(*given);
  verb->callback([given, &exit_code, &sides] { exit_code = run_compare(*given, sides); });
  return {
      .app = verb,
      .options = given,
      .exit_status =
          "0 the sides were compared, whatever came out; 1 the comparison is not valid, or --fail-if was "
          "crossed; 2 usage or environment.",
      .notes =
          {"`backtalk compare [OPTIONS] -- NAME URL [OPTIONS] -- NAME URL [OPTIONS]...`: options "
           "before the first `--` are for all sides; a side's own options override them. The first side is "
           "compared with each of the others.",
           "Each run has its own connections and its own warm-up: --warmup, or else a tenth of -d "
           "(10s). A run that is not valid is repeated with its round.",
           "The metrics are per_s, p50, p90, p99, p99.9 and client_cpu (per transaction)."},
      .examples = {{"backtalk compare -c 20 -d 5s --fail-if 'p99>1.05' -- old smtp://127.0.0.1:2525 -- new "
                    "smtp://127.0.0.1:2526",
                    "Ten pairs of runs of two servers; fails if the new one's p99 is surely 5 % higher."},
                   {"backtalk compare -- plain imap://127.0.0.1:1143 -- pipelined imap://127.0.0.1:1143 -p 8",
                    "One server, with two ways of talking to it."}},
      .why_refused = &why_not_of_compare};
}

}  // namespace backtalk::cli
