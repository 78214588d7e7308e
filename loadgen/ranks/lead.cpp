// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/lead.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "net/clock.hpp"
#include "net/probe.hpp"
#include "ranks/joined_result.hpp"
#include "report/ranks_verdict.hpp"
#include "result/json.hpp"
#include "text/listed.hpp"

namespace backtalk::ranks {
namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
// Later than the last rank, and the last of its threads, hears of it.
constexpr std::uint64_t kUntilBeginNs = 50'000'000;
constexpr std::uint64_t kUntilBeginEachNs = 200'000;
constexpr std::uint64_t kErrorsUntilBegin = 20;
// However long a clock's answer took.
constexpr std::uint64_t kUntilBeginMaxNs = 10'000'000'000;
// How long after the latest end of a run the results may take to come.
constexpr std::uint64_t kGraceNs = 30'000'000'000;

std::string refusal_of(const Coordinator& ranks, unsigned rank) {
  const Other& other = ranks.others()[rank];
  return fmt::format("{}: {}", report::name_of_rank(rank, other.host), other.problem);
}

std::string missing_sentence(const std::vector<unsigned>& missing, std::uint64_t arrival_ns,
                             const std::string& turned_away, bool stopped) {
  std::vector<std::string> named;
  named.reserve(missing.size());
  for (const unsigned rank : missing) named.push_back(fmt::format("rank {}", rank));
  std::string out =
      stopped ? fmt::format("interrupted before {} had come: nothing was loaded", text::listed(named))
              : fmt::format(
                    "{} did not come within {} s: nothing was loaded (BACKTALK_RANK_TIMEOUT=SECONDS "
                    "gives them more time)",
                    text::listed(named), arrival_ns / 1'000'000'000);
  if (!turned_away.empty()) out += "; someone was turned away: " + turned_away;
  return out;
}

std::uint64_t completed_here(load::LoadRun& run) {
  std::uint64_t sum = 0;
  for (const stats::IntervalRow& one : run.poll()) sum += one.completed;
  return sum;
}

// Ends the load everywhere, once.
void stop_all(load::LoadRun& run, Coordinator& ranks, bool& stopped) {
  if (stopped) return;
  stopped = true;
  ranks.tell_all(Kind::stop);
  run.stop();
}

// False if the user has ended it before.
bool open_all(load::LoadRun& run, Coordinator& ranks, const Watching& watching) {
  ranks.tell_all(Kind::open);
  while (!run.opened() || !ranks.all_opened()) {
    ranks.wait(kLookNs);
    static_cast<void>(run.poll());
    if (watching.stop()) return false;
  }
  return true;
}

result::LostRank lost(unsigned rank, const Other& other, std::string why) {
  return {.rank = rank, .host = other.host, .why = std::move(why)};
}

std::variant<result::RunResult, std::string> join_all(std::variant<result::RunResult, std::string> own,
                                                      std::optional<std::uint64_t> own_begun,
                                                      const std::string& host, Coordinator& ranks) {
  const std::vector<Other>& others = ranks.others();
  JoinedResult joined(static_cast<unsigned>(others.size()));
  if (auto* result = std::get_if<result::RunResult>(&own)) {
    joined.add({.rank = 0, .host = host, .begun_at = own_begun, .clock_error_ns = 0}, std::move(*result));
  } else {
    joined.lose({.rank = 0, .host = host, .why = std::get<std::string>(own)});
  }
  for (unsigned rank = 1; rank < others.size(); ++rank) {
    const Other& other = others[rank];
    if (other.result.empty()) {
      joined.lose(lost(rank, other, other.why_lost));
      continue;
    }
    auto read = result::from_json(other.result);
    if (auto* result = std::get_if<result::RunResult>(&read)) {
      joined.add({.rank = rank,
                  .host = other.host,
                  .begun_at = other.begun_at,
                  .clock_error_ns = other.clock.error_ns()},
                 std::move(*result));
    } else {
      joined.lose(lost(rank, other, "its result cannot be read: " + std::get<std::string>(read)));
    }
  }
  if (auto whole = joined.finish()) return *std::move(whole);
  if (auto* problem = std::get_if<std::string>(&own)) return std::move(*problem);
  return "no rank has a result";
}

}  // namespace

std::variant<result::RunResult, std::string> lead(load::LoadRun& run, Coordinator& ranks,
                                                  const std::string& host, std::uint64_t arrival_ns,
                                                  const Watching& watching) {
  const auto refuse = [&ranks](std::string sentence) {
    ranks.tell_all(Kind::refused, sentence);
    return sentence;
  };
  // Each rank has a connection to this one, beside those of the load.
  const auto no_files = net::check_open_files(
      run.plan().connections + static_cast<unsigned>(ranks.others().size()), run.plan().threads);
  const auto missing = ranks.gather(net::now_ns() + arrival_ns, watching.stop);
  if (const auto refusing = ranks.first_refusal()) return refuse(refusal_of(ranks, *refusing));
  if (no_files) return refuse("rank 0: " + *no_files);
  if (!missing.empty())
    return refuse(missing_sentence(missing, arrival_ns, ranks.turned_away(), watching.stop()));
  if (auto problem = run.open()) return refuse("rank 0: " + *problem);
  bool stopped = false;
  if (!open_all(run, ranks, watching)) stop_all(run, ranks, stopped);
  if (const auto refusing = ranks.first_refusal()) {
    stop_all(run, ranks, stopped);
    return refuse(refusal_of(ranks, *refusing));
  }
  ranks.compare_clocks();
  const std::uint64_t at =
      net::now_ns() + std::max(kUntilBeginNs + kUntilBeginEachNs * ranks.others().size(),
                               std::min(kUntilBeginMaxNs, kErrorsUntilBegin * ranks.clock_error_max()));
  ranks.begin(at);
  run.begin(at);
  while (!run.done()) {
    ranks.wait(kLookNs);
    if (watching.show) watching.show(completed_here(run) + ranks.completed());
    if (watching.stop()) stop_all(run, ranks, stopped);
  }
  auto own = run.finish();
  const auto longest_ns = load::longest_run_ns(run.plan());
  ranks.gather_results({.until = longest_ns ? at + *longest_ns + kGraceNs : kNever,
                        .after_stop_ns = run.plan().drain_ns + kGraceNs},
                       watching.stop);
  return join_all(std::move(own), run.begun_at(), host, ranks);
}

}  // namespace backtalk::ranks
