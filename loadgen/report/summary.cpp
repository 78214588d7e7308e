// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/summary.hpp"
#include "report/ranks_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <string_view>

#include "report/percentiles.hpp"
#include "report/stages.hpp"
#include "report/verdict.hpp"
#include "text/escaped.hpp"
#include "text/plural.hpp"

namespace backtalk::report {

using result::RunResult;

namespace {

// The shortest load for which a share of CPU time is meaningful.
constexpr std::uint64_t kShareNsMin = 100'000'000;

void add_commands(const RunResult& result, std::string& out) {
  if (result.commands.empty()) return;
  // Only scripts expect other answers than those that let a conversation go on.
  const bool any_unexpected =
      std::ranges::any_of(result.commands, [](const result::Command& one) { return one.unexpected > 0; });
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "\n{:<10}{:>12}{:>12}{:>10}", "command", "sent", "ok", "refused");
  if (any_unexpected) fmt::format_to(to, "{:>12}", "unexpected");
  fmt::format_to(to, "{:>12}{:>12}\n", "p50", "p99");
  for (const result::Command& one : result.commands) {
    fmt::format_to(to, "{:<10}{:>12}{:>12}{:>10}", one.name, one.sent, one.ok, one.refused);
    if (any_unexpected) fmt::format_to(to, "{:>12}", one.unexpected);
    fmt::format_to(to, "{:>12}{:>12}{}\n", show_percentile_cell(one.latency, one.censored, 50),
                   show_percentile_cell(one.latency, one.censored, 99), show_censored_part(one));
  }
}

void add_mix(const RunResult& result, std::string& out) {
  if (result.mix.empty()) return;
  constexpr std::size_t kNameMin = 10;
  std::size_t width = kNameMin;
  double weights = 0;
  for (const result::MixPass& one : result.mix) {
    width = std::max(width, one.name.size());
    weights += static_cast<double>(one.weight);
  }
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "\n{:<{}}{:>11}{:>9}{:>12}{:>10}{:>12}{:>12}{:>12}\n", "mix", width, "requested", "run",
                 "completed", "failed", "unfinished", "p50", "p99");
  const auto completed = static_cast<double>(std::max<std::uint64_t>(result.measured.completed, 1));
  for (const result::MixPass& one : result.mix) {
    fmt::format_to(to, "{:<{}}{:>11}{:>9}{:>12}{:>10}{:>12}{:>12}{:>12}{}\n", one.name, width,
                   show_share(static_cast<double>(one.weight) / weights),
                   show_share(static_cast<double>(one.counted.completed) / completed), one.counted.completed,
                   one.counted.failed, one.counted.unfinished,
                   show_percentile_cell(one.latency, one.censored, 50),
                   show_percentile_cell(one.latency, one.censored, 99), show_censored_part(one));
  }
}

// True if the words are already shown with the command that was refused.
bool is_listed_with_a_command(const RunResult& result, const result::Example& one) {
  const result::Command* const command = one.command ? result.command(*one.command) : nullptr;
  return command != nullptr &&
         std::ranges::any_of(command->statuses, [&one](const result::StatusCount& status) {
           return !status.ok && status.name == one.status;
         });
}

// The first matching example with words of the server; null if there is none.
template <class Fits>
const result::Example* first_example(const RunResult& result, Fits fits) {
  const auto found = std::ranges::find_if(
      result.examples, [&fits](const result::Example& one) { return !one.text.empty() && fits(one); });
  return found == result.examples.end() ? nullptr : &*found;
}

// Where the stream went wrong, in octets: a whole reply is better read as text.
void add_octets(const result::Example& example, std::string& out) {
  if (example.status) return;
  for (const std::string& row : example.hexdump()) fmt::format_to(std::back_inserter(out), "    {}\n", row);
}

// Which command was refused with which status, how often, and the first words for it.
void add_refusals(const RunResult& result, std::string& out) {
  for (const result::Command& command : result.commands) {
    if (command.refused == 0) continue;  // a script may expect such a status
    for (const result::StatusCount& status : command.statuses) {
      if (status.ok) continue;
      const auto* const words = first_example(result, [&](const result::Example& one) {
        return one.command == command.name && one.status == status.name;
      });
      fmt::format_to(std::back_inserter(out), "refused {} {}: {}{}\n", command.name, status.name,
                     status.count, words != nullptr ? ", first " + show_words(*words) : "");
    }
  }
}

