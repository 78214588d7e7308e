// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "calibrate/machine.hpp"
#include "cli/asked_load.hpp"
#include "cli/bad_stream_files.hpp"
#include "cli/interrupt.hpp"
#include "cli/joint_load.hpp"
#include "cli/live_view.hpp"
#include "cli/load_help.hpp"
#include "cli/load_series.hpp"
#include "cli/metrics_listener.hpp"
#include "cli/output_file.hpp"
#include "cli/progress.hpp"
#include "cli/protocol_options.hpp"
#include "cli/quote_floor.hpp"
#include "cli/rank_load.hpp"
#include "cli/refused_line.hpp"
#include "cli/result_files.hpp"
#include "cli/result_output.hpp"
#include "cli/spec_options.hpp"
#include "cli/standard_error.hpp"
#include "cli/standard_streams.hpp"
#include "cli/target_weights.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "cli/watch_run.hpp"
#include "html/load_page.hpp"
#include "load/load_run.hpp"
#include "net/polled_listener.hpp"
#include "ranks/joined_result.hpp"
#include "report/failures.hpp"
#include "report/objectives.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "script/shipped.hpp"
#include "series/rate_search.hpp"
#include "series/sweep.hpp"
#include "workload/load_option_table.hpp"
#include "workload/load_options.hpp"
#include "workload/stages.hpp"

