// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "cli/bad_stream_files.hpp"
#include "cli/interrupt.hpp"
#include "cli/load_help.hpp"
#include "cli/output_file.hpp"
#include "cli/protocol_options.hpp"
#include "cli/spec_options.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "load/load_run.hpp"
#include "report/objectives.hpp"
#include "report/summary.hpp"
#include "report/threshold.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "script/shipped.hpp"
#include "stats/hdr_v2.hpp"
#include "text/plural.hpp"
#include "workload/load_option_table.hpp"
#include "workload/load_options.hpp"

namespace backtalk::cli {
namespace {

constexpr int kFailed = 1;
// Longer than it takes to give up a port where nothing listens.
constexpr auto kSilence = std::chrono::seconds(4);
constexpr auto kPollEvery = std::chrono::milliseconds(20);
constexpr std::uint64_t kDefaultDurationNs = 10'000'000'000;

// What the user asked for.
struct Asked {
  workload::LoadArguments arguments;
  std::shared_ptr<options::Values> own;  // the options of the protocol alone
  std::vector<report::Rule> rules;
  std::vector<report::Threshold> thresholds;
};

// Checks the options: first what does not depend on the protocol.
options::Problem settle(Asked& asked, const SpecOptions& given) {
  workload::LoadArguments& arguments = asked.arguments;
  if (!arguments.duration_ns && !arguments.transactions) arguments.duration_ns = kDefaultDurationNs;
  const std::array lines{&given};
  auto own = read_protocol_options(arguments.url, arguments, lines);
  if (auto* problem = std::get_if<std::string>(&own)) return std::move(*problem);
  asked.own = std::get<std::shared_ptr<options::Values>>(std::move(own));
  auto rules = report::read_rules(arguments.slo);
  if (auto* problem = std::get_if<std::string>(&rules)) return std::move(*problem);
  asked.rules = std::get<std::vector<report::Rule>>(std::move(rules));
  for (const std::string& text : arguments.fail_if) {
    auto threshold = report::read_threshold(text);
    if (auto* problem = std::get_if<std::string>(&threshold)) return *problem;
    asked.thresholds.push_back(std::get<report::Threshold>(std::move(threshold)));
  }
  return std::nullopt;
}

double seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

void announce(const load::LoadRun& run) {
  const engine::ClientPlan& plan = run.plan();
  const auto longest_ns = load::longest_run_ns(plan);
  fmt::print(stderr, "backtalk load: {} with {} sessions, {}; Ctrl-C ends it\n", run.url(), plan.connections,
             longest_ns
                 ? fmt::format("for {:g} s, and {:g} s at most with opening, warm-up and the last answers",
                               seconds(plan.duration_ns), seconds(*longest_ns))
                 : fmt::format("until {} transactions have begun", plan.transactions_max));
}

// The progress on a terminal, in one line that is rewritten once a second.
void show_progress(const stats::IntervalRow& row, std::string_view transaction) {
  fmt::print(stderr, "\r{:>4} s  {:>9} {}/s  p50 {:>8}  p99 {:>8}  failed {:<6}", row.t_s, row.completed,
             text::plural(transaction), report::show_ns(static_cast<double>(row.p50_ns)),
             report::show_ns(static_cast<double>(row.p99_ns)), row.failed);
  std::fflush(stderr);
}

// Printed while a run waits without any answer, whether or not on a terminal.
void report_no_session(const load::LoadRun& run) {
  std::string why = fmt::format(
      "is there a server at {}, does it send a greeting, and does it take the TLS and the login that were "
      "asked for?",
      run.url());
  if (const auto failure = run.first_failure()) {
    why = failure->name;
    const std::string_view remedy = report::remedy_of(failure->name);
    constexpr std::size_t kWordsMax = 120;
    if (!remedy.empty()) {
      why.append(": ").append(remedy).append(".");
    } else if (!failure->words.empty()) {
      why += fmt::format(": the server said {}.",
                         report::show_octets(std::string_view(failure->words).substr(0, kWordsMax)));
    } else {
      why += fmt::format(" at {}.", run.url());
    }
  }
  fmt::print(stderr,
             "backtalk load: no session for {} s: {} The run goes on; Ctrl-C ends it and shows the errors\n",
             kSilence.count(), why);
}

void watch(load::LoadRun& run, bool quiet) {
  const bool visible = !quiet && isatty(STDERR_FILENO) != 0;
  const auto silent_until = std::chrono::steady_clock::now() + kSilence;
  std::size_t shown = 0;
  bool stopped = false;
  bool told = quiet;
  while (!run.done()) {
    std::this_thread::sleep_for(kPollEvery);
    if (!told && std::chrono::steady_clock::now() >= silent_until) {
      told = true;
      if (!run.had_session()) report_no_session(run);
    }
    const auto rows = run.poll();
    if (visible && rows.size() > shown) {
      shown = rows.size();
      show_progress(rows.back(), run.transaction());
    }
    if (interrupts() > 0 && !stopped) {
      stopped = true;
      run.stop();
      if (visible) fmt::print(stderr, "\nstopping; press Ctrl-C again to quit at once");
    }
  }
  if (shown > 0 || (visible && stopped)) fmt::print(stderr, "\n");
}

// True if both go to the same place, as with `2>&1`.
bool is_one_file(int one, int other) {
  struct stat first{};
  struct stat second{};
  return fstat(one, &first) == 0 && fstat(other, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

int finish(const Asked& asked, const result::RunResult& result) {
  const workload::LoadArguments& arguments = asked.arguments;
  const result::Verdict verdict = report::judge(result);
  if (!arguments.quiet && arguments.json_file != "-" && !write_out(report::summarize(result)))
    return refuse("load", "the summary cannot be written to standard output");
  if (!arguments.json_file.empty() && !write_file(arguments.json_file, result::to_json(result, verdict))) {
    return refuse("load", fmt::format("--json {}: cannot be written", arguments.json_file));
  }
  if (!arguments.hdr_file.empty() &&
      !write_file(arguments.hdr_file, stats::encode_v2_compressed(result.latency))) {
    return refuse("load", fmt::format("--hdr {}: cannot be written", arguments.hdr_file));
  }
  // The summary has these sentences: whoever reads it does not need them again.
  const bool shown = !arguments.quiet && arguments.json_file != "-" &&
                     (isatty(STDOUT_FILENO) != 0 || is_one_file(STDOUT_FILENO, STDERR_FILENO));
  bool failed = false;
  for (const result::Reason& reason : verdict.reasons) {
    failed |= reason.fails;
    if (reason.fails && !shown) fmt::print(stderr, "backtalk load: failed: {}\n", reason.sentence);
  }
  for (const result::Objective& objective : verdict.objectives) {
    failed |= !objective.met;
    if (!objective.met && !shown)
      fmt::print(stderr, "backtalk load: failed: objective {}: {}\n", objective.rule, objective.shown);
  }
  for (const report::Threshold& threshold : asked.thresholds) {
    const auto sentence = report::crossed(threshold, result);
    if (!sentence) continue;
    failed = true;
    fmt::print(stderr, "backtalk load: failed: {}\n", *sentence);
  }
  return failed ? kFailed : 0;
}

int show_script(const std::string& name) {
  const auto found = script::look_up_shipped("", name);
  if (const auto* problem = std::get_if<std::string>(&found))
    return refuse("load", fmt::format("--show-script {}: {}", name, *problem));
  if (!write_out(std::string(std::get<const script::ShippedScript*>(found)->text)))
    return refuse("load", "the script cannot be written to standard output");
  return 0;
}

int run_load(const SpecOptions& given) {
  Asked asked;
  const workload::LoadArguments& arguments = asked.arguments;
  if (auto problem = given.read(workload::common_option_groups(), asked.arguments))
    return refuse("load", *problem);
  if (!arguments.show_script.empty()) return show_script(arguments.show_script);
  if (arguments.url.empty())
    return refuse("load",
                  "name a URL, such as smtp://127.0.0.1:2525; `backtalk load --help` lists the schemes");
  if (auto problem = settle(asked, given)) return refuse("load", *problem);
  const std::string& save_bad = arguments.save_bad;
  engine::BadStreams bad_streams;
  auto prepared = load::prepare({.url = arguments.url,
                                 .options = static_cast<const workload::LoadOptions&>(arguments),
                                 .own = asked.own},
                                {.far_targets = arguments.far_target,
                                 .share = {},
                                 .bad_streams = save_bad.empty() ? nullptr : &bad_streams});
  if (auto* problem = std::get_if<std::string>(&prepared)) return refuse("load", *problem);
  auto& run = std::get<load::LoadRun>(prepared);
  if (auto problem = report::check_commands(asked.rules, run.commands())) return refuse("load", *problem);
  for (const std::string& path : {arguments.json_file, arguments.hdr_file}) {
    if (!can_write(path)) return refuse("load", fmt::format("{}: cannot be written", path));
  }
  if (auto problem = save_bad.empty() ? std::nullopt : prepare_bad_streams(save_bad))
    return refuse("load", *problem);
  catch_interrupts();
  if (auto problem = run.open()) return refuse("load", *problem);
  run.begin();
  if (!arguments.quiet && isatty(STDERR_FILENO) != 0) announce(run);
  watch(run, arguments.quiet);
  const auto result = run.finish();
  restore_interrupts();
  if (const auto* problem = std::get_if<std::string>(&result)) return refuse("load", *problem);
  const auto bad = bad_streams.take();
  if (auto problem = write_bad_streams(save_bad, run.protocol(), bad)) return refuse("load", *problem);
  if (!bad.empty() && !arguments.quiet)
    fmt::print(stderr, "backtalk load: kept {} of what servers sent in {}\n",
               bad.size() == 1 ? "one stream" : fmt::format("{} streams", bad.size()), save_bad);
  return finish(asked, std::get<result::RunResult>(result));
}

}  // namespace

Verb add_load_verb(CLI::App& app, int& exit_code) {
  CLI::App* const verb = app.add_subcommand("load", "Drive a server with pipelined sessions and measure it");
  auto given = std::make_shared<const SpecOptions>(*verb, workload::all_option_groups());
  head_with_protocols(*given);
  verb->callback([given, &exit_code] { exit_code = run_load(*given); });
  return {
      .app = verb,
      .options = given,
      .exit_status =
          "0 the run did what was asked; 1 nothing completed, the server was lost, the rate was not reached, "
          "more failed than --allow-failures, a rule of --slo was not met, or --fail-if was crossed; 2 usage "
          "or environment.",
      .notes =
          {"`backtalk load --help smtp`, or with another scheme, shows only the options that apply to it.",
           "The clock runs for --warmup plus -d. Before that, sessions are opened, for --timeout at most "
           "(4 x if the first answers come slowly); after it, the run waits for the last replies, for 4 x "
           "--timeout + 1 s at most (open loop: 5 x)."},
      .examples =
          {{"backtalk load smtp://127.0.0.1:2525 -c 20 -p 16 --data bdat -d 10s --json result.json",
            "20 sessions with 16 messages in flight on each, for 10 seconds; the result is saved as JSON."},
           {"backtalk load lmtp+unix:/run/dovecot/lmtp -r 200 --arrival poisson --fail-if 'p99>50ms'",
            "200 messages a second at random instants, whatever the server does; fails if one message in a "
            "hundred takes longer than 50 ms."}},
      .narrow_help = &narrow_load_help};
}

}  // namespace backtalk::cli