// How long answers of each class took, of commands with answers of several.
void add_classes(const RunResult& result, std::string& out) {
  for (const result::Command& command : result.commands) {
    if (command.classes.size() < 2) continue;
    fmt::format_to(std::back_inserter(out), "answers to {}", command.name);
    for (const result::ClassLatency& one : command.classes) {
      fmt::format_to(std::back_inserter(out), "{} {} p50 {}, p99 {}",
                     &one == command.classes.data() ? ":" : ";", one.name, show_percentile(one.latency, 50),
                     show_percentile(one.latency, 99));
    }
    out += '\n';
  }
}

void add_errors(const RunResult& result, std::string& out) {
  for (const result::NamedCount& error : result.errors) {
    const auto* const words = first_example(result, [&](const result::Example& one) {
      return one.name == error.name && !is_listed_with_a_command(result, one);
    });
    const auto to = std::back_inserter(out);
    fmt::format_to(to, "error {}: {}", error.name, error.count);
    if (words != nullptr) fmt::format_to(to, ", first {} at offset {}", show_words(*words), words->offset);
    out += '\n';
    if (words != nullptr) add_octets(*words, out);
  }
}

// With those that timed out or were unfinished as slower than all others.
std::string show_session_percentile(const result::Sessions& sessions, double percentile) {
  const std::uint64_t needed = stats::samples_to_report(percentile);
  const std::uint64_t samples = sessions.latency.count() + sessions.censored.count();
  if (samples < needed) return fmt::format("needs {} samples (has {})", needed, samples);
  const auto value = sessions.latency_at(percentile);
  return value ? show_figure(*value) : "-";
}

// The rate of an open loop, and how many transactions or sessions fell due.
void add_schedule(const RunResult& result, std::string& out) {
  const result::Workload& asked = result.workload;
  const auto& rate = asked.rate ? asked.rate : asked.session_rate;
  if (!rate) return;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "requested {}{}/s{} ({}", show_rate(*rate), result.sessions ? " sessions" : "",
                 asked.stages.empty() ? "" : fmt::format(" on average, by stages {}", asked.stages),
                 options::word_of(workload::kArrivals, asked.arrival));
  if (asked.arrival == stats::Arrival::poisson && asked.seed) fmt::format_to(to, ", --seed {}", *asked.seed);
  fmt::format_to(to, "): {} fell due\n",
                 result.sessions ? result.sessions->started : result.measured.started);
}

// "sessions  started 100 = completed 99 + failed 1 + unfinished 0"
void add_sessions(const RunResult& result, std::string& out) {
  if (!result.sessions) return;
  const result::Sessions& all = *result.sessions;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "sessions  started {} = completed {} + failed {} + unfinished {}", all.started,
                 all.completed, all.failed, all.unfinished);
  if (all.found_all_busy > 0)
    fmt::format_to(to, "; {} found all {} connections in use", all.found_all_busy,
                   result.workload.connections);
  out += '\n';
  if (all.completed == 0) return;
  fmt::format_to(to, "session latency from the scheduled instant   p50 {}, p90 {}, p99 {}, max {}\n",
                 show_session_percentile(all, 50), show_session_percentile(all, 90),
                 show_session_percentile(all, 99), show_ns(static_cast<double>(all.latency.max())));
}

// "INVALID (too-short): 10 messages are too few ...\n"; empty if the result is valid.
std::string headline(const result::Verdict& verdict) {
  if (verdict.valid()) return {};
  std::string codes;
  for (const result::Reason& reason : verdict.reasons)
    codes.append(codes.empty() ? "" : ", ").append(reason.code);
  return fmt::format("INVALID ({}): {}\n", codes, verdict.reasons.front().sentence);
}

void add_verdict(const result::Verdict& verdict, std::string& out) {
  for (const result::Objective& one : verdict.objectives) {
    fmt::format_to(std::back_inserter(out), "objective {} {}: {}\n", one.word(), one.rule, one.shown);
  }
  for (const std::string& note : verdict.notes) fmt::format_to(std::back_inserter(out), "note: {}\n", note);
  // The first line has the first of them.
  for (const result::Reason& reason : verdict.reasons | std::views::drop(1)) {
    out.append(lead_of(reason)).append(reason.sentence).append("\n");
  }
}