namespace backtalk::cli {
namespace {

constexpr std::uint64_t kDefaultDurationNs = 10'000'000'000;

// Checks the options: first what does not depend on the protocol.
options::Problem settle(AskedLoad& asked, const SpecOptions& given) {
  workload::LoadArguments& arguments = asked.arguments;
  if (!arguments.find_rate.empty() && arguments.transactions)
    return "--transactions has no effect with --find-rate, whose steps last as long as -d";
  if (arguments.is_sweep() && (arguments.repeat > 1 || !arguments.find_rate.empty()))
    return "several values of -p or -r cannot be combined with --repeat or --find-rate: each makes several "
           "runs";
  if (arguments.is_sweep() && (arguments.session_rate || !arguments.stages.empty()))
    return "several values of -p or -r cannot be combined with --stages or --session-rate";
  if (arguments.depths.size() * std::max<std::size_t>(arguments.rates.size(), 1) > series::kSweepRunsMax)
    return fmt::format("{} values of -p and {} of -r are more than {} runs", arguments.depths.size(),
                       arguments.rates.size(), series::kSweepRunsMax);
  if (!arguments.find_rate.empty() && !arguments.stages.empty())
    return "--stages has no effect with --find-rate, which tries rates of its own";
  if (auto problem = workload::settle_stages(arguments)) return problem;
  // An open loop, which begins there.
  if (!arguments.find_rate.empty() && !arguments.rate) arguments.rate = series::kFirstRate;
  if (!arguments.duration_ns && !arguments.transactions) arguments.duration_ns = kDefaultDurationNs;
  const std::array lines{&given};
  make_room_for_sessions(arguments, lines);
  auto own = read_protocol_options(arguments.url, arguments, lines);
  if (auto* problem = std::get_if<std::string>(&own)) return std::move(*problem);
  asked.own = std::get<std::shared_ptr<options::Values>>(std::move(own));
  auto rules = report::read_rules(arguments.slo);
  if (auto* problem = std::get_if<std::string>(&rules)) return std::move(*problem);
  asked.rules = std::get<std::vector<report::Rule>>(std::move(rules));
  auto goal = report::read_rules(arguments.find_rate);
  if (auto* problem = std::get_if<std::string>(&goal)) return "--find-rate: " + *problem;
  asked.goal = std::get<std::vector<report::Rule>>(std::move(goal));
  auto thresholds = report::read_thresholds(arguments.fail_if);
  if (auto* problem = std::get_if<std::string>(&thresholds)) return std::move(*problem);
  asked.thresholds = std::get<std::vector<report::Threshold>>(std::move(thresholds));
  return std::nullopt;
}

ResultFiles files_of(const workload::LoadArguments& arguments) {
  return {.json = arguments.json_file,
          .csv = arguments.csv_file,
          .hdr = arguments.hdr_file,
          .open_metrics = arguments.open_metrics_file,
          .google_benchmark = arguments.google_benchmark_file,
          .html = arguments.html_file};
}

// "AMD EPYC 7763, 2 cores, Linux 6.1.0"
std::string show_machine() {
  const calibrate::Machine machine = calibrate::this_machine();
  return fmt::format("{}{}{} cores, Linux {}", machine.processor, machine.processor.empty() ? "" : ", ",
                     machine.cores, machine.kernel);
}

std::string page_of(const AskedLoad& asked, const result::RunResult& result, const result::Verdict& verdict) {
  html::Loaded loaded{
      .result = result, .verdict = verdict, .limits = {}, .file = {}, .machine = show_machine()};
  for (const report::Threshold& one : asked.thresholds)
    loaded.limits.push_back({.text = one.text, .crossed = report::crossed(one, result)});
  return html::load_page(std::span(&loaded, 1), "backtalk " BACKTALK_VERSION);
}

int finish(const AskedLoad& asked, const result::RunResult& result) {
  const workload::LoadArguments& arguments = asked.arguments;
  const result::Verdict verdict = report::judge(result);
  const ResultOutput output("load", arguments.json_file,
                            arguments.quiet || files_of(arguments).has_standard_output());
  int lost = output.write(result::to_json(result, verdict), report::summarize(result));
  if (const int others = files_of(arguments).write_others("load", result, verdict); others != 0)
    lost = others;
  if (!arguments.html_file.empty() && !write_file(arguments.html_file, page_of(asked, result, verdict)))
    lost = refuse("load", fmt::format("--html {}: cannot be written", arguments.html_file));
  report::Failures failures;
  failures.add(verdict);
  failures.add_crossed(asked.thresholds, result);
  const int failed = output.complain(failures);
  return lost != 0 ? lost : failed;
}

int show_script(const std::string& name) {
  const auto found = script::look_up_shipped("", name);
  if (const auto* problem = std::get_if<std::string>(&found))
    return refuse("load", fmt::format("--show-script {}: {}", name, *problem));
  if (!write_out(std::string(std::get<const script::ShippedScript*>(found)->text)))
    return refuse("load", "the script cannot be written to standard output");
  return 0;
}

// A word behind the first URL that is none: `-c 5 6`. Null: there is none.
const std::string* find_stray(const SpecOptions& given) {
  for (const SpecOptions::Added& added : given.all()) {
    if (!added.spec->is_positional()) continue;
    const std::vector<std::string>& words = added.option->results();
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i].find(':') == std::string::npos) return &words[i];
    }
  }
  return nullptr;
}

