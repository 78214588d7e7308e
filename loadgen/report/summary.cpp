// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include "report/verdict.hpp"

namespace backtalk::report {
namespace {

constexpr std::uint64_t kShareNsMin = 100'000'000;  // of load, for a share of CPU time to tell something

// "-" if there is nothing to tell.
std::string show_percentile(const stats::Histogram& histogram, double percentile) {
  if (histogram.empty()) return "-";
  return show_ns(static_cast<double>(histogram.value_at_percentile(percentile)));
}

std::string distribution(const stats::Histogram& histogram) {
  const auto at = [&](double percentile) { return show_percentile(histogram, percentile); };
  return fmt::format("p50 {}, p90 {}, p99 {}, p99.9 {}, max {}", at(50), at(90), at(99), at(99.9), at(100));
}

void add_commands(const LoadResult& result, std::string& out) {
  const auto commands = result.tally.commands();
  const bool any = std::ranges::any_of(commands, [](const auto& one) { return one.sent > 0; });
  if (!any) return;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "\n{:<10}{:>12}{:>12}{:>10}{:>12}{:>12}\n", "command", "expected", "ok", "refused",
                 "p50", "p99");
  for (std::size_t i = 0; i < result.command_names.size(); ++i) {
    const stats::CommandTally& tally = result.tally.commands()[i];
    if (tally.sent == 0) continue;
    fmt::format_to(to, "{:<10}{:>12}{:>12}{:>10}{:>12}{:>12}\n", result.command_names[i], tally.sent,
                   tally.ok, tally.refused, show_percentile(tally.latency, 50),
                   show_percentile(tally.latency, 99));
  }
}

// The line of the command that was refused has its words.
bool told_with_a_command(const LoadResult& result, const stats::Example& one) {
  if (one.command >= result.command_names.size()) return false;
  if (one.status >= result.statuses.size() || result.statuses[one.status].ok) return false;
  return result.tally.commands()[one.command].statuses[one.status] > 0;
}

// What the server said first under that name, to that command and with that status; empty if nothing was
// kept.
std::string example(const LoadResult& result, std::string_view name, std::optional<unsigned> command,
                    std::uint16_t status) {
  for (const stats::Example& one : result.tally.examples.all()) {
    if (one.text.empty() || (!name.empty() && one.name != name)) continue;
    if (command ? one.command != *command || one.status != status : told_with_a_command(result, one))
      continue;
    return fmt::format(", first {}", show_octets(one.text));
  }
  return {};
}

// Which command was refused with which status, how often, and the first words for it.
void add_refusals(const LoadResult& result, std::string& out) {
  for (unsigned i = 0; i < result.command_names.size(); ++i) {
    const std::span<const std::uint64_t> counts = result.tally.commands()[i].statuses;
    for (std::uint16_t status = 0; status < result.statuses.size(); ++status) {
      if (counts[status] == 0 || result.statuses[status].ok) continue;
      fmt::format_to(std::back_inserter(out), "refused {} {}: {}{}\n", result.command_names[i],
                     result.statuses[status].name, counts[status], example(result, {}, i, status));
    }
  }
}

void add_errors(const LoadResult& result, std::string& out) {
  for (const stats::NamedCount& one : result.tally.errors.all()) {
    // What a refusal said stands in its own line.
    fmt::format_to(std::back_inserter(out), "error {}: {}{}\n", one.name, one.count,
                   example(result, one.name, std::nullopt, session::kNoStatus));
  }
}

// What was asked of an open loop, and how much of it fell due.
void add_schedule(const LoadResult& result, std::string& out) {
  if (!result.options.rate) return;
  fmt::format_to(std::back_inserter(out), "asked {}/s ({}", show_rate(*result.options.rate),
                 result.options.arrival);
  if (result.options.arrival == "poisson")
    fmt::format_to(std::back_inserter(out), ", --seed {}", result.options.seed);
  fmt::format_to(std::back_inserter(out), "): {} fell due\n", result.tally.measured().started);
}

void add_verdict(const LoadResult& result, std::string& out) {
  for (const Reason& reason : judge(result)) {
    const std::string_view says = reason.code == "generator-bound"
                                      ? "SATURATED: the generator, not the server, was the limit: "
                                      : "FAILED: ";
    out.append(says).append(reason.sentence).append("\n");
  }
}

}  // namespace

std::string show_ns(double ns) {
  const auto show = [](double value, std::string_view unit) {
    return fmt::format("{:.{}f} {}", value, value < 10 ? 2 : value < 100 ? 1 : 0, unit);
  };
  if (ns < 1e3) return fmt::format("{:.0f} ns", ns);
  if (ns < 1e6) return show(ns / 1e3, "us");
  if (ns < 1e9) return show(ns / 1e6, "ms");
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

std::string show_octets(std::string_view octets) {
  std::string out = "\"";
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    switch (c) {
      case '\r': out += "\\r"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      default:
        if (octet < 0x20 || octet > 0x7E) {
          fmt::format_to(std::back_inserter(out), "\\x{:02x}", octet);
        } else {
          out += c;
        }
    }
  }
  return out += '"';
}

std::string summarize(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  const stats::TransactionTally& counted = tally.measured();
  std::string out;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "{}{} {}s in {:.2f} s: {:.0f}/s\n", result.interrupted ? "interrupted: " : "",
                 counted.completed, result.transaction, result.elapsed_s, result.per_s());
  fmt::format_to(to, "started {} = completed {} + failed {} + unfinished {}\n", counted.started,
                 counted.completed, counted.failed, counted.unfinished);
  add_schedule(result, out);
  if (counted.in_doubt > 0) {
    fmt::format_to(to, "in doubt {}: sent whole, never answered; the server may have taken them\n",
                   counted.in_doubt);
  }
  if (result.options.rate && counted.completed > 0) {
    fmt::format_to(to, "latency from the scheduled instant   {}\n", distribution(tally.latency));
    fmt::format_to(to, "latency from the sending (uncorrected) {}\n", distribution(tally.service));
  } else if (counted.completed > 0) {
    fmt::format_to(to, "latency   {}\n", distribution(tally.latency));
  }
  add_commands(result, out);
  fmt::format_to(to, "\nconnections {} opened, {} failed", tally.connections_opened,
                 tally.connections_failed);
  if (tally.connections_opened > 0) {
    fmt::format_to(to, "; connecting p50 {}",
                   show_ns(static_cast<double>(tally.connect.value_at_percentile(50))));
  }
  out += '\n';
  add_refusals(result, out);
  add_errors(result, out);
  fmt::format_to(to, "client {:.2f} s of CPU", static_cast<double>(tally.cpu_ns) / 1e9);
  if (tally.load_ns >= kShareNsMin) fmt::format_to(to, ", {:.0f} % busy", tally.busy_max * 100);
  if (counted.completed > 0) {
    const double each_ns = static_cast<double>(tally.cpu_ns) / static_cast<double>(counted.completed);
    fmt::format_to(to, ", {} a {}", show_ns(each_ns), result.transaction);
  }
  out += '\n';
  for (const std::string& note : notes_on(result)) fmt::format_to(to, "note: {}\n", note);
  add_verdict(result, out);
  return out;
}

}  // namespace backtalk::report
