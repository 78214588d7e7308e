// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/delivery_verdict.hpp"
#include "report/figures_verdict.hpp"
#include "report/mix_verdict.hpp"
#include "report/objectives.hpp"
#include "report/ranks_verdict.hpp"
#include "report/session_verdict.hpp"
#include "report/stages.hpp"
#include "report/summary.hpp"
#include "report/target_verdict.hpp"
#include "session/exchange.hpp"
#include "session/other_protocol.hpp"
#include "stats/percentile.hpp"
#include "text/listed.hpp"
#include "text/plural.hpp"
#include "text/remedy.hpp"

namespace backtalk::report {

using result::Reason;
using result::RunResult;
using result::Verdict;

namespace {

constexpr double kBusyLimit = 0.90;  // of a thread's time on the CPU
constexpr std::uint64_t kLoadNsMin = 100'000'000;
constexpr double kRateMissed = 0.01;      // of the transactions that fell due
constexpr double kSilenceNsMin = 1e9;     // without a reply, before a server counts as lost
constexpr double kSilenceLatencies = 20;  // and this many times the 99th percentile of the latency
constexpr double kSilenceShare = 0.10;    // and this share of the load

double share(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

bool has(const RunResult& result, std::string_view name) {
  return std::ranges::find(result.errors, name, &result::NamedCount::name) != result.errors.end();
}

std::optional<Reason> generator_bound(const RunResult& result) {
  const double busy = result.client.busy_max;
  if (result.load.load_ns < kLoadNsMin || busy < kBusyLimit) return std::nullopt;
  return Reason{
      .code = "generator-bound",
      .sentence = fmt::format("a generator thread was on the CPU for {:.0f} % of the time: use more "
                              "threads or cores",
                              busy * 100),
      .fails = false,
      .evidence = {{"busy", busy}}};
}

std::string while_there(const RunResult& result, double ns) {
  return fmt::format("{:.0f}/s until then", share(static_cast<double>(result.measured.completed), ns / 1e9));
}

// True if no connection was left at the end and none could be opened for want of a local port: that
// says nothing about the server.
bool only_ports_were_missing(const RunResult& result) {
  const auto is_other = [](const result::NamedCount& one) {
    return one.name.starts_with("connect-") && one.name != "connect-no-ports-left";
  };
  return result.connections.ready_at_end == 0 && has(result, "connect-no-ports-left") &&
         std::ranges::none_of(result.errors, is_other);
}

// Either no connection could be established any more, or there were connections but no replies on
// them.
std::optional<Reason> server_lost(const RunResult& result) {
  if (result.interrupted || result.load.load_ns == 0 || only_ports_were_missing(result)) return std::nullopt;
  const auto load = static_cast<double>(result.load.load_ns);
  const auto silent = static_cast<double>(std::min(result.load.silent_ns, result.load.load_ns));
  const auto latency = static_cast<double>(result.latency.value_at_percentile(99));
  const auto& rate = result.workload.rate ? result.workload.rate : result.workload.session_rate;
  const double due = rate ? silent / 1e9 * *rate : 3;
  const bool stopped = silent >= kSilenceNsMin && silent >= kSilenceLatencies * latency &&
                       silent >= kSilenceShare * load && due >= 3;
  if (!result.server_lost() && !stopped) return std::nullopt;
  const auto connected = static_cast<double>(result.connections.connected_ns);
  const double lost = result.server_lost() ? load - std::min(connected, load) : silent;
  const std::string_view what = result.server_lost()
                                    ? "the server went away and did not come back: no connection for"
                                    : "the server stopped answering: nothing for the last";
  return Reason{.code = "server-lost",
                .sentence = fmt::format("{} {:.2f} s of {:.2f} s ({}){}", what, lost / 1e9, load / 1e9,
                                        while_there(result, load - lost),
                                        in_stage(result, static_cast<std::uint64_t>(load - lost))),
                .fails = true,
                .evidence = {{"lost_s", lost / 1e9}, {"load_s", load / 1e9}}};
}

// The whole of it, or a target of several.
std::optional<Reason> lost(const RunResult& result) {
  auto all = server_lost(result);
  return all ? std::move(all) : target_lost(result);
}

std::optional<Reason> server_restarted(const RunResult& result) {
  const result::Restarts& restarts = result.connections.restarts;
  if (restarts.count == 0) return std::nullopt;
  return Reason{
      .code = "server-restarted",
      .sentence = fmt::format("{} restarted{}: all connections were lost ({}), and there was no "
                              "session again for {}",
                              restarted_servers(result),
                              restarts.count > 1 ? fmt::format(" {} times", restarts.count) : "",
                              restarts.connections, show_ns(static_cast<double>(restarts.longest_ns))),
      .fails = false,
      .evidence = {{"restarts", static_cast<double>(restarts.count)},
                   {"connections", static_cast<double>(restarts.connections)},
                   {"longest_s", static_cast<double>(restarts.longest_ns) / 1e9}}};
}

std::optional<Reason> ports_exhausted(const RunResult& result) {
  const auto found = std::ranges::find(result.errors, "connect-no-ports-left", &result::NamedCount::name);
  if (found == result.errors.end()) return std::nullopt;
  const std::size_t sources = std::max<std::size_t>(result.connections.sources.size(), 1);
  return Reason{
      .code = "ports-exhausted",
      .sentence = fmt::format(
          "no local port was left {}: use fewer connections, or keep them open longer (a port stays taken "
          "for a minute after its connection), or connect from more than {} (--source: each has ports of its "
          "own), or widen the range of ports (sysctl net.ipv4.ip_local_port_range)",
          found->count == 1 ? "for a connection" : fmt::format("for a connection {} times", found->count),
          sources == 1 ? "one address" : fmt::format("{} addresses", sources)),
      .fails = false,
      .evidence = {{"connections", static_cast<double>(found->count)},
                   {"source_addresses", static_cast<double>(sources)}}};
}

std::optional<Reason> errors(const RunResult& result) {
  const stats::TransactionTally& counted = result.measured;
  const double failed = share(static_cast<double>(counted.failed), static_cast<double>(counted.started));
  const double allowed = result.workload.allow_failures;
  if (!result.stages.empty()) return stage_errors(result, allowed);
  if (failed <= allowed) return std::nullopt;
  return Reason{
      .code = "errors",
      .sentence = fmt::format("{} of the {} failed ({} of {}), more than the {} of --allow-failures",
                              show_share(failed), text::plural(result.transaction), counted.failed,
                              counted.started, show_share(allowed)),
      .fails = true,
      .evidence = {{"failed_share", failed}, {"allowed_share", allowed}}};
}

std::optional<Reason> wrong_answers(const RunResult& result) {
  std::uint64_t wrong = 0;
  std::vector<std::string> names;
  for (const result::NamedCount& one : result.errors) {
    if (!session::is_violation(one.name)) continue;
    wrong += one.count;
    names.push_back(fmt::format("{} x {}", one.count, one.name));
  }
  const auto is_counted = [&result](std::string_view name) {
    return std::ranges::find(result.errors, name, &result::NamedCount::name) != result.errors.end();
  };
  // Of the warm-up, or so late that no transaction could be blamed.
  for (const result::Example& one : result.examples) {
    if (!session::is_violation(one.name) || is_counted(one.name)) continue;
    ++wrong;
    names.push_back(fmt::format("{} outside of what is counted", one.name));
  }
  if (wrong == 0) return std::nullopt;
  return Reason{.code = "wrong-answers",
                .sentence = fmt::format("{} well formed and wrong ({}): the examples say what came",
                                        wrong == 1 ? "an answer was" : fmt::format("{} answers were", wrong),
                                        text::listed(names)),
                .fails = true,
                .evidence = {{"wrong", static_cast<double>(wrong)}}};
}

std::string not_checkable(const RunResult& result) {
  return fmt::format("carried no X-Backtalk-Checksum, or only a part of {} was asked for",
                     result.verification.not_checkable == 1 ? "it" : "them");
}

std::optional<Reason> nothing_verified(const RunResult& result) {
  const result::Verification& counted = result.verification;
  if (!result.workload.verify || counted.checked > 0 || counted.not_checkable == 0) return std::nullopt;
  return Reason{.code = "nothing-verified",
                .sentence = fmt::format("--verify could compare no message or body: {} of {} {}",
                                        counted.not_checkable, counted.not_checkable, not_checkable(result)),
                .fails = false,
                .evidence = {{"not_checkable", static_cast<double>(counted.not_checkable)}}};
}

std::optional<std::string> partly_verified(const RunResult& result) {
  const result::Verification& counted = result.verification;
  if (counted.checked == 0 || counted.not_checkable == 0) return std::nullopt;
  return fmt::format("--verify could not compare {} of {} messages and bodies: they {}",
                     counted.not_checkable, counted.checked + counted.not_checkable, not_checkable(result));
}

// Were as many transactions answered in the second half of the run as fell due? Those in flight at
// the middle and at the end cancel out, however long a reply takes; a growing queue does not. The
// number in flight has a standard deviation of its square root, and three of those are allowed for.
std::optional<Reason> rate_not_reached(const RunResult& result) {
  const result::Load& load = result.load;
  if (!result.stages.empty()) return stage_rate_not_reached(result);
  if (!result.workload.rate || result.interrupted || load.second_half_ns == 0) return std::nullopt;
  const auto half_ns = static_cast<double>(load.second_half_ns);
  // The run is too short to tell: the first replies had hardly arrived by the middle.
  if (static_cast<double>(result.service.min()) > half_ns / 2) return std::nullopt;
  const auto fell_due = static_cast<double>(result.measured.started - load.due_by_middle);
  const auto answered = static_cast<double>(load.answered_by_end - load.answered_by_middle);
  const auto in_flight = static_cast<double>(load.due_by_middle - load.answered_by_middle);
  const double scatter = 3 * std::sqrt(2 * in_flight) + 2;
  if (fell_due - answered <= kRateMissed * fell_due + scatter) return std::nullopt;
  return Reason{
      .code = "rate-not-reached",
      .sentence = fmt::format(
          "the rate was not reached: in the second half, {:.0f}/s fell due and {:.0f}/s were answered",
          fell_due / half_ns * 1e9, answered / half_ns * 1e9),
      .fails = true,
      .evidence = {{"due_per_s", fell_due / half_ns * 1e9}, {"answered_per_s", answered / half_ns * 1e9}}};
}

const result::Example* first_words(const RunResult& result) {
  for (const result::Example& one : result.examples) {
    if (!one.text.empty()) return &one;
  }
  return nullptr;
}

// What the first octets of a stream reveal if the server speaks another protocol than the URL's.
std::string other_protocol(const RunResult& result, const result::Example& words) {
  if (words.text_offset != 0) return {};
  const std::string_view other = session::other_protocol(result.protocol, words.text);
  return other.empty() ? std::string()
                       : fmt::format("; this looks like {}: are the scheme and the port right?", other);
}

// The cause, as far as the errors reveal it.
std::string cause_of_nothing(const RunResult& result) {
  const result::Example* const words = first_words(result);
  if (result.connections.opened == 0 && has(result, "connect-refused"))
    return std::string(text::remedy_for("connect-refused"));
  for (const text::Remedy& one : text::remedies()) {
    if (has(result, one.name)) return std::string(one.sentence);
  }
  const bool silent = words == nullptr && has(result, "timeout");
  if (silent || (words == nullptr && has(result, "closed"))) {
    const std::string_view what = silent ? "the server accepted the connection but did not answer"
                                         : "the server closed the connection without a reply";
    const std::string_view tls =
        result.tls ? "" : ", and does TLS begin at once there, as with smtps, pop3s, imaps and https";
    return fmt::format("{}: are the scheme and the port right{}?", what, tls);
  }
  if (words == nullptr) return {};
  return fmt::format("{} said {}{}", result.targets.empty() ? "the server" : "one of them",
                     show_words(*words, 120), other_protocol(result, *words));
}

std::optional<Reason> nothing_completed(const RunResult& result) {
  if (result.measured.completed > 0) return std::nullopt;
  if (result.sessions && result.sessions->started == 0)
    return Reason{.code = "nothing-completed",
                  .sentence = fmt::format("no session fell due in {} at {}/s: run it for longer (-d)",
                                          show_ns(static_cast<double>(result.elapsed_ns)),
                                          show_rate(result.workload.session_rate.value_or(0))),
                  .fails = true,
                  .evidence = {}};
  if (result.workload.rate && result.measured.started == 0 && result.connections.ready_ever > 0)
    return Reason{.code = "nothing-completed",
                  .sentence = fmt::format("no {} fell due in {} at {}/s: run it for longer (-d)",
                                          result.transaction, show_ns(static_cast<double>(result.elapsed_ns)),
                                          show_rate(*result.workload.rate)),
                  .fails = true,
                  .evidence = {}};
  std::string sentence =
      fmt::format("no {} completed at {}", text::plural(result.transaction), where(result));
  if (const std::string cause = cause_of_nothing(result); !cause.empty()) sentence += "; " + cause;
  return Reason{.code = "nothing-completed", .sentence = std::move(sentence), .fails = true, .evidence = {}};
}

// --- Notes

constexpr double kTouched = 0.10;  // the smallest share of a figure that is worth a note
constexpr double kLagMinNs = 1e5;
constexpr double kWaitedMin = 0.01;  // of a thread's time
constexpr double kBusySessions = 0.01;
constexpr double kOutage = 0.01;
constexpr double kEdge = 0.02;

bool worth_judging(const RunResult& result) {
  return result.load.load_ns >= kLoadNsMin && result.measured.completed > 0;
}

double mean_reply_ns(const RunResult& result) {
  double sum = 0;
  double count = 0;
  for (const result::Command& one : result.commands) {
    sum += one.latency.mean() * static_cast<double>(one.latency.count());
    count += static_cast<double>(one.latency.count());
  }
  return share(sum, count);
}

// A reply that arrives while the thread has no core is only timed once it has one.
std::optional<std::string> shared_cores(const RunResult& result) {
  const result::Client& client = result.client;
  if (!worth_judging(result) || client.delayed_max < kWaitedMin || client.core_turns == 0)
    return std::nullopt;
  const double wait = static_cast<double>(client.run_delay_ns) / static_cast<double>(client.core_turns);
  const double reply = mean_reply_ns(result);
  if (share(wait, reply) < kTouched) return std::nullopt;
  return fmt::format(
      "the generator shared its cores: it waited {} for a core on average, {} of the mean reply time ({}); "
      "pin it to cores of its own with taskset, or run it on another machine",
      show_ns(wait), show_share(share(wait, reply)), show_ns(reply));
}

std::optional<std::string> late_sends(const RunResult& result) {
  // Of fewer no p99 is shown.
  const stats::Histogram& late = result.sessions ? result.sessions->latency : result.latency;
  if (!worth_judging(result) || late.count() < stats::samples_to_report(99) || result.send_lag.empty())
    return std::nullopt;
  const auto lag = static_cast<double>(result.send_lag.value_at_percentile(99));
  const auto latency = static_cast<double>(late.value_at_percentile(99));
  if (lag < kLagMinNs || share(lag, latency) < kTouched) return std::nullopt;
  return fmt::format(
      "1 % of the {} began more than {} late although a {} was free: the upper percentiles (p99 {}) are "
      "partly the generator's own delay",
      result.sessions ? "sessions" : text::plural(result.transaction), show_ns(lag),
      result.sessions ? "connection" : "session", show_ns(latency));
}

// The calibration was made on a busier machine, or a slower one.
std::optional<std::string> below_floor(const RunResult& result) {
  if (!result.floor || result.latency.empty()) return std::nullopt;
  const auto p50 = static_cast<double>(result.latency.value_at_percentile(50));
  const auto floor = static_cast<double>(result.floor->p50_ns);
  if (floor <= p50 * (1 + kTouched)) return std::nullopt;
  return fmt::format("this run (p50 {}) is faster than the calibrated floor of {}: calibrate again",
                     show_ns(p50), show_ns(floor));
}

bool had_outage(const RunResult& result) {
  return static_cast<double>(result.connections.connected_ns) <
         static_cast<double>(result.load.load_ns) * (1 - kOutage);
}

std::optional<std::string> busy_sessions(const RunResult& result) {
  const double found =
      share(static_cast<double>(result.load.found_all_busy), static_cast<double>(result.measured.started));
  // Sessions that are not connected are not busy, and more sessions do not help a saturated
  // generator.
  if (!result.workload.rate || !worth_judging(result) || found <= kBusySessions || had_outage(result) ||
      server_lost(result) || generator_bound(result)) {
    return std::nullopt;
  }
  return fmt::format(
      "{} of the {} fell due while every session was busy, and the latency includes their wait; if the "
      "server accepts more sessions, raise -c",
      show_share(found), text::plural(result.transaction));
}

std::optional<std::string> fewer_sessions(const RunResult& result) {
  const result::Connections& had = result.connections;
  const result::Workload& workload = result.workload;
  const std::uint64_t asked = workload.connections;
  const bool ramping = workload.ramp_ns > workload.warmup_ns + result.load.load_ns;
  if (result.sessions) return std::nullopt;  // they are opened as they arrive
  if (had.ready_ever == 0 || result.interrupted || result.load.load_ns == 0 || ramping) return std::nullopt;
  if (had.ready_ever < asked)
    return fmt::format("only {} of {} sessions could be opened", had.ready_ever, asked);
  if (workload.ramp_ns > 0 || had.ready_at_start == asked) return std::nullopt;
  return fmt::format("{} of {} sessions were open when the clock started; the others opened later",
                     had.ready_at_start, asked);
}

std::string share_taken(std::size_t addresses) {
  return fmt::format("the other addresses took {} share of the load", addresses == 1 ? "its" : "their");
}

// Addresses of the server at which no connection could be opened although others had some.
std::optional<std::string> addresses_without_connection(const RunResult& result) {
  std::vector<std::string> without;
  for (const result::AddressCounts& one : result.connections.addresses) {
    if (one.opened > 0 || one.failed == 0) continue;
    std::string why;
    for (const result::NamedCount& error : one.errors) why.append(why.empty() ? "" : ", ").append(error.name);
    without.push_back(fmt::format("{} ({})", one.name, why));
  }
  if (without.empty() || result.connections.opened == 0) return std::nullopt;
  return fmt::format("no connection could be opened to {}: {}", text::listed(without),
                     share_taken(without.size()));
}

// Addresses that accepted connections on which nothing could begin although the others had more
// than a transaction for each connection of the run: a server that never greets, for one.
std::optional<std::string> addresses_without_transaction(const RunResult& result) {
  const std::uint64_t connections = result.workload.connections;
  const bool one_each = result.workload.per_connection > 0 || result.sessions;
  std::uint64_t begun = 0;
  std::vector<std::string> without;
  for (const result::AddressCounts& one : result.connections.addresses) {
    begun += one.transactions;
    // If connections are replaced, the last ones may have no transactions left to begin.
    const std::uint64_t spare = one_each ? connections : 0;
    if (one.opened > spare && one.transactions == 0) without.push_back(one.name);
  }
  if (without.empty() || begun <= connections) return std::nullopt;
  return fmt::format("no {} began on the connections to {}, which were opened: {}", result.transaction,
                     text::listed(without), share_taken(without.size()));
}

std::optional<std::string> ramped(const RunResult& result) {
  const std::uint64_t warmup = result.workload.warmup_ns;
  if (result.workload.ramp_ns <= warmup || result.load.load_ns == 0) return std::nullopt;
  const std::uint64_t measured = std::min(result.workload.ramp_ns - warmup, result.load.load_ns);
  return fmt::format("sessions were still being opened for {} of the measured time (--ramp)",
                     show_ns(static_cast<double>(measured)));
}

// A client that reconnects also has no connection for a moment.
std::optional<std::string> outage(const RunResult& result) {
  const auto rate = result.per_s_connected();
  if (!worth_judging(result) || server_lost(result) || !rate || !had_outage(result) ||
      result.workload.per_connection > 0 || result.sessions) {
    return std::nullopt;
  }
  return fmt::format("there was no connection for {}; while connected, the rate was {:.0f}/s",
                     show_ns(static_cast<double>(result.load.load_ns - result.connections.connected_ns)),
                     *rate);
}

std::optional<std::string> batched(const RunResult& result) {
  if (result.client.batched_waits == 0 || result.measured.completed == 0) return std::nullopt;
  return fmt::format(
      "replies were handled in batches whenever that cost no throughput: a reply may have waited up to {} "
      "for others; --batch-wait 0 turns this off",
      show_ns(static_cast<double>(result.workload.batch_ns)));
}

// Transactions that begin in the measured part complete after it: the rate includes that time.
std::optional<std::string> short_run(const RunResult& result) {
  const double mean_s = result.latency.mean() / 1e9;
  if (result.workload.rate || result.sessions || result.measured.completed == 0 ||
      share(mean_s, result.elapsed_s()) < kEdge)
    return std::nullopt;
  return fmt::format(
      "the run was short compared with its latency: {:.0f}/s may be too low by up to {}, the time that the "
      "last replies took",
      result.per_s(), show_share(share(mean_s, result.elapsed_s())));
}

std::vector<Reason> reasons_of(const RunResult& result) {
  std::vector<Reason> reasons;
  const auto add = [&reasons](std::optional<Reason> reason) {
    if (reason) reasons.push_back(std::move(*reason));
  };
  if (auto nothing = nothing_completed(result)) {
    add(std::move(nothing));
    add(rank_lost(result));
    add(wrong_answers(result));
    return reasons;
  }
  const auto has_reason = [&reasons](std::initializer_list<std::string_view> codes) {
    return std::ranges::any_of(
        reasons, [&codes](const Reason& one) { return std::ranges::find(codes, one.code) != codes.end(); });
  };
  for (auto& reason :
       {rank_lost(result), lost(result), server_restarted(result), ports_exhausted(result),
        wrong_answers(result), nothing_verified(result), errors(result), delivery_lost(result),
        delivery_twice(result), delivery_elsewhere(result), watch_broken(result), rate_not_reached(result),
        sessions_late(result), mix_off(result), generator_bound(result)})
    add(reason);
  if (!has_reason({"errors"})) add(sessions_failed(result));
  add(sessions_unfinished(result));
  if (!has_reason({"generator-bound", "server-lost"})) add(arrivals_off(result));
  // What follows from one of those is not a reason of its own.
  if (!has_reason({"server-lost", "rate-not-reached", "sessions-unfinished"})) add(censored(result));
  if (!has_reason({"server-lost", "server-restarted", "rate-not-reached", "censored", "generator-bound"}))
    add(unstable(result));
  add(little(result));
  add(too_short(result));
  return reasons;
}

std::vector<std::string> notes_on(const RunResult& result) {
  std::vector<std::string> notes = result.notes;
  for (auto& note :
       {one_part(result), begun_apart(result), fewer_sessions(result), weights_off(result),
        addresses_without_connection(result), addresses_without_transaction(result), ramped(result),
        outage(result), busy_sessions(result), late_sends(result), shared_cores(result), short_run(result),
        batched(result), below_floor(result), partly_verified(result), arrived_unaccepted(result),
        arrived_late(result), not_tracked(result)}) {
    if (note) notes.push_back(*note);
  }
  return notes;
}

}  // namespace

Verdict judge(const RunResult& result) {
  return {.reasons = reasons_of(result), .notes = notes_on(result), .objectives = objectives_of(result)};
}

std::string_view remedy_of(std::string_view error) {
  const auto remedies = text::remedies();
  const auto remedy = std::ranges::find(remedies, error, &text::Remedy::name);
  return remedy != remedies.end() ? remedy->sentence : std::string_view{};
}

}  // namespace backtalk::report
