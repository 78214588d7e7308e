// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk compare [OPTIONS] -- A URL [OPTIONS] -- B URL [OPTIONS]...: is there a difference?
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/asked_comparison.hpp"
#include "cli/compare_files.hpp"
#include "cli/compare_samples.hpp"
#include "cli/interrupt.hpp"
#include "cli/load_help.hpp"
#include "cli/rank_load.hpp"
#include "cli/result_files.hpp"
#include "cli/result_output.hpp"
#include "cli/side_words.hpp"
#include "cli/spec_options.hpp"
#include "cli/standard_error.hpp"
#include "cli/standard_streams.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "compare/comparison.hpp"
#include "compare/limit.hpp"
#include "compare/program_run.hpp"
#include "compare/saved.hpp"
#include "compare/server_process.hpp"
#include "compare/table.hpp"
#include "compare/to_json.hpp"
#include "compare/trial.hpp"
#include "load/joint_run.hpp"
#include "report/failures.hpp"

namespace backtalk::cli {
namespace {

// Starts the side's server if that was asked for.
options::Problem start(compare::ServerProcess& server, const AskedSide& side) {
  if (side.restart.empty()) return std::nullopt;
  auto problem = server.start(side.restart, side.endpoints, [] { return interrupts() > 0; });
  if (problem) problem = fmt::format("{}: {}", side.name, *problem);
  return problem;
}

// A sentence about the first side that does not work at all.
options::Problem try_sides(const AskedComparison& asked, bool visible) {
  for (const AskedSide& side : asked.sides) {
    if (interrupts() > 0) break;
    if (visible) {
      tell("\rtrying {:<{}}", side.name, kSideNameMax);
    }
    compare::ServerProcess server;
    if (auto problem = start(server, side)) return problem;
    auto problem = compare::try_side(side.job, side.terms, side.session_ns, [] { return interrupts() > 0; });
    if (visible) tell("\r{:<60}\r", "");
    if (problem) return fmt::format("{}: {}", side.name, *problem);
  }
  return std::nullopt;
}

using Results = std::vector<result::RunResult>;

// Runs the loads at once: several, or that of the first side.
std::variant<Results, std::string> run_once(const AskedSide& first,
                                            const std::vector<load::JointLoad>& loads) {
  const auto stop = [] { return interrupts() > 0; };
  if (first.program.empty()) {
    load::JointRun run = load::run_jointly(loads, stop);
    if (run.problem) return *std::move(run.problem);
    Results out;
    out.reserve(run.results.size());
    for (auto& one : run.results) out.push_back(*std::move(one));
    return out;
  }
  std::vector<std::string> words = first.words;
  if (const auto& seed = loads.front().job.options.seed)
    words.insert(words.end(), {"--seed", fmt::format("{}", *seed)});
  auto ran = compare::run_program(first.program, words, stop);
  if (const auto* problem = std::get_if<std::string>(&ran))
    return fmt::format("{}: {}", first.name, *problem);
  return Results{std::get<result::RunResult>(std::move(ran))};
}

// Runs sides at once, each as often as a round has it.
std::variant<Results, std::string> run_sides(const AskedComparison& asked, std::span<const std::size_t> sides,
                                             std::size_t round) {
  std::vector<compare::ServerProcess> servers(sides.size());
  std::vector<load::JointLoad> loads;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const AskedSide& side = asked.sides[sides[i]];
    if (auto problem = start(servers[i], side)) return *std::move(problem);
    loads.push_back({.name = side.name, .job = side.job, .terms = side.terms});
    auto& process = loads.back().job.options.server_pid;
    if (const auto started = servers[i].process(); started && !process)
      process = static_cast<std::uint64_t>(*started);
    // The same arrivals for all sides of a round, and others in the next.
    if (auto& seed = loads.back().job.options.seed) *seed += round;
  }
  std::vector<Results> of_side(sides.size());
  for (std::size_t i = 0; i < asked.plan.runs_a_round; ++i) {
    auto ran = run_once(asked.sides[sides.front()], loads);
    if (auto* problem = std::get_if<std::string>(&ran)) return std::move(*problem);
    auto& results = std::get<Results>(ran);
    for (std::size_t side = 0; side < sides.size(); ++side) of_side[side].push_back(std::move(results[side]));
  }
  Results out;
  for (Results& results : of_side) std::ranges::move(results, std::back_inserter(out));
  return out;
}

int finish_comparison(const AskedComparison& asked, const compare::Comparison& done) {
  const ResultOutput output("compare", asked.options.json_file, asked.options.quiet, asked.options.html_file);
  const int lost = output.write(compare::to_json(done), compare::tabulate(done));
  report::Failures failures;
  for (const result::Reason& reason : done.verdict.reasons) failures.add("invalid: " + reason.sentence);
  for (const std::string& sentence : compare::crossed(asked.limits, done)) failures.add_crossed(sentence);
  const int failed = output.complain(failures);
  return lost != 0 ? lost : failed;
}

int run_servers(const AskedComparison& asked) {
  const auto doubt = compare::doubt_about(asked.plan);
  if (doubt && !asked.options.quiet) tell("backtalk compare: note: {}\n", *doubt);
  const bool visible = !asked.options.quiet && isatty(STDERR_FILENO) != 0;
  catch_interrupts(&compare::kill_servers);
  if (auto problem = try_sides(asked, visible)) {
    restore_interrupts();
    return refuse("compare", *problem);
  }
  const auto done = compare::compare(asked.plan, [&](std::span<const std::size_t> sides, std::size_t round) {
    if (visible) {
      tell("\rround {} of {}: {:<{}}", round + 1, asked.plan.rounds,
           sides.size() == 1 ? asked.sides[sides.front()].name : "all sides", kSideNameMax);
    }
    return run_sides(asked, sides, round);
  });
  restore_interrupts();
  if (visible) tell("\r{:<60}\r", "");
  if (const auto* problem = std::get_if<std::string>(&done)) return refuse("compare", *problem);
  return finish_comparison(asked, std::get<compare::Comparison>(done));
}

int run_files(const AskedComparison& asked, std::vector<compare::SavedSide> files) {
  const auto done = compare::compare_saved(std::move(files), {.primary = asked.plan.primary,
                                                              .same_within = asked.plan.same_within,
                                                              .any_workload = asked.options.any_workload});
  if (const auto* problem = std::get_if<std::string>(&done)) return refuse("compare", *problem);
  return finish_comparison(asked, std::get<compare::Comparison>(done));
}

// A sentence if the result cannot be written, or would overwrite a file that is a side.
options::Problem check_outputs(const compare::CompareOptions& options, const SideWords& words) {
  const ResultFiles files{.json = options.json_file, .html = options.html_file};
  std::vector<std::string> read = options.urls;
  for (const auto& side : words) read.insert(read.end(), side.begin(), side.end());
  if (auto problem = files.check_apart_from(read)) return problem;
  return files.check();
}

int run_compare(const SpecOptions& given, const SideWords& words) {
  AskedComparison asked;
  if (auto problem = given.read(compare::compare_option_groups(), asked.options))
    return refuse("compare", *problem);
  outlive_readers();
  if (!asked.options.samples_file.empty()) return run_samples(asked.options, words, given);
  if (auto problem = settle_terms(asked)) return refuse("compare", *problem);
  const bool saved = names_files(asked.options.urls, words);
  // Each process would make all the runs, beside those of the others.
  const auto placed = own_place();
  if (const auto* place = std::get_if<std::optional<ranks::Place>>(&placed); place && *place && !saved)
    return refuse("compare", "a comparison cannot be divided among ranks, as " + (*place)->launcher +
                                 " has started: run it in one process");
  std::vector<compare::SavedSide> files;
  if (auto problem =
          saved ? settle_files(files, asked.options, words, given) : settle_servers(asked, words, given))
    return refuse("compare", *problem);
  if (auto problem = check_outputs(asked.options, words)) return refuse("compare", *problem);
  return saved ? run_files(asked, std::move(files)) : run_servers(asked);
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
          "crossed or could not be judged; 2 usage or environment.",
      .notes =
          {"`backtalk compare [OPTIONS] -- NAME URL [OPTIONS] -- NAME URL [OPTIONS]...`: options "
           "before the first `--` are for all sides; a side's own options override them. The first side is "
           "compared with each of the others.",
           "Each run has its own connections and its own warm-up: --warmup, or else a tenth of -d "
           "(10s). A run that is not valid is repeated with its round.",
           "Files that `backtalk load --json` has written are compared with --trust-saved: several files of "
           "each side, `-- old a.json b.json -- new c.json d.json`, since one run shows nothing.",
           "The metrics are per_s, p50, p90, p99, p99.9 and client_cpu (per transaction), and server_cpu "
           "between "
           "sides that have --server-pid or --restart."},
      .examples = {{"backtalk compare -c 20 -d 5s --fail-if 'p99>1.05' -- old smtp://127.0.0.1:2525 -- new "
                    "smtp://127.0.0.1:2526",
                    "Ten pairs of runs of two servers; fails if the new one's p99 is surely 5 % higher."},
                   {"backtalk compare -- plain imap://127.0.0.1:1143 -- pipelined imap://127.0.0.1:1143 -p 8",
                    "One server, with two ways of talking to it."}},
      .why_refused = &why_not_of_compare};
}

}  // namespace backtalk::cli