// "TLSv1.3, TLS_AES_256_GCM_SHA384, certificate verified; 10 full handshakes, 0 resumed, 0 failed;
// p50 1.20 ms"
void add_tls(const RunResult& result, std::string& out) {
  if (!result.tls) return;
  const result::Handshakes& handshakes = result.connections.handshakes;
  const auto to = std::back_inserter(out);
  if (result.tls->version.empty()) {
    fmt::format_to(to, "TLS: no handshake succeeded, {} failed\n", handshakes.failed);
    return;
  }
  fmt::format_to(to, "{}, {}, {}; {} full handshakes, {} resumed, {} failed; p50 {}\n", result.tls->version,
                 result.tls->cipher,
                 result.tls->verified ? "certificate verified" : "INSECURE: certificate not verified",
                 handshakes.full, handshakes.resumed, handshakes.failed,
                 show_percentile(result.handshake, 50));
}

constexpr std::size_t kAddressesShown = 10;

// "to 127.0.0.1: 5 opened, 0 failed; 120 messages begun"; nothing if there is one
// address.
void add_addresses(const RunResult& result, std::string& out) {
  const auto& all = result.connections.addresses;
  if (all.size() < 2) return;
  const auto to = std::back_inserter(out);
  for (const result::AddressCounts& one : all | std::views::take(kAddressesShown)) {
    fmt::format_to(to, "to {}: {} opened, {} failed; {} {} begun\n", one.name, one.opened, one.failed,
                   one.transactions,
                   one.transactions == 1 ? result.transaction : text::plural(result.transaction));
  }
  if (all.size() > kAddressesShown)
    fmt::format_to(to, "to {} more addresses: see --json\n", all.size() - kAddressesShown);
}

// "target smtp://127.0.0.1:2525 (weight 3): 6 connections opened, 0 failed; 120 messages completed,
// 0 failed; p50 1.2 ms; p99 3.4 ms"; nothing if there is one.
void add_targets(const RunResult& result, std::string& out) {
  const auto to = std::back_inserter(out);
  for (const result::TargetCounts& one : result.targets) {
    fmt::format_to(to, "target {} (weight {}): {} connections opened, {} failed; {} {} completed, {} failed",
                   one.url, one.weight, one.opened, one.failed, one.counted.completed,
                   one.counted.completed == 1 ? result.transaction : text::plural(result.transaction),
                   one.counted.failed);
    if (!one.latency.empty())
      fmt::format_to(to, "; p50 {}, p99 {}", show_percentile(one.latency, 50),
                     show_percentile(one.latency, 99));
    for (std::size_t i = 0; i < one.errors.size(); ++i)
      fmt::format_to(to, "{}{} {}", i == 0 ? "; errors: " : ", ", one.errors[i].count, one.errors[i].name);
    out += '\n';
  }
}

// "from 2 addresses of this machine: 5 to 6 opened from each, 0 failed"
void add_sources(const RunResult& result, std::string& out) {
  const auto& all = result.connections.sources;
  if (all.empty()) return;
  const auto [least, most] = std::ranges::minmax_element(all, {}, &result::AddressCounts::opened);
  std::uint64_t failed = 0;
  for (const result::AddressCounts& one : all) failed += one.failed;
  const auto to = std::back_inserter(out);
  if (all.size() == 1) {
    fmt::format_to(to, "from {}: {} opened, {} failed\n", all.front().name, least->opened, failed);
    return;
  }
  const std::string opened = least->opened == most->opened
                                 ? fmt::format("{}", most->opened)
                                 : fmt::format("{} to {}", least->opened, most->opened);
  fmt::format_to(to, "from {} addresses of this machine: {} opened from each, {} failed\n", all.size(),
                 opened, failed);
}

