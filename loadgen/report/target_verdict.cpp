// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/target_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "report/mix_verdict.hpp"
#include "report/summary.hpp"
#include "text/listed.hpp"
#include "text/plural.hpp"

namespace backtalk::report {
namespace {

using result::Reason;
using result::RunResult;
using result::TargetCounts;

// " (40 x connect-refused)"; nothing if there are none.
std::string shown(const std::vector<result::NamedCount>& errors) {
  std::string counts;
  for (const result::NamedCount& one : errors)
    counts += fmt::format("{}{} x {}", counts.empty() ? "" : ", ", one.count, one.name);
  return counts.empty() ? counts : fmt::format(" ({})", counts);
}

// That says nothing about the server.
bool only_ports_were_missing(const TargetCounts& target) {
  return !target.errors.empty() && std::ranges::all_of(target.errors, [](const result::NamedCount& one) {
    return one.name == "connect-no-ports-left";
  });
}

// Of sessions that arrive by the clock none may have fallen to it, and --ramp may not have come so
// far. Otherwise a connection that is neither opened nor failed was waited for in vain.
bool was_tried(const RunResult& result, const TargetCounts& target) {
  const bool all_are_opened = !result.sessions && !result.interrupted && result.workload.ramp_ns == 0;
  return target.opened > 0 || target.failed > 0 || all_are_opened;
}

bool was_never_there(const RunResult& result, const TargetCounts& target) {
  if (target.ready_ever > 0 || !was_tried(result, target) || only_ports_were_missing(target)) return false;
  return target.opened == 0 || !target.errors.empty();
}

bool went_away(const RunResult& result, const TargetCounts& target) {
  return target.lost && !result.interrupted && !only_ports_were_missing(target);
}

double weight_of_all(const RunResult& result) {
  return std::transform_reduce(result.targets.begin(), result.targets.end(), 0.0, std::plus<>(),
                               [](const TargetCounts& one) { return static_cast<double>(one.weight); });
}

}  // namespace

std::optional<Reason> target_lost(const RunResult& result) {
  if (result.load.load_ns == 0) return std::nullopt;
  std::vector<std::string> never;
  std::vector<std::string> gone;
  double weight = 0;
  for (const TargetCounts& one : result.targets) {
    const bool is_never_there = was_never_there(result, one);
    if (!is_never_there && !went_away(result, one)) continue;
    (is_never_there ? never : gone).push_back(one.url + shown(one.errors));
    weight += static_cast<double>(one.weight);
  }
  if (never.empty() && gone.empty()) return std::nullopt;
  std::string sentence;
  if (!never.empty())
    sentence = fmt::format("no session could be opened with {} in the whole run", text::listed(never));
  if (!gone.empty())
    sentence +=
        fmt::format("{}{} went away and did not come back", sentence.empty() ? "" : "; ", text::listed(gone));
  const double share = weight / weight_of_all(result);
  return Reason{
      .code = "server-lost",
      .sentence = fmt::format("{}: {} of the connections were to go there", sentence, show_share(share)),
      .fails = true,
      .evidence = {{"targets", static_cast<double>(never.size() + gone.size())},
                   {"connections_share", share}}};
}

std::string restarted_servers(const RunResult& result) {
  std::vector<std::string> urls;
  for (const TargetCounts& one : result.targets) {
    if (one.restarts > 0) urls.push_back(one.url);
  }
  if (urls.empty()) return "the server was";
  return fmt::format("{} {}", text::listed(urls), urls.size() == 1 ? "was" : "were");
}

std::optional<std::string> weights_off(const RunResult& result) {
  if (result.targets.empty() || (!result.workload.rate && !result.sessions)) return std::nullopt;
  double begun = 0;
  for (const TargetCounts& one : result.targets) begun += static_cast<double>(one.counted.started);
  std::vector<MixCell> cells;
  for (const TargetCounts& one : result.targets)
    cells.push_back({.expected = begun * static_cast<double>(one.weight) / weight_of_all(result),
                     .completed = static_cast<double>(one.counted.started)});
  const auto off = find_off(cells);
  if (!off) return std::nullopt;
  const MixCell& worst = cells[off->worst];
  return fmt::format(
      "the load was not divided by weight: {} of the {} were begun at {}, and {} should have been",
      show_share(worst.completed / begun), text::plural(result.transaction), result.targets[off->worst].url,
      show_share(worst.expected / begun));
}

std::string where(const RunResult& result) {
  if (result.targets.empty()) return result.url + shown(result.errors);
  std::vector<std::string> all;
  for (const TargetCounts& one : result.targets) all.push_back(one.url + shown(one.errors));
  return text::listed(all);
}

}  // namespace backtalk::report
