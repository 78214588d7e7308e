// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "report/verdict.hpp"
#include "text/plural.hpp"

namespace backtalk::report {

using result::RunResult;

namespace {

// The shortest load for which a share of CPU time is meaningful.
constexpr std::uint64_t kShareNsMin = 100'000'000;

// "-" if there are no values.
std::string show_percentile(const stats::Histogram& histogram, double percentile) {
  if (histogram.empty()) return "-";
  return show_ns(static_cast<double>(histogram.value_at_percentile(percentile)));
}

std::string distribution(const stats::Histogram& histogram) {
  const auto at = [&](double percentile) { return show_percentile(histogram, percentile); };
  return fmt::format("p50 {}, p90 {}, p99 {}, p99.9 {}, max {}", at(50), at(90), at(99), at(99.9), at(100));
}

void add_commands(const RunResult& result, std::string& out) {
  if (result.commands.empty()) return;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "\n{:<10}{:>12}{:>12}{:>10}{:>12}{:>12}\n", "command", "expected", "ok", "refused",
                 "p50", "p99");
  for (const result::Command& one : result.commands) {
    fmt::format_to(to, "{:<10}{:>12}{:>12}{:>10}{:>12}{:>12}\n", one.name, one.sent, one.ok, one.refused,
                   show_percentile(one.latency, 50), show_percentile(one.latency, 99));
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
  fmt::format_to(to, "\n{:<{}}{:>9}{:>9}{:>12}{:>10}{:>12}{:>12}{:>12}\n", "mix", width, "asked", "run",
                 "completed", "failed", "unfinished", "p50", "p99");
  const auto completed = static_cast<double>(std::max<std::uint64_t>(result.measured.completed, 1));
  for (const result::MixPass& one : result.mix) {
    fmt::format_to(to, "{:<{}}{:>9}{:>9}{:>12}{:>10}{:>12}{:>12}{:>12}\n", one.name, width,
                   show_share(static_cast<double>(one.weight) / weights),
                   show_share(static_cast<double>(one.counted.completed) / completed), one.counted.completed,
                   one.counted.failed, one.counted.unfinished, show_percentile(one.latency, 50),
                   show_percentile(one.latency, 99));
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

// The rate of an open loop, and how many transactions fell due.
void add_schedule(const RunResult& result, std::string& out) {
  const result::Workload& asked = result.workload;
  if (!asked.rate) return;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "requested {}/s ({}", show_rate(*asked.rate),
                 options::word_of(workload::kArrivals, asked.arrival));
  if (asked.arrival == stats::Arrival::poisson && asked.seed) fmt::format_to(to, ", --seed {}", *asked.seed);
  fmt::format_to(to, "): {} fell due\n", result.measured.started);
}

std::string_view headline(const result::Reason& reason) {
  if (reason.fails) return "FAILED: ";
  if (reason.code == "generator-bound") return "SATURATED: the generator, not the server, was the limit: ";
  return "NOT VALID: ";
}

void add_verdict(const result::Verdict& verdict, std::string& out) {
  for (const result::Objective& one : verdict.objectives) {
    fmt::format_to(std::back_inserter(out), "objective {} {}: {}\n", one.met ? "met" : "MISSED", one.rule,
                   one.shown);
  }
  for (const std::string& note : verdict.notes) fmt::format_to(std::back_inserter(out), "note: {}\n", note);
  for (const result::Reason& reason : verdict.reasons) {
    out.append(headline(reason)).append(reason.sentence).append("\n");
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

std::string show_words(const result::Example& example, std::size_t octets_max) {
  std::string shown = show_octets(std::string_view(example.text).substr(0, octets_max));
  if (example.expected) shown += ", expected " + *example.expected;
  if (example.script_line) shown += fmt::format(" (line {} of the script)", *example.script_line);
  return shown;
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

std::string summarize(const RunResult& result) {
  const stats::TransactionTally& counted = result.measured;
  std::string out;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "{}{} {} in {:.2f} s: {:.0f}/s\n", result.interrupted ? "interrupted: " : "",
                 counted.completed, text::plural(result.transaction), result.elapsed_s(), result.per_s());
  fmt::format_to(to, "started {} = completed {} + failed {} + unfinished {}\n", counted.started,
                 counted.completed, counted.failed, counted.unfinished);
  add_schedule(result, out);
  if (counted.in_doubt > 0) {
    fmt::format_to(to, "in doubt {}: sent in full, never answered; the server may have accepted them\n",
                   counted.in_doubt);
  }
  if (result.workload.rate && counted.completed > 0) {
    fmt::format_to(to, "latency from the scheduled instant   {}\n", distribution(result.latency));
    fmt::format_to(to, "latency from sending (uncorrected)   {}\n", distribution(result.service));
  } else if (counted.completed > 0) {
    fmt::format_to(to, "latency   {}\n", distribution(result.latency));
  }
  add_commands(result, out);
  add_mix(result, out);
  fmt::format_to(to, "\nconnections {} opened, {} failed", result.connections.opened,
                 result.connections.failed);
  if (result.connections.opened > 0)
    fmt::format_to(to, "; connecting p50 {}", show_percentile(result.connect, 50));
  out += '\n';
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
  add_verdict(judge(result), out);
  return out;
}

}  // namespace backtalk::report
