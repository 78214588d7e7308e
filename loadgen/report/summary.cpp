#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "report/verdict.hpp"

namespace backtalk::report {
namespace {

std::string distribution(const stats::Histogram& histogram) {
  const auto at = [&](double percentile) {
    return show_ns(static_cast<double>(histogram.value_at_percentile(percentile)));
  };
  return fmt::format("p50 {}, p90 {}, p99 {}, p99.9 {}, max {}", at(50), at(90), at(99), at(99.9),
                     show_ns(static_cast<double>(histogram.max())));
}

void add_commands(const LoadResult& result, std::string& out) {
  const auto commands = result.tally.commands();
  const bool any = std::ranges::any_of(commands, [](const auto& one) { return one.sent > 0; });
  if (!any) return;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "\n{:<10}{:>12}{:>12}{:>10}{:>12}{:>12}\n", "command", "sent", "ok", "refused", "p50",
                 "p99");
  for (std::size_t i = 0; i < result.command_names.size(); ++i) {
    const stats::CommandTally& tally = result.tally.commands()[i];
    if (tally.sent == 0) continue;
    fmt::format_to(to, "{:<10}{:>12}{:>12}{:>10}{:>12}{:>12}\n", result.command_names[i], tally.sent,
                   tally.ok, tally.refused,
                   show_ns(static_cast<double>(tally.latency.value_at_percentile(50))),
                   show_ns(static_cast<double>(tally.latency.value_at_percentile(99))));
  }
}

// Which command was refused with which code, how often.
void add_refusals(const LoadResult& result, std::string& out) {
  constexpr std::uint16_t kRefusals = 400;
  for (std::size_t i = 0; i < result.command_names.size(); ++i) {
    for (const auto& [code, count] : result.tally.commands()[i].codes.all()) {
      if (code < kRefusals) continue;
      fmt::format_to(std::back_inserter(out), "refused {} {}: {}\n", result.command_names[i], code, count);
    }
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

std::string summarize(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  const stats::TransactionTally& counted = tally.measured();
  std::string out;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "{}{} {}s in {:.2f} s: {:.0f}/s\n", result.interrupted ? "interrupted: " : "",
                 counted.completed, result.transaction, result.elapsed_s, result.per_s());
  fmt::format_to(to, "started {} = completed {} + failed {} + unfinished {}\n", counted.started,
                 counted.completed, counted.failed, counted.unfinished);
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
  for (const stats::NamedCount& one : tally.errors.all())
    fmt::format_to(to, "error {}: {}\n", one.name, one.count);
  fmt::format_to(to, "client {:.2f} s of CPU, {:.0f} % busy", static_cast<double>(tally.cpu_ns) / 1e9,
                 tally.busy_max * 100);
  if (counted.completed > 0) {
    const double each_ns = static_cast<double>(tally.cpu_ns) / static_cast<double>(counted.completed);
    fmt::format_to(to, ", {} a {}", show_ns(each_ns), result.transaction);
  }
  out += '\n';
  const bool gathered = !result.options.rate && result.options.batch_ns > 0 &&
                        result.options.connections / result.options.threads >= 4;
  if (gathered && counted.completed > 0) {
    fmt::format_to(to,
                   "note: answers that come closely are gathered, for {} at most, before they are timed; "
                   "--batch-wait 0 times each\n",
                   show_ns(static_cast<double>(result.options.batch_ns)));
  }
  for (const stats::NamedCount& one : tally.notes.all()) fmt::format_to(to, "note: {}\n", one.name);
  if (const Verdict verdict = judge(result); verdict.saturated) {
    fmt::format_to(to, "SATURATED: the generator, not the server, was the limit: {}\n", verdict.reason);
  }
  return out;
}

}  // namespace backtalk::report
