// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/spec_options.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "load/load_run.hpp"
#include "report/summary.hpp"
#include "report/threshold.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "stats/hdr_v2.hpp"
#include "text/plural.hpp"
#include "workload/ignored_options.hpp"
#include "workload/load_option_table.hpp"
#include "workload/load_options.hpp"
#include "workload/protocols.hpp"

namespace backtalk::cli {
namespace {

constexpr int kFailed = 1;
constexpr auto kSilence = std::chrono::seconds(4);  // a port where nothing listens is given up before
constexpr auto kPollEvery = std::chrono::milliseconds(20);
constexpr std::uint64_t kDefaultDurationNs = 10'000'000'000;

struct LoadArguments {
  workload::LoadOptions options;
  std::vector<SpecOption> given;
  std::vector<report::Threshold> thresholds;
};

// Reads the options, and checks what no protocol has to know.
std::optional<std::string> settle(LoadArguments& arguments, const CLI::App& verb) {
  workload::LoadOptions& options = arguments.options;
  if (auto problem = read_spec_options(arguments.given, options)) return problem;
  if (!options.duration_ns && !options.transactions) options.duration_ns = kDefaultDurationNs;
  const auto given = [&verb](std::string_view option) { return verb.count(std::string(option)) > 0; };
  if (auto problem = workload::find_ignored(options, given)) return problem;
  for (const std::string& text : options.fail_if) {
    auto threshold = report::read_threshold(text);
    if (auto* problem = std::get_if<std::string>(&threshold)) return *problem;
    arguments.thresholds.push_back(std::get<report::Threshold>(std::move(threshold)));
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

// One line that says how the run goes, once a second, where somebody watches.
void show_progress(const stats::IntervalRow& row, std::string_view transaction) {
  fmt::print(stderr, "\r{:>4} s  {:>9} {}/s  p50 {:>8}  p99 {:>8}  failed {:<6}", row.t_s, row.completed,
             text::plural(transaction), report::show_ns(static_cast<double>(row.p50_ns)),
             report::show_ns(static_cast<double>(row.p99_ns)), row.failed);
  std::fflush(stderr);
}

// A run that nobody answers says so while it waits, whoever watches.
void say_that_nobody_answers(std::string_view url) {
  fmt::print(stderr,
             "backtalk load: no session for {} s: is there a server at {}, and does it send a greeting? The "
             "run goes on; "
             "Ctrl-C ends it\n",
             kSilence.count(), url);
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
      if (!run.had_session()) say_that_nobody_answers(run.url());
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

bool write_out(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

bool write_file(const std::string& path, const std::string& text) {
  if (path == "-") return write_out(text + "\n");
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << '\n';
  file.flush();
  return file.good();
}

// Asked before the run: a result that took minutes must not be lost to a mistyped path. (A pipe is not asked:
// its reader would take the asking for the end.)
bool can_write(const std::string& path) {
  std::error_code none;
  if (std::filesystem::exists(path, none) && !std::filesystem::is_regular_file(path, none) &&
      !std::filesystem::is_directory(path, none)) {
    return true;
  }
  return path.empty() || path == "-" || std::ofstream(path, std::ios::app).good();
}

int finish(const LoadArguments& arguments, const result::RunResult& result) {
  const result::Verdict verdict = report::judge(result);
  if (!arguments.options.quiet && arguments.options.json_file != "-" && !write_out(report::summarize(result)))
    return refuse("load", "the summary cannot be written to standard output");
  if (!arguments.options.json_file.empty() &&
      !write_file(arguments.options.json_file, result::to_json(result, verdict))) {
    return refuse("load", fmt::format("--json {}: cannot be written", arguments.options.json_file));
  }
  if (!arguments.options.hdr_file.empty() &&
      !write_file(arguments.options.hdr_file, stats::encode_v2_compressed(result.latency))) {
    return refuse("load", fmt::format("--hdr {}: cannot be written", arguments.options.hdr_file));
  }
  // A terminal shows the summary, which has these sentences.
  const bool shown =
      !arguments.options.quiet && arguments.options.json_file != "-" && isatty(STDOUT_FILENO) != 0;
  bool failed = false;
  for (const result::Reason& reason : verdict.reasons) {
    failed |= reason.fails;
    if (reason.fails && !shown) fmt::print(stderr, "backtalk load: failed: {}\n", reason.sentence);
  }
  for (const report::Threshold& threshold : arguments.thresholds) {
    const auto sentence = report::crossed(threshold, result);
    if (!sentence) continue;
    failed = true;
    fmt::print(stderr, "backtalk load: failed: {}\n", *sentence);
  }
  return failed ? kFailed : 0;
}

int run_load(LoadArguments& arguments, const CLI::App& verb) {
  if (auto problem = settle(arguments, verb)) return refuse("load", *problem);
  auto prepared =
      load::prepare(arguments.options, {.far_targets = arguments.options.far_target, .share = {}});
  if (auto* problem = std::get_if<std::string>(&prepared)) return refuse("load", *problem);
  auto& run = std::get<load::LoadRun>(prepared);
  for (const std::string& path : {arguments.options.json_file, arguments.options.hdr_file}) {
    if (!can_write(path)) return refuse("load", fmt::format("{}: cannot be written", path));
  }
  catch_interrupts();
  if (auto problem = run.open()) return refuse("load", *problem);
  run.begin();
  if (!arguments.options.quiet && isatty(STDERR_FILENO) != 0) announce(run);
  watch(run, arguments.options.quiet);
  const auto result = run.finish();
  let_interrupts_end();
  if (const auto* problem = std::get_if<std::string>(&result)) return refuse("load", *problem);
  return finish(arguments, std::get<result::RunResult>(result));
}

std::string url_help() {
  std::string schemes;
  for (const workload::Protocol& one : workload::protocols())
    schemes += fmt::format("{}://host:port ({}), ", one.scheme, one.default_port);
  return schemes + "with [::1] for IPv6; with a Unix socket SCHEME+unix:/path";
}

}  // namespace

void add_load_verb(CLI::App& app, int& exit_code) {
  CLI::App* verb = app.add_subcommand("load", "Drive a server with pipelined sessions and measure it");
  auto arguments = std::make_shared<LoadArguments>();
  verb->add_option("URL", arguments->options.url, url_help())->required();
  arguments->given = add_spec_options(*verb, workload::all_option_groups());
  verb->footer(
      "Exit status: 0 the run did what was asked; 1 nothing completed, the server was lost, the rate was not "
      "reached, more failed than --allow-failures, or --fail-if was crossed; 2 usage or environment.\n"
      "The clock runs for --warmup plus -d. Before that, sessions are opened, for --timeout at most (4 x if "
      "the first answers come slowly); after it, the run waits for the last replies, for 4 x --timeout + 1 s "
      "at most (open loop: 5 x).\n"
      "Example: backtalk load smtp://127.0.0.1:2525 -c 20 -p 16 --data bdat -d 10s --json result.json");
  verb->callback([arguments, verb, &exit_code] { exit_code = run_load(*arguments, *verb); });
}

}  // namespace backtalk::cli
