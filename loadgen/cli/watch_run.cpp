// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/watch_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "cli/interrupt.hpp"
#include "cli/live_figures.hpp"
#include "cli/live_view.hpp"
#include "cli/standard_error.hpp"
#include "live/plain_line.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "result/characters.hpp"
#include "text/escaped.hpp"

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
  tell("backtalk load: {} with {} sessions, {}; Ctrl-C ends it\n", run.url(), plan.connections,
       longest_ns ? fmt::format("for {:g} s (gives up after {:g} s)", seconds(plan.duration_ns),
                                seconds(*longest_ns))
                  : fmt::format("until {} transactions have begun", plan.transactions_max));
}

// On a terminal in one line that is rewritten once a second, elsewhere in a line for each.
void show_line(const stats::IntervalRow& row, std::string_view transaction, bool rewrites) {
  std::string line = live::plain_line(last_second_of(row), transaction);
  if (!rewrites) line.erase(line.find_last_not_of(' ') + 1);
  tell("{}{}{}", rewrites ? "\r" : "", line, rewrites ? "" : "\n");
}

// What there is to say while a run waits without any answer, whether or not on a terminal.
std::string no_session(const load::LoadRun& run) {
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
                         text::quote(std::string_view(failure->words).substr(0, kWordsMax)));
    } else {
      why += fmt::format(" at {}.", run.url());
    }
  }
  return fmt::format(
      "backtalk load: no session for {} s: {} The run goes on; Ctrl-C ends it and shows the errors",
      kSilence.count(), why);
}

// Shows a run in the way that was asked for.
class Display {
 public:
  Display(const load::LoadRun& run, const Watching& watching)
      : run_(run), lines_(watching.shown == Shown::lines), rewrites_(lines_ && isatty(STDERR_FILENO) != 0) {
    if (watching.shown != Shown::view) return;
    figures_.emplace(run, watching.step, watching.thresholds);
    view_.emplace();
  }
  ~Display() {
    if (begun_) tell("\n");
  }
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  void say(const std::string& sentence) {
    if (view_) return view_->say(sentence);
    tell("{}\n", sentence);
  }

  // To be called after each poll.
  void show(std::span<const stats::IntervalRow> rows, bool stopped) {
    if (view_ && std::chrono::steady_clock::now() >= look_next_) {
      view_->show(figures_->look(stopped));
      look_next_ = std::chrono::steady_clock::now() + kShowEvery;
    }
    if (!lines_ || rows.size() <= shown_) return;
    shown_ = rows.size();
    show_line(rows.back(), run_.transaction(), rewrites_);
    begun_ = rewrites_;
  }

  void stopping() {
    if (view_) look_next_ = {};
    if (!lines_) return;
    tell("{}stopping; press Ctrl-C again to quit at once{}", rewrites_ ? "\n" : "", rewrites_ ? "" : "\n");
    begun_ = rewrites_;
  }

 private:
  const load::LoadRun& run_;
  const bool lines_;
  const bool rewrites_;
  bool begun_ = false;  // a line that has no end yet
  std::size_t shown_ = 0;
  std::chrono::steady_clock::time_point look_next_;
  std::optional<LiveFigures> figures_;
  std::optional<LiveView> view_;
};

void watch(load::LoadRun& run, const Watching& watching) {
  Display display(run, watching);
  auto show_next = std::chrono::steady_clock::now();
  const auto silent_until = std::chrono::steady_clock::now() + kSilence;
  bool stopped = false;
  bool told = !watching.warns;
  while (!run.done()) {
    std::this_thread::sleep_for(kPollEvery);
    if (!told && std::chrono::steady_clock::now() >= silent_until) {
      told = true;
      if (!run.had_session()) display.say(no_session(run));
    }
    const auto rows = run.poll();
    // A page is made several times a second, which is more often than anyone looks.
    if (watching.metrics != nullptr && std::chrono::steady_clock::now() >= show_next) {
      show_metrics(*watching.metrics, run);
      show_next = std::chrono::steady_clock::now() + kShowEvery;
    }
    if (interrupts() > 0 && !stopped) {
      stopped = true;
      run.stop();
      display.stopping();
    }
    display.show(rows, stopped);
  }
}

}  // namespace

void show_metrics(MetricsListener& metrics, const load::LoadRun& run) {
  metrics.show({.url = result::text_of(run.url()),
                .protocol = run.protocol(),
                .measured_s = seconds(run.measured_ns()),
                .counted = run.so_far()});
}

std::variant<result::RunResult, std::string> watch_run(load::LoadRun& run, const Watching& watching) {
  if (auto problem = run.open()) return std::move(*problem);
  run.begin();
  if (watching.shown != Shown::nothing) announce(run);
  watch(run, watching);
  return run.finish();
}

}  // namespace backtalk::cli