// "3 days ago"
std::string show_age(std::uint64_t seconds) {
  constexpr std::uint64_t kMinute = 60;
  constexpr std::uint64_t kHour = 60 * kMinute;
  constexpr std::uint64_t kDay = 24 * kHour;
  const auto show = [](std::uint64_t count, std::string_view unit) {
    return fmt::format("{} {}{} ago", count, unit, count == 1 ? "" : "s");
  };
  if (seconds < kMinute) return "just now";
  if (seconds < kHour) return show(seconds / kMinute, "minute");
  return seconds < kDay ? show(seconds / kHour, "hour") : show(seconds / kDay, "day");
}

// A floor above the figure is none: the machine was quieter, or the calibration was not.
void add_floor(const RunResult& result, std::string& out) {
  if (!result.floor || result.measured.completed == 0) return;
  const auto p50 = result.latency_at(50);
  if (!p50 || result.floor->p50_ns >= p50->value) return;
  fmt::format_to(std::back_inserter(out),
                 "floor     of the {} p50, {} are this machine's own (calibrated {})\n", show_figure(*p50),
                 show_ns(static_cast<double>(result.floor->p50_ns)), show_age(result.floor->age_s));
}

// "probe     p50 52.1 us, ...: NOOP of a lone session beside the load, 100/s"
void add_probe(const result::Probe& probe, std::string& out) {
  const auto to = std::back_inserter(out);
  if (probe.counted.completed == 0) {
    fmt::format_to(to, "probe     no {} of the lone session was answered ({} failed)\n", probe.command,
                   probe.counted.failed);
    return;
  }
  fmt::format_to(to, "probe     {}: {} of a lone session beside the load, {:g}/s",
                 show_distribution(probe.latency, probe.censored, probe.timed_out), probe.command,
                 probe.rate);
  if (probe.counted.completed < probe.counted.started)
    fmt::format_to(to, ", {} of {} answered", probe.counted.completed, probe.counted.started);
  out += '\n';
}

// How long messages took to their mailboxes, and what became of those that did not get there.
void add_deliveries(const RunResult& result, std::string& out) {
  if (!result.deliveries) return;
  const result::Deliveries& all = *result.deliveries;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "delivery, from the reply to the dot   {}\n", show_latencies(all));
  if (all.from_dot.count() > 0)
    fmt::format_to(to, "delivery, from the dot itself   {}\n", show_distribution(all.from_dot));
  fmt::format_to(to, "accepted {} = seen {} + lost {}{}; twice {}{}; {} watched at {}", all.accepted,
                 all.seen, all.lost, all.waiting > 0 ? fmt::format(" + waiting {}", all.waiting) : "",
                 all.twice, all.elsewhere > 0 ? fmt::format("; elsewhere {}", all.elsewhere) : "",
                 all.mailboxes == 1 ? "1 mailbox" : fmt::format("{} mailboxes", all.mailboxes), all.watch);
  if (all.polled() && !all.looks.empty()) {
    fmt::format_to(to,
                   ", a look every {} (p99 {}): a message may have come up to that long before it was seen",
                   show_percentile(all.looks, 50), show_percentile(all.looks, 99));
  } else if (all.polled()) {
    out += ", no mailbox looked at twice";
  } else {
    out += " by IDLE";
  }
  out += '\n';
}

// "server 1.23 s of CPU, 12.3 us per message, at most 45.6 MiB of memory"
void add_server(const RunResult& result, std::string& out) {
  if (!result.server) return;
  const auto to = std::back_inserter(out);
  const auto cpu_ns = static_cast<double>(result.server->cpu_ns);
  fmt::format_to(to, "server {:.2f} s of CPU", cpu_ns / 1e9);
  if (result.measured.completed > 0)
    fmt::format_to(to, ", {} per {}", show_ns(cpu_ns / static_cast<double>(result.measured.completed)),
                   result.transaction);
  constexpr double kMebi = 1 << 20;
  fmt::format_to(to, ", at most {:.1f} MiB of memory\n",
                 static_cast<double>(result.server->rss_max_octets) / kMebi);
}

}  // namespace

std::string_view lead_of(const result::Reason& reason) {
  if (reason.fails) return "FAILED: ";
  if (reason.code == "generator-bound") return "SATURATED: the generator, not the server, was the limit: ";
  return "INVALID: ";
}