int run_load(const SpecOptions& given, const SideWords& sides) {
  AskedLoad asked;
  const workload::LoadArguments& arguments = asked.arguments;
  if (auto problem = given.read(workload::common_option_groups(), asked.arguments))
    return refuse("load", *problem);
  if (!arguments.urls.empty()) asked.arguments.url = arguments.urls.front();
  if (!arguments.show_script.empty()) return show_script(arguments.show_script);
  outlive_readers();
  auto placed = own_place();
  if (const auto* problem = std::get_if<std::string>(&placed)) return refuse("load", *problem);
  const auto& place = std::get<std::optional<ranks::Place>>(placed);
  // Of several processes that share a load, only one says why there is none.
  const auto refuse_run = [&place](const std::string& problem) {
    return place ? refuse_as_rank(*place, problem) : refuse("load", problem);
  };
  if (place && !sides.empty())
    return refuse_run("several loads beside each other cannot be divided among ranks: run one of them");
  if (const auto problem = place ? not_for_ranks(arguments) : std::nullopt) return refuse_run(*problem);
  if (!sides.empty() && !arguments.deliver.empty())
    return refuse("load", "--deliver is the URL of one load: of several each has its own, as `-- NAME URL`");
  if (!sides.empty()) return run_joint_load(given, asked, sides);
  if (arguments.verbose && arguments.at.empty())
    return refuse("load", "--verbose has no effect with one load: use --json for the details of each run");
  if (!arguments.deliver.empty()) {
    if (!arguments.url.empty()) return refuse("load", "--deliver gives the URL: give it only once");
    asked.arguments.url = arguments.deliver;
  }
  if (arguments.url.empty())
    return refuse("load",
                  "name a URL, such as smtp://127.0.0.1:2525; `backtalk load --help` lists the schemes");
  if (auto problem = settle_targets(asked)) return refuse_run(*problem);
  if (!arguments.at.empty()) return run_joint_load(given, asked, sides);
  if (auto problem = settle(asked, given)) return refuse_run(*problem);
  const std::string& save_bad = arguments.save_bad;
  const Shown shown = shown_of(arguments);
  engine::BadStreams bad_streams;
  const load::Terms terms{.far_targets = arguments.far_target,
                          .probe = arguments.probe,
                          .share = place ? place->share : engine::Share{},
                          .bad_streams = save_bad.empty() ? nullptr : &bad_streams,
                          .keeps_histograms = !arguments.hdr_file.empty(),
                          .sums_up = !arguments.metrics_listen.empty() || shown == Shown::view};
  auto prepared = load::prepare(asked.job(), terms);
  if (auto* problem = std::get_if<std::string>(&prepared)) return refuse_run(*problem);
  auto& run = std::get<load::LoadRun>(prepared);
  for (const auto& rules : {asked.rules, asked.goal}) {
    if (auto problem = report::check_commands(rules, run.commands(), run.watches()))
      return refuse_run(*problem);
  }
  if (run.watches() && place)
    return refuse_run(
        "--watch cannot be divided among ranks: it watches mailboxes for the messages of one process");
  if (place && !place->speaks()) {
    catch_interrupts();
    return follow_load(run, *place);
  }
  if (auto problem = files_of(arguments).check()) return refuse_run(*problem);
  if (auto problem = save_bad.empty() ? std::nullopt : prepare_bad_streams(save_bad))
    return refuse_run(*problem);
  std::unique_ptr<MetricsListener> metrics;
  if (!arguments.metrics_listen.empty()) {
    auto listening = MetricsListener::listen(arguments.metrics_listen);
    if (auto* problem = std::get_if<std::string>(&listening)) return refuse_run(*problem);
    metrics = std::get<std::unique_ptr<MetricsListener>>(std::move(listening));
    show_metrics(*metrics, run);
    tell("backtalk load: metrics at {}{}\n", metrics->url(),
         metrics->is_local() ? "" : ", which other machines can read too");
  }
  catch_interrupts(&LiveView::erase_at_once);
  std::optional<int> code;  // of several runs, which report for themselves
  std::variant<result::RunResult, std::string> result;
  if (arguments.is_sweep()) {
    code = run_sweep(asked, terms);
  } else if (!asked.goal.empty()) {
    code = search_rate(asked, terms);
  } else if (arguments.repeat > 1) {
    code = run_repeatedly(asked, terms);
  } else if (place && place->is_joined()) {
    result = lead_load(run, *place, shown == Shown::nothing);
  } else {
    result = watch_run(run, {.shown = shown,
                             .warns = !arguments.quiet,
                             .step = {},
                             .thresholds = asked.thresholds,
                             .metrics = metrics.get()});
    if (auto* const part = place ? std::get_if<result::RunResult>(&result) : nullptr)
      ranks::mark_as_part(*part, place->share.part, place->share.parts, net::host_name());
  }
  restore_interrupts();
  // The other ranks have heard of it.
  if (const auto* problem = std::get_if<std::string>(&result)) return refuse("load", *problem);
  const auto bad = bad_streams.take();
  const auto unsaved = write_bad_streams(save_bad, run.protocol(), bad);
  if (!unsaved && !bad.empty() && !arguments.quiet)
    tell("backtalk load: kept {} of what servers sent in {}\n",
         bad.size() == 1 ? "one stream" : fmt::format("{} streams", bad.size()), save_bad);
  if (!code) {
    if (!place) quote_floor(std::get<result::RunResult>(result));
    code = finish(asked, std::get<result::RunResult>(result));
  }
  return unsaved ? refuse("load", *unsaved) : *code;
}

}  // namespace

