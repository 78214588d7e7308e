// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/watch_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "cli/interrupt.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "result/characters.hpp"
#include "text/plural.hpp"

namespace backtalk::cli {
namespace {

// Longer than it takes to give up a port where nothing listens.
constexpr auto kSilence = std::chrono::seconds(4);
constexpr auto kPollEvery = std::chrono::milliseconds(20);
constexpr auto kShowEvery = std::chrono::milliseconds(200);

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

void watch(load::LoadRun& run, bool quiet, MetricsListener* metrics) {
  auto show_next = std::chrono::steady_clock::now();
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
    // A page is made several times a second, which is more often than anyone looks.
    if (metrics != nullptr && std::chrono::steady_clock::now() >= show_next) {
      show_metrics(*metrics, run);
      show_next = std::chrono::steady_clock::now() + kShowEvery;
    }
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

}  // namespace

void show_metrics(MetricsListener& metrics, const load::LoadRun& run) {
  metrics.show({.url = result::text_of(run.url()),
                .protocol = run.protocol(),
                .measured_s = seconds(run.measured_ns()),
                .counted = run.so_far()});
}

std::variant<result::RunResult, std::string> watch_run(load::LoadRun& run, bool quiet,
                                                       MetricsListener* metrics) {
  if (auto problem = run.open()) return std::move(*problem);
  run.begin();
  if (!quiet && isatty(STDERR_FILENO) != 0) announce(run);
  watch(run, quiet, metrics);
  return run.finish();
}

}  // namespace backtalk::cli
