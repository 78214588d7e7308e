#include "report/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "report/summary.hpp"

namespace backtalk::report {
namespace {

constexpr double kBusyLimit = 0.90;  // of a thread's time on the CPU
constexpr std::uint64_t kLoadNsMin = 100'000'000;
constexpr double kRateReached = 0.99;
// Answers to what fell due at the very end come as much later as they take. A quarter more is allowed for:
// where a queue grows all the time, its last ones take twice the mean.
constexpr double kAnswerTimes = 1.25;
constexpr double kAnswerSlackNs = 1e6;

double share(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

std::uint64_t count_of(const stats::NamedCounts& counts, std::string_view name) {
  const auto all = counts.all();
  const auto found = std::ranges::find(all, name, &stats::NamedCount::name);
  return found == all.end() ? 0 : found->count;
}

std::uint64_t count_above(const stats::Histogram& histogram, double value) {
  std::uint64_t count = 0;
  histogram.for_each_bucket([&](const stats::Histogram::Bucket& bucket) {
    if (static_cast<double>(bucket.lowest) > value) count += bucket.count;
  });
  return count;
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

std::optional<Reason> server_lost(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  if (!tally.server_lost() || result.interrupted) return std::nullopt;
  const double lost_s =
      static_cast<double>(tally.load_ns - std::min(tally.load_ns, tally.connected_ns)) / 1e9;
  std::string sentence =
      fmt::format("the server was lost and not had again: there was no connection for {:.2f} s of {:.2f} s",
                  lost_s, static_cast<double>(tally.load_ns) / 1e9);
  if (const auto rate = result.per_s_connected())
    sentence += fmt::format(", and {:.0f}/s while there was one", *rate);
  return Reason{.code = "server-lost",
                .sentence = std::move(sentence),
                .fails = true,
                .evidence = {{"lost_s", lost_s}, {"per_s_connected", result.per_s_connected().value_or(0)}}};
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

// Of what fell due, how much was answered by the time at which answers to the last of it were to be there.
std::optional<Reason> rate_not_reached(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  const stats::TransactionTally& counted = tally.measured();
  if (!result.options.rate || result.interrupted || counted.started == 0) return std::nullopt;
  const double late =
      static_cast<double>(count_above(tally.after_end, kAnswerTimes * tally.service.mean() + kAnswerSlackNs));
  const double refused =
      static_cast<double>(count_of(tally.errors, "reply-4xx") + count_of(tally.errors, "reply-5xx"));
  const double answered = static_cast<double>(counted.completed) + refused - late;
  const auto due = static_cast<double>(counted.started);
  if (answered >= kRateReached * due || due - answered < 2) return std::nullopt;
  const double reached = *result.options.rate * answered / due;
  return Reason{.code = "rate-not-reached",
                .sentence = fmt::format("the rate could not be met: {:.0f}/s of the {}/s asked for", reached,
                                        show_rate(*result.options.rate)),
                .fails = true,
                .evidence = {{"asked_per_s", *result.options.rate}, {"reached_per_s", reached}}};
}

// --- Notes

constexpr double kTouched = 0.10;    // of a figure: less of it is not worth a note
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
      "the generator shares its cores: it waited {} for one each time, {} of what a reply takes ({}); give "
      "it cores "
      "of its own with taskset, or a machine",
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

std::optional<std::string> busy_sessions(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  const double found =
      share(static_cast<double>(tally.found_all_busy), static_cast<double>(tally.measured().started));
  if (!result.options.rate || found <= kBusySessions) return std::nullopt;
  return fmt::format(
      "{} of the {}s found every session busy and waited for one, which counts as latency: if the server can "
      "take "
      "more at once, use more -c",
      show_share(found), result.transaction);
}

std::optional<std::string> fewer_sessions(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  const std::size_t asked = result.options.connections;
  if (tally.sessions_had == 0 || result.interrupted || tally.load_ns == 0) return std::nullopt;
  if (tally.sessions_had < asked)
    return fmt::format("{} of {} sessions could be had", tally.sessions_had, asked);
  if (result.options.ramp_ns > 0 || tally.sessions_at_start == asked) return std::nullopt;
  return fmt::format("{} of {} sessions were open when the clock started, the others later",
                     tally.sessions_at_start, asked);
}

std::optional<std::string> ramped(const LoadResult& result) {
  if (result.options.ramp_ns <= result.options.warmup_ns) return std::nullopt;
  return fmt::format("sessions were opened over the first {} (--ramp), of which {} were measured",
                     show_ns(static_cast<double>(result.options.ramp_ns)),
                     show_ns(static_cast<double>(result.options.ramp_ns - result.options.warmup_ns)));
}

std::optional<std::string> outage(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  const auto rate = result.per_s_connected();
  if (tally.server_lost() || !rate ||
      static_cast<double>(tally.connected_ns) >= static_cast<double>(tally.load_ns) * (1 - kOutage))
    return std::nullopt;
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
  std::vector<Reason> reasons;
  if (result.tally.measured().completed == 0) return reasons;
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
