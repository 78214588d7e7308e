// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "report/summary.hpp"

namespace backtalk::report {
namespace {

constexpr double kBusyLimit = 0.90;  // of a thread's time on the CPU
constexpr std::uint64_t kLoadNsMin = 100'000'000;
constexpr double kRateMissed = 0.01;      // of what fell due
constexpr double kSilenceNsMin = 1e9;     // without an answer, before a server counts as gone
constexpr double kSilenceLatencies = 20;  // and so many times the 99th percentile of the latency
constexpr double kSilenceShare = 0.10;    // and this much of the load

double share(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

std::optional<Reason> generator_bound(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  if (tally.load_ns < kLoadNsMin || tally.busy_max < kBusyLimit) return std::nullopt;
  return Reason{
      .code = "generator-bound",
      .sentence = fmt::format("a generator thread was on the CPU for {:.0f} % of the time: use more "
                              "threads or cores",
                              tally.busy_max * 100),
      .fails = false,
      .evidence = {{"busy", tally.busy_max}}};
}

std::string while_there(const LoadResult& result, double ns) {
  return fmt::format("{:.0f}/s until then",
                     share(static_cast<double>(result.tally.measured().completed), ns / 1e9));
}

// No connection could be had any more; or there were connections, and nothing was answered on them.
std::optional<Reason> server_lost(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  if (result.interrupted || tally.load_ns == 0) return std::nullopt;
  const auto load = static_cast<double>(tally.load_ns);
  const auto silent = static_cast<double>(std::min(tally.silent_ns, tally.load_ns));
  const auto latency = static_cast<double>(tally.latency.value_at_percentile(99));
  const double due = result.options.rate ? silent / 1e9 * *result.options.rate : 3;
  const bool stopped = silent >= kSilenceNsMin && silent >= kSilenceLatencies * latency &&
                       silent >= kSilenceShare * load && due >= 3;
  if (!tally.server_lost() && !stopped) return std::nullopt;
  const double lost =
      tally.server_lost() ? load - std::min(static_cast<double>(tally.connected_ns), load) : silent;
  const std::string_view what = tally.server_lost()
                                    ? "the server went away and did not come back: no connection for"
                                    : "the server stopped answering: nothing for the last";
  return Reason{.code = "server-lost",
                .sentence = fmt::format("{} {:.2f} s of {:.2f} s ({})", what, lost / 1e9, load / 1e9,
                                        while_there(result, load - lost)),
                .fails = true,
                .evidence = {{"lost_s", lost / 1e9}, {"load_s", load / 1e9}}};
}

std::optional<Reason> errors(const LoadResult& result) {
  const stats::TransactionTally& counted = result.tally.measured();
  const double failed = share(static_cast<double>(counted.failed), static_cast<double>(counted.started));
  const double allowed = result.options.allow_failures;
  if (failed <= allowed) return std::nullopt;
  return Reason{
      .code = "errors",
      .sentence = fmt::format("{} of the {}s failed ({} of {}), more than the {} of --allow-failures",
                              show_share(failed), result.transaction, counted.failed, counted.started,
                              show_share(allowed)),
      .fails = true,
      .evidence = {{"failed_share", failed}, {"allowed_share", allowed}}};
}

// In the second half of the run, were as many answered as fell due? Those in flight at the middle and at the
// end cancel out, however long an answer takes; a queue that grows does not. How many are in flight scatters
// by the square root of their number, of which three are allowed for.
std::optional<Reason> rate_not_reached(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  if (!result.options.rate || result.interrupted || tally.planned_end <= tally.middle) return std::nullopt;
  const auto half_ns = static_cast<double>(tally.planned_end - tally.middle);
  // Too short to tell: the first answers had hardly come by the middle.
  if (static_cast<double>(tally.service.min()) > half_ns / 2) return std::nullopt;
  const auto fell_due = static_cast<double>(tally.measured().started - tally.due_by_middle);
  const auto answered = static_cast<double>(tally.answered_by_end - tally.answered_by_middle);
  const auto in_flight = static_cast<double>(tally.due_by_middle - tally.answered_by_middle);
  const double scatter = 3 * std::sqrt(2 * in_flight) + 2;
  if (fell_due - answered <= kRateMissed * fell_due + scatter) return std::nullopt;
  return Reason{
      .code = "rate-not-reached",
      .sentence = fmt::format(
          "the rate could not be met: in the second half {:.0f}/s fell due and {:.0f}/s were answered",
          fell_due / half_ns * 1e9, answered / half_ns * 1e9),
      .fails = true,
      .evidence = {{"due_per_s", fell_due / half_ns * 1e9}, {"answered_per_s", answered / half_ns * 1e9}}};
}

std::string_view first_words(const LoadResult& result) {
  for (const stats::Example& one : result.tally.examples.all()) {
    if (!one.text.empty()) return one.text;
  }
  return {};
}

// Why, as far as the errors tell.
std::string cause_of_nothing(const LoadResult& result) {
  const auto errors = result.tally.errors.all();
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(errors, [name](const stats::NamedCount& one) { return one.name == name; });
  };
  const auto words = first_words(result);
  if (result.tally.connections_opened == 0 && has("connect-refused"))
    return "nothing listens there: is the server running, and is that its port?";
  if (words.empty() && has("timeout"))
    return "it took the connection and did not answer: is that the right protocol and port?";
  if (words.empty()) return {};
  return fmt::format("the server said {}", show_octets(words.substr(0, 120)));
}

std::optional<Reason> nothing_completed(const LoadResult& result) {
  if (result.tally.measured().completed > 0) return std::nullopt;
  std::string sentence = fmt::format("nothing was completed at {}", result.url);
  std::string counts;
  for (const stats::NamedCount& one : result.tally.errors.all())
    counts += fmt::format("{}{} x {}", counts.empty() ? "" : ", ", one.count, one.name);
  if (!counts.empty()) sentence += fmt::format(" ({})", counts);
  if (const std::string cause = cause_of_nothing(result); !cause.empty()) sentence += "; " + cause;
  return Reason{.code = "nothing-completed", .sentence = std::move(sentence), .fails = true, .evidence = {}};
}

// --- Notes

constexpr double kTouched = 0.10;  // of a figure: less of it is not worth a note
constexpr double kLagMinNs = 1e5;
constexpr double kWaitedMin = 0.01;  // of a thread's time
constexpr double kBusySessions = 0.01;
constexpr double kOutage = 0.01;
constexpr double kEdge = 0.02;

bool worth_judging(const LoadResult& result) {
  return result.tally.load_ns >= kLoadNsMin && result.tally.measured().completed > 0;
}

double mean_reply_ns(const stats::Tally& tally) {
  double sum = 0;
  double count = 0;
  for (const stats::CommandTally& one : tally.commands()) {
    sum += one.latency.mean() * static_cast<double>(one.latency.count());
    count += static_cast<double>(one.latency.count());
  }
  return share(sum, count);
}

// A reply that comes while the thread has no core is timed when it has one.
std::optional<std::string> shared_cores(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  if (!worth_judging(result) || tally.delayed_max < kWaitedMin || tally.core_turns == 0) return std::nullopt;
  const double wait = static_cast<double>(tally.run_delay_ns) / static_cast<double>(tally.core_turns);
  const double reply = mean_reply_ns(tally);
  if (share(wait, reply) < kTouched) return std::nullopt;
  return fmt::format(
      "the generator shared its cores: it waited {} for one on average, {} of what a reply takes ({}); pin "
      "it to cores of its own with taskset, or run it on another machine",
      show_ns(wait), show_share(share(wait, reply)), show_ns(reply));
}

std::optional<std::string> late_sends(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  if (!worth_judging(result) || tally.send_lag.empty()) return std::nullopt;
  const auto lag = static_cast<double>(tally.send_lag.value_at_percentile(99));
  const auto latency = static_cast<double>(tally.latency.value_at_percentile(99));
  if (lag < kLagMinNs || share(lag, latency) < kTouched) return std::nullopt;
  return fmt::format(
      "one {} in a hundred was begun more than {} late though a session was free: the upper percentiles (p99 "
      "{}) are "
      "partly the generator's",
      result.transaction, show_ns(lag), show_ns(latency));
}

bool had_outage(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  return static_cast<double>(tally.connected_ns) < static_cast<double>(tally.load_ns) * (1 - kOutage);
}

std::optional<std::string> busy_sessions(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  const double found =
      share(static_cast<double>(tally.found_all_busy), static_cast<double>(tally.measured().started));
  // Sessions that are not there are not busy, and more of them do not help a generator that is.
  if (!result.options.rate || !worth_judging(result) || found <= kBusySessions || had_outage(result) ||
      server_lost(result) || generator_bound(result)) {
    return std::nullopt;
  }
  return fmt::format(
      "{} of the {}s fell due while every session was busy, and their wait is in the latency; if the server "
      "takes more sessions, use more -c",
      show_share(found), result.transaction);
}

std::optional<std::string> fewer_sessions(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  const std::size_t asked = result.options.connections;
  const bool ramping = result.options.ramp_ns > result.options.warmup_ns + tally.load_ns;
  if (tally.sessions_had == 0 || result.interrupted || tally.load_ns == 0 || ramping) return std::nullopt;
  if (tally.sessions_had < asked)
    return fmt::format("{} of {} sessions could be had", tally.sessions_had, asked);
  if (result.options.ramp_ns > 0 || tally.sessions_at_start == asked) return std::nullopt;
  return fmt::format("{} of {} sessions were open when the clock started, the others later",
                     tally.sessions_at_start, asked);
}

std::optional<std::string> ramped(const LoadResult& result) {
  const std::uint64_t warmup = result.options.warmup_ns;
  if (result.options.ramp_ns <= warmup || result.tally.load_ns == 0) return std::nullopt;
  const std::uint64_t measured = std::min(result.options.ramp_ns - warmup, result.tally.load_ns);
  return fmt::format("sessions were still being opened for {} of the measured time (--ramp)",
                     show_ns(static_cast<double>(measured)));
}

// A client that reconnects has no connection for a moment, too.
std::optional<std::string> outage(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  const auto rate = result.per_s_connected();
  if (!worth_judging(result) || server_lost(result) || !rate || !had_outage(result) ||
      result.options.per_connection > 0) {
    return std::nullopt;
  }
  return fmt::format("there was no connection for {}; while there was one: {:.0f}/s",
                     show_ns(static_cast<double>(tally.load_ns - tally.connected_ns)), *rate);
}

std::optional<std::string> batched(const LoadResult& result) {
  if (result.tally.batched_waits == 0 || result.tally.measured().completed == 0) return std::nullopt;
  return fmt::format(
      "replies were handled in batches where that cost no throughput: a reply may have waited up to {} for "
      "others; "
      "--batch-wait 0 turns this off",
      show_ns(static_cast<double>(result.options.batch_ns)));
}

// What is begun in the measured part is completed after it: the rate counts both.
std::optional<std::string> short_run(const LoadResult& result) {
  const double mean_s = result.tally.latency.mean() / 1e9;
  if (result.options.rate || result.tally.measured().completed == 0 ||
      share(mean_s, result.elapsed_s) < kEdge)
    return std::nullopt;
  return fmt::format(
      "the run was short for its latency: {:.0f}/s may be low by up to {}, the time that the last answers "
      "took",
      result.per_s(), show_share(share(mean_s, result.elapsed_s)));
}

}  // namespace

std::vector<Reason> judge(const LoadResult& result) {
  if (auto nothing = nothing_completed(result)) return {std::move(*nothing)};
  std::vector<Reason> reasons;
  for (auto& reason :
       {server_lost(result), errors(result), rate_not_reached(result), generator_bound(result)}) {
    if (reason) reasons.push_back(*reason);
  }
  return reasons;
}

std::vector<std::string> notes_on(const LoadResult& result) {
  std::vector<std::string> notes;
  for (const stats::NamedCount& one : result.tally.notes.all()) notes.emplace_back(one.name);
  for (auto& note : {fewer_sessions(result), ramped(result), outage(result), busy_sessions(result),
                     late_sends(result), shared_cores(result), short_run(result), batched(result)}) {
    if (note) notes.push_back(*note);
  }
  return notes;
}

}  // namespace backtalk::report
