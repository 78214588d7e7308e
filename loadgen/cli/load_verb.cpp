// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>
#include <unistd.h>

#include <array>
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
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "cli/whole_number.hpp"
#include "load/load_run.hpp"
#include "report/summary.hpp"
#include "report/threshold.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "stats/hdr_v2.hpp"
#include "text/duration.hpp"
#include "text/plural.hpp"
#include "text/share.hpp"
#include "workload/ignored_options.hpp"
#include "workload/load_options.hpp"

namespace backtalk::cli {
namespace {

constexpr int kFailed = 1;
constexpr auto kSilence = std::chrono::seconds(4);  // a port where nothing listens is given up before
constexpr auto kPollEvery = std::chrono::milliseconds(20);
constexpr std::uint64_t kDefaultDurationNs = 10'000'000'000;
// More than any machine's sessions begin; what falls due and is never begun is counted one by one.
constexpr double kRateMax = 1e7;
constexpr unsigned kConnectionsMax = 100'000;

struct LoadArguments {
  workload::LoadOptions options;
  std::string duration;
  std::string warmup = "0s";
  std::string timeout = "10s";
  std::string batch_wait = "1ms";
  std::string ramp = "0s";
  std::string allow_failures = "1%";
  double rate = 0;
  std::uint64_t transactions = 0;
  std::string json_file;
  std::string hdr_file;
  std::vector<std::string> fail_if;
  std::vector<report::Threshold> thresholds;
  bool quiet = false;
  bool far_target = false;
};

std::optional<std::string> read_time(std::string_view option, const std::string& text, std::uint64_t& ns) {
  const auto read = text::read_duration(text);
  if (!read)
    return fmt::format(
        "{} `{}`: expected a time such as 10s, 250ms, 1.5m or 100us; a number without a unit is in seconds",
        option, text);
  ns = *read;
  return std::nullopt;
}

// Checks the options that no protocol has to know, and brings them into their final form.
std::optional<std::string> settle(LoadArguments& arguments, const CLI::App& verb) {
  workload::LoadOptions& options = arguments.options;
  if (auto problem = read_time("--warmup", arguments.warmup, options.warmup_ns)) return problem;
  if (auto problem = read_time("--timeout", arguments.timeout, options.timeout_ns)) return problem;
  if (auto problem = read_time("--batch-wait", arguments.batch_wait, options.batch_ns)) return problem;
  if (auto problem = read_time("--ramp", arguments.ramp, options.ramp_ns)) return problem;
  const auto allowed = text::read_share(arguments.allow_failures);
  if (!allowed)
    return fmt::format("--allow-failures `{}`: expected a share such as 1% or 0.01",
                       arguments.allow_failures);
  options.allow_failures = *allowed;
  if (options.timeout_ns == 0) return "--timeout must be greater than zero, for example 10s";
  if (verb.count("--duration") > 0) {
    std::uint64_t duration_ns = 0;
    if (auto problem = read_time("--duration", arguments.duration, duration_ns)) return problem;
    if (duration_ns == 0) return "--duration must be greater than zero, for example 10s";
    options.duration_ns = duration_ns;
  }
  if (verb.count("--transactions") > 0) {
    if (arguments.transactions == 0) return "--transactions must be at least 1";
    options.transactions = arguments.transactions;
  }
  if (!options.duration_ns && !options.transactions) options.duration_ns = kDefaultDurationNs;
  if (verb.count("--rate") > 0) {
    if (!(arguments.rate > 0) || arguments.rate > kRateMax) {
      return fmt::format("--rate must be greater than zero and at most {:.0f} transactions per second",
                         kRateMax);
    }
    options.rate = arguments.rate;
  }
  const auto given = [&verb](std::string_view option) { return verb.count(std::string(option)) > 0; };
  if (auto problem = workload::find_ignored(options, given)) return problem;
  for (const auto& [option, file] :
       {std::pair{"--json", arguments.json_file}, {"--hdr", arguments.hdr_file}}) {
    if (verb.count(option) > 0 && file.empty())
      return fmt::format("{} needs a file name, or - for standard output", option);
  }
  for (const std::string& text : arguments.fail_if) {
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
  fmt::print(
      stderr,
      "backtalk load: no session for {} s: is there a server at {}, and does it greet? The run goes on; "
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
      if (visible) fmt::print(stderr, "\nending; once more quits at once");
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
  if (!arguments.quiet && arguments.json_file != "-" && !write_out(report::summarize(result)))
    return refuse("load", "the summary cannot be written to standard output");
  if (!arguments.json_file.empty() && !write_file(arguments.json_file, result::to_json(result, verdict))) {
    return refuse("load", fmt::format("--json {}: cannot be written", arguments.json_file));
  }
  if (!arguments.hdr_file.empty() &&
      !write_file(arguments.hdr_file, stats::encode_v2_compressed(result.latency))) {
    return refuse("load", fmt::format("--hdr {}: cannot be written", arguments.hdr_file));
  }
  // A terminal shows the summary, which has these sentences.
  const bool shown = !arguments.quiet && arguments.json_file != "-" && isatty(STDOUT_FILENO) != 0;
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
  auto prepared = load::prepare(arguments.options, {.far_targets = arguments.far_target, .share = {}});
  if (auto* problem = std::get_if<std::string>(&prepared)) return refuse("load", *problem);
  auto& run = std::get<load::LoadRun>(prepared);
  for (const std::string& path : {arguments.json_file, arguments.hdr_file}) {
    if (!can_write(path)) return refuse("load", fmt::format("{}: cannot be written", path));
  }
  catch_interrupts();
  if (auto problem = run.open()) return refuse("load", *problem);
  run.begin();
  if (!arguments.quiet && isatty(STDERR_FILENO) != 0) announce(run);
  watch(run, arguments.quiet);
  const auto result = run.finish();
  let_interrupts_end();
  if (const auto* problem = std::get_if<std::string>(&result)) return refuse("load", *problem);
  return finish(arguments, std::get<result::RunResult>(result));
}

// An option that takes one of `choices`.
template <class Value, std::size_t kCount>
CLI::Option* add_choice(CLI::App& verb, const std::string& name, Value& value,
                        const std::array<workload::Choice<Value>, kCount>& choices, const std::string& help) {
  std::vector<std::string> words;
  for (const workload::Choice<Value>& one : choices) words.emplace_back(one.word);
  const auto set = [&value, &choices](const std::string& word) {
    value = workload::read_choice(choices, word).value_or(value);
  };
  return verb.add_option_function<std::string>(name, set, help)
      ->check(CLI::IsMember(std::move(words)))
      ->default_str(std::string(workload::word_of(choices, value)));
}

}  // namespace

void add_load_verb(CLI::App& app, int& exit_code) {
  CLI::App* verb = app.add_subcommand("load", "Drive a server with pipelined sessions and measure it");
  auto arguments = std::make_shared<LoadArguments>();
  workload::LoadOptions& options = arguments->options;
  verb->add_option("URL", options.url,
                   "smtp://host:port (25), lmtp://host:port (24), smtp://[::1]:port, smtp+unix:/path or "
                   "lmtp+unix:/path")
      ->required();

  verb->add_option("-c,--connections", options.connections, "number of concurrent sessions")
      ->check(whole_number())
      ->check(CLI::Range(1U, kConnectionsMax))
      ->capture_default_str();
  verb->add_option("-t,--threads", options.threads, "threads, each with its own ring")
      ->check(whole_number())
      ->check(CLI::Range(1U, kThreadsMax))
      ->capture_default_str();
  verb->add_option("-p,--pipeline", options.pipeline,
                   "commands, messages or requests in flight on a connection; 1 is lock step. SMTP with "
                   "DATA: 2 or more "
                   "sends command groups (RFC 2920)")
      ->check(whole_number())
      ->check(CLI::Range(1U, 1024U))
      ->capture_default_str();
  verb->add_option(
      "-d,--duration", arguments->duration,
      "start transactions for this long, e.g. 10s, 250ms or 1.5m; without a unit, seconds (default: 10s, "
      "unless -n is given)");
  verb->add_option("-n,--transactions", arguments->transactions,
                   "start this many transactions; without -d, a run that has no session for 2 x --timeout "
                   "ends as well")
      ->check(whole_number());
  verb->add_option("--warmup", arguments->warmup, "run this long before measuring")->capture_default_str();
  verb->add_option(
      "-r,--rate", arguments->rate,
      "open loop: schedule this many transactions per second; latency counts from the scheduled instant");
  add_choice(*verb, "--arrival", options.arrival, workload::kArrivals,
             "open loop: how transactions are spaced");
  verb->add_option("--seed", options.seed, "seed of the random numbers of --arrival poisson")
      ->check(whole_number())
      ->capture_default_str();
  verb->add_option("--per-connection", options.per_connection,
                   "transactions before reconnecting; 0: no limit")
      ->check(whole_number())
      ->capture_default_str();
  verb->add_option(
          "--timeout", arguments->timeout,
          "a transaction without an answer for this long fails; also bounds the opening of sessions before "
          "the clock starts")
      ->capture_default_str();
  verb->add_option("--ramp", arguments->ramp,
                   "start the clock at once and open the sessions over this time; 0: open all of them first")
      ->capture_default_str();
  verb->add_option(
          "--batch-wait", arguments->batch_wait,
          "closed loop: handle replies in batches of up to this long, to save client CPU, while that costs "
          "no throughput; a latency may grow by as much; 0: time each reply as it comes")
      ->capture_default_str();
  verb->add_flag("--quick-ack", options.quick_ack,
                 "set TCP_QUICKACK after every read (changes what is measured)");

  verb->add_option("--hello", options.hello, "smtp: the name given with EHLO, HELO or LHLO")
      ->group("SMTP and LMTP")
      ->capture_default_str();
  verb->add_option("--from", options.from, "smtp: the sender; {n} becomes the message's number")
      ->group("SMTP and LMTP")
      ->capture_default_str();
  verb->add_option("--to", options.to, "smtp: a recipient, repeatable; {n} becomes the message's number")
      ->group("SMTP and LMTP")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->capture_default_str();
  verb->add_option("--size", options.size_octets, "smtp: octets of the generated message")
      ->check(whole_number())
      ->group("SMTP and LMTP")
      ->capture_default_str();
  verb->add_option("--message", options.message_file, "smtp: a file to send instead of a generated message")
      ->group("SMTP and LMTP");
  add_choice(*verb, "--data", options.submission, workload::kSubmissions,
             "smtp: send messages with DATA or with BDAT (RFC 3030)")
      ->group("SMTP and LMTP");
  add_choice(
      *verb, "--next", options.next, workload::kNexts,
      "smtp, -p 2 or more: the next message's commands go with the dot of the last, or after its reply")
      ->group("SMTP and LMTP");
  add_choice(*verb, "--exercise", options.exercise, workload::kExercises,
             "smtp: what a transaction is; servers limit NOOP and RSET on a connection (Postfix: 100, "
             "Exim: 10), "
             "so add --per-connection 90 or 9")
      ->group("SMTP and LMTP");

  verb->add_option("--json", arguments->json_file,
                   "write the result as JSON (backtalk.load/1) to this file; - is standard output")
      ->group("Results");
  verb->add_option("--hdr", arguments->hdr_file,
                   "write the latency histogram (HdrHistogram V2, base64) to this file")
      ->group("Results");
  verb->add_option(
          "--fail-if", arguments->fail_if,
          "exit 1 if the result crosses this limit; repeatable: 'p99>10ms', 'failed>1%', 'per_s<5000'")
      ->group("Results")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_option("--allow-failures", arguments->allow_failures,
                   "exit 1 if a larger share of the transactions failed")
      ->group("Results")
      ->capture_default_str();
  verb->add_flag("--quiet", arguments->quiet, "no progress and no summary")->group("Results");
  verb->add_flag("--i-may-load-this-target", arguments->far_target,
                 "load a target that is neither loopback nor private");
  verb->footer(
      "Exit: 0 the run did what was asked; 1 nothing completed, the server was lost, the rate could not be "
      "met, more "
      "failed than --allow-failures, or --fail-if was crossed; 2 usage or environment.\n"
      "A run takes -d and --warmup. Before them sessions are opened, for --timeout at most (4 x if the first "
      "answers "
      "come slowly); after them the last answers are waited for, for 4 x --timeout + 1 s at most (open loop: "
      "5 x).\n"
      "Example: backtalk load smtp://127.0.0.1:2525 -c 20 -p 16 --data bdat -d 10s --json result.json");
  verb->callback([arguments, verb, &exit_code] { exit_code = run_load(*arguments, *verb); });
}

}  // namespace backtalk::cli