std::string show_ns(double ns) {
  // What three digits would round up to the next power of ten is shown as that.
  constexpr double kNext = 999.5;
  const auto show = [](double value, std::string_view unit) {
    return fmt::format("{:.{}f} {}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, unit);
  };
  if (ns < kNext) return fmt::format("{:.0f} ns", ns);
  if (ns < kNext * 1e3) return show(ns / 1e3, "us");
  if (ns < kNext * 1e6) return show(ns / 1e6, "ms");
  return show(ns / 1e9, "s");
}

std::string show_share(double share) {
  const double per_cent = share * 100;
  return per_cent < 10 && per_cent > 0 ? fmt::format("{:.2g} %", per_cent)
                                       : fmt::format("{:.0f} %", per_cent);
}

std::string show_rate(double per_s) {
  return per_s >= 1000 ? fmt::format("{:.0f}", per_s) : fmt::format("{:g}", per_s);
}

std::string show_words(const result::Example& example, std::size_t octets_max) {
  std::string shown = text::quote(std::string_view(example.text).substr(0, octets_max));
  if (example.expected) shown += ", expected " + *example.expected;
  if (example.script_line) shown += fmt::format(" (line {} of the script)", *example.script_line);
  return shown;
}

std::string summarize(const RunResult& result) {
  const stats::TransactionTally& counted = result.measured;
  const result::Verdict verdict = judge(result);
  std::string out = headline(verdict);
  auto to = std::back_inserter(out);
  fmt::format_to(to, "{}{} {} in {:.2f} s: {:.0f}/s\n", result.interrupted ? "interrupted: " : "",
                 counted.completed, text::plural(result.transaction), result.elapsed_s(), result.per_s());
  fmt::format_to(to, "started {} = completed {} + failed {} + unfinished {}\n", counted.started,
                 counted.completed, counted.failed, counted.unfinished);
  if (const std::string ranks = show_ranks(result); !ranks.empty()) out += ranks + "\n";
  add_schedule(result, out);
  if (counted.in_doubt > 0) {
    fmt::format_to(to, "in doubt {}: sent in full, never answered; the server may have accepted them\n",
                   counted.in_doubt);
  }
  if (result.workload.rate && counted.completed > 0) {
    fmt::format_to(to, "latency from the scheduled instant   {}\n", show_latencies(result));
    fmt::format_to(to, "latency from sending (uncorrected)   {}\n",
                   show_distribution(result.service, result.service_censored, result.service_timed_out));
  } else if (counted.completed > 0) {
    fmt::format_to(to, "latency   {}\n", show_latencies(result));
  }
  add_sessions(result, out);
  add_floor(result, out);
  if (result.probe) add_probe(*result.probe, out);
  add_deliveries(result, out);
  if (!result.delivery.empty() && !result.deliveries)
    fmt::format_to(to, "delivery of {} messages   {}\n", result.delivery.count(),
                   show_distribution(result.delivery));
  if (result.verification.checked + result.verification.not_checkable > 0)
    fmt::format_to(to, "verified {} messages and bodies by their checksums, {} carried none\n",
                   result.verification.checked, result.verification.not_checkable);
  else if (result.workload.verify)
    out += "verified no message and no body: none came back\n";
  out += tabulate_stages(result);
  add_commands(result, out);
  add_mix(result, out);
  fmt::format_to(to, "\nconnections {} opened, {} failed", result.connections.opened,
                 result.connections.failed);
  if (result.connections.opened > 0)
    fmt::format_to(to, "; connecting p50 {}", show_percentile(result.connect, 50));
  out += '\n';
  if (result.targets.empty()) add_addresses(result, out);
  add_targets(result, out);
  add_sources(result, out);
  add_tls(result, out);
  add_classes(result, out);
  add_refusals(result, out);
  add_errors(result, out);
  fmt::format_to(to, "client {:.2f} s of CPU", static_cast<double>(result.client.cpu_ns) / 1e9);
  if (result.load.load_ns >= kShareNsMin) fmt::format_to(to, ", {:.0f} % busy", result.client.busy_max * 100);
  if (counted.completed > 0) {
    const double each_ns = static_cast<double>(result.client.cpu_ns) / static_cast<double>(counted.completed);
    fmt::format_to(to, ", {} per {}", show_ns(each_ns), result.transaction);
  }
  out += '\n';
  add_server(result, out);
  add_verdict(verdict, out);
  return out;
}

}  // namespace backtalk::report