Verb add_load_verb(CLI::App& app, int& exit_code, const SideWords& sides) {
  CLI::App* const verb = app.add_subcommand("load", "Drive a server with pipelined sessions and measure it");
  auto given = std::make_shared<const SpecOptions>(*verb, workload::all_option_groups());
  head_with_protocols(*given);
  verb->callback([verb, given, &exit_code, &sides] {
    if (const std::string* const stray = find_stray(*given)) {
      const Verb line{.app = verb, .options = given, .exit_status = {}, .notes = {}, .examples = {}};
      exit_code = refuse("load", find_line_mistake(line, CLI::ExtrasError({*stray}), *stray));
    } else {
      exit_code = run_load(*given, sides);
    }
  });
  return {
      .app = verb,
      .options = given,
      .exit_status =
          "0 the run did what was asked; 1 nothing completed, the server was lost, the rate was not reached, "
          "more failed than --allow-failures, a rule of --slo was not met, --fail-if was crossed, the "
          "result is invalid or in doubt and there is a --fail-if, no rate was found, or a later run could "
          "not "
          "be made; 2 usage or environment.",
      .notes =
          {"`backtalk load --help smtp`, or with another scheme, shows only the options that apply to it.",
           "The clock runs for --warmup plus -d. Before that, sessions are opened, for --timeout at most "
           "(4 x if the first answers come slowly); after it, the run waits for the last replies, for 4 x "
           "--timeout + 1 s at most (open loop: 5 x).",
           "Several URLs share the connections of one load, by --weight: `backtalk load URL URL --weight "
           "3,1`.",
           "`backtalk load [OPTIONS] -- NAME URL [OPTIONS] -- NAME URL [OPTIONS]...` runs several loads "
           "beside "
           "each other, each with its protocol, its rate and its --slo; options before the first `--` are "
           "for "
           "all of them."},
      .examples =
          {{"backtalk load smtp://127.0.0.1:2525 -c 20 -p 16 --data bdat -d 10s --json result.json",
            "20 sessions with 16 messages in flight on each, for 10 seconds; the result is saved as JSON."},
           {"backtalk load lmtp+unix:/run/dovecot/lmtp -r 200 --arrival poisson --fail-if 'p99>50ms'",
            "200 messages a second at random instants, whatever the server does; fails if one message in a "
            "hundred takes longer than 50 ms."}},
      .files = {{"~/.local/state/backtalk/calibration.json",
                 "This machine's floor, which `backtalk calibrate` has measured; results quote it. "
                 "$XDG_STATE_HOME, if "
                 "it is set, stands in place of ~/.local/state."}},
      .environment = {{"NO_COLOR", "If it is not empty, the live view has no colours."},
                      {"TERM",
                       "If it is empty or `dumb`, there is no live view: a line is printed each second."},
                      {"XDG_STATE_HOME", "Where files of state are kept."},
                      {"BACKTALK_RANK",
                       "The number of this process, from 0 on, if several share one load. Launchers such as "
                       "mpirun, srun and Kubernetes have variables of their own, which are read as well."},
                      {"BACKTALK_RANKS", "How many processes share the load."},
                      {"BACKTALK_COORDINATOR",
                       "HOST:PORT at which they find rank 0. Without it, each saves its own part for "
                       "`backtalk merge`."},
                      {"BACKTALK_TOKEN",
                       "A secret of the processes that share the load: whoever does not know it is turned "
                       "away."},
                      {"BACKTALK_RANK_TIMEOUT",
                       "For how many seconds they wait for each other before the load: 60."}},
      .narrow_help = &narrow_load_help};
}

}  // namespace backtalk::cli
