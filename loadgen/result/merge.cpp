// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string_view>

#include "options/overloaded.hpp"
#include "workload/load_option_table.hpp"

namespace backtalk::result {
namespace {

using options::OptionSpec;
namespace kind = options::kind;

constexpr std::string_view kSeed = "seed";
// Machines that share a run have addresses of their own.
constexpr std::string_view kSource = "source";

bool is_same_mix(const std::vector<MixPass>& one, const std::vector<MixPass>& other) {
  return std::ranges::equal(one, other, [](const MixPass& a, const MixPass& b) {
    return a.name == b.name && a.weight == b.weight;
  });
}

bool is_same_targets(const std::vector<TargetCounts>& one, const std::vector<TargetCounts>& other) {
  return std::ranges::equal(one, other, [](const TargetCounts& a, const TargetCounts& b) {
    return a.url == b.url && a.weight == b.weight;
  });
}

bool is_same_stages(const std::vector<Stage>& one, const std::vector<Stage>& other) {
  return std::ranges::equal(one, other,
                            [](const Stage& a, const Stage& b) { return a.duration_ns == b.duration_ns; });
}

// Returns the first key of the workload in which the two differ although they must not.
std::optional<std::string_view> difference(const Workload& one, const Workload& other) {
  if (one.rate.has_value() != other.rate.has_value() ||
      one.session_rate.has_value() != other.session_rate.has_value())
    return "loop";
  if (one.transactions.has_value() != other.transactions.has_value()) return "transactions";
  if (one.sources.empty() != other.sources.empty()) return kSource;
  std::optional<std::string_view> key;
  workload::each_common_setting([&](const OptionSpec& spec) {
    if (key || spec.divided || spec.key == kSeed || spec.key == kSource) return;
    if (setting_of(spec, one) != setting_of(spec, other)) key = spec.key;
  });
  if (key) return key;
  // The setting has whole microseconds only.
  if (one.batch_ns != other.batch_ns) return "batch_wait_us";
  if (one.own.size() != other.own.size()) return "protocol's own options";
  for (std::size_t i = 0; i < one.own.size(); ++i) {
    if (one.own[i] != other.own[i]) return one.own[i].name;
  }
  return std::nullopt;
}

std::string_view tls_of(const RunResult& result) {
  return result.tls ? std::string_view(result.tls->version) : "clear text";
}

std::optional<std::string> refusal(const RunResult& first, const RunResult& other, std::size_t number) {
  const auto differ = [number](std::string_view what, std::string_view one, std::string_view two) {
    return fmt::format("result {} has another {} than the first (`{}`, not `{}`)", number, what, two, one);
  };
  if (first.protocol != other.protocol) return differ("protocol", first.protocol, other.protocol);
  if (first.url != other.url) return differ("target", first.url, other.url);
  if (first.tls != other.tls) return differ("TLS", tls_of(first), tls_of(other));
  if (first.transaction != other.transaction)
    return differ("kind of transaction", first.transaction, other.transaction);
  if (const auto key = difference(first.workload, other.workload))
    return fmt::format(
        "result {} has another workload than the first (`{}` differs); only runs of the same workload can be "
        "merged",
        number, *key);
  if (!is_same_mix(first.mix, other.mix))
    return fmt::format("result {} is of another mix than the first; only runs of one mix can be merged",
                       number);
  if (!is_same_targets(first.targets, other.targets))
    return fmt::format("result {} has other targets than the first; only runs of the same can be merged",
                       number);
  if (!is_same_stages(first.stages, other.stages))
    return fmt::format("result {} has other stages than the first; only runs of the same can be merged",
                       number);
  return std::nullopt;
}

// Adds numbers, and remembers if a sum overflows.
class Sums {
 public:
  void add(std::uint64_t& sum, std::uint64_t more) {
    overflow_ |= more > std::numeric_limits<std::uint64_t>::max() - sum;
    sum += more;
  }
  void add(stats::Histogram& sum, const stats::Histogram& more) { overflow_ |= !sum.merge(more); }
  // Those of runs that were of the same length: what one has more of at its end is dropped.
  void add(stats::BatchSeries& sum, const stats::BatchSeries& more) {
    if (sum.width_ns != more.width_ns) sum = {};
    const std::size_t both = std::min(sum.latency.size(), more.latency.size());
    sum.latency.resize(both);
    for (std::size_t i = 0; i < both; ++i) add(sum.latency[i], more.latency[i]);
  }
  void add(stats::TransactionTally& sum, const stats::TransactionTally& more) {
    add(sum.started, more.started);  // the largest: if it fits, so do the others
    add(sum.completed, more.completed);
    add(sum.failed, more.failed);
    add(sum.unfinished, more.unfinished);
    add(sum.in_doubt, more.in_doubt);
  }
  void add(std::vector<NamedCount>& sum, const std::vector<NamedCount>& more) {
    for (const NamedCount& one : more) add(named(sum, one.name).count, one.count);
  }
  void add(std::vector<StatusCount>& sum, const std::vector<StatusCount>& more) {
    for (const StatusCount& one : more) {
      StatusCount& place = named(sum, one.name);
      place.ok = one.ok;
      add(place.count, one.count);
    }
  }
  void add(std::vector<Command>& sum, const std::vector<Command>& more) {
    for (const Command& one : more) {
      Command& place = named(sum, one.name);
      add(place.sent, one.sent);
      add(place.ok, one.ok);
      add(place.refused, one.refused);
      add(place.unexpected, one.unexpected);
      add(place.statuses, one.statuses);
      add(place.latency, one.latency);
      for (const ClassLatency& of_class : one.classes)
        add(named(place.classes, of_class.name).latency, of_class.latency);
      add(place.censored, one.censored);
      add(place.timed_out, one.timed_out);
    }
  }
  // Those of the same mix.
  void add(std::vector<MixPass>& sum, const std::vector<MixPass>& more) {
    for (std::size_t i = 0; i < sum.size(); ++i) {
      add(sum[i].counted, more[i].counted);
      add(sum[i].latency, more[i].latency);
      add(sum[i].censored, more[i].censored);
      add(sum[i].timed_out, more[i].timed_out);
    }
  }
  // Of results of which one does not have them, the sum would lack some.
  void add(std::vector<AddressCounts>& sum, const std::vector<AddressCounts>& more) {
    if (sum.empty() || more.empty()) return sum.clear();
    for (const AddressCounts& one : more) {
      AddressCounts& place = named(sum, one.name);
      add(place.opened, one.opened);
      add(place.failed, one.failed);
      add(place.transactions, one.transactions);
      add(place.errors, one.errors);
    }
  }
  // Those of the same targets.
  void add(std::vector<TargetCounts>& sum, const std::vector<TargetCounts>& more) {
    for (std::size_t i = 0; i < sum.size(); ++i) {
      add(sum[i].opened, more[i].opened);
      add(sum[i].failed, more[i].failed);
      add(sum[i].ready_ever, more[i].ready_ever);
      sum[i].restarts = std::max(sum[i].restarts, more[i].restarts);
      sum[i].lost |= more[i].lost;
      add(sum[i].counted, more[i].counted);
      add(sum[i].latency, more[i].latency);
      add(sum[i].errors, more[i].errors);
    }
  }
  // Those of the same stages.
  void add(std::vector<Stage>& sum, const std::vector<Stage>& more) {
    for (std::size_t i = 0; i < sum.size(); ++i) add(sum[i], more[i]);
  }
  void add(std::optional<Sessions>& sum, const std::optional<Sessions>& more) {
    if (!sum || !more) return;  // both have them, or neither
    add(sum->started, more->started);
    add(sum->completed, more->completed);
    add(sum->failed, more->failed);
    add(sum->unfinished, more->unfinished);
    add(sum->found_all_busy, more->found_all_busy);
    add(sum->latency, more->latency);
    add(sum->censored, more->censored);
  }
  void add(Connections& sum, const Connections& more) {
    add(sum.opened, more.opened);
    add(sum.failed, more.failed);
    add(sum.addresses, more.addresses);
    add(sum.sources, more.sources);
    add(sum.handshakes.full, more.handshakes.full);
    add(sum.handshakes.resumed, more.handshakes.resumed);
    add(sum.handshakes.failed, more.handshakes.failed);
    sum.restarts.count = std::max(sum.restarts.count, more.restarts.count);
    add(sum.restarts.connections, more.restarts.connections);
    sum.restarts.longest_ns = std::max(sum.restarts.longest_ns, more.restarts.longest_ns);
    add(sum.ready_at_start, more.ready_at_start);
    add(sum.ready_ever, more.ready_ever);
    add(sum.ready_at_end, more.ready_at_end);
    sum.lost |= more.lost;
    sum.connected_ns = std::max(sum.connected_ns, more.connected_ns);
  }
  void add(Client& sum, const Client& more) {
    add(sum.cpu_ns, more.cpu_ns);
    add(sum.run_delay_ns, more.run_delay_ns);
    add(sum.core_turns, more.core_turns);
    add(sum.batched_waits, more.batched_waits);
    sum.busy_max = std::max(sum.busy_max, more.busy_max);
    sum.delayed_max = std::max(sum.delayed_max, more.delayed_max);
  }
  void add(Verification& sum, const Verification& more) {
    add(sum.checked, more.checked);
    add(sum.not_checkable, more.not_checkable);
  }
  void add(Load& sum, const Load& more) {
    add(sum.found_all_busy, more.found_all_busy);
    add(sum.due_by_middle, more.due_by_middle);
    add(sum.answered_by_middle, more.answered_by_middle);
    add(sum.answered_by_end, more.answered_by_end);
    add(sum.in_flight_us, more.in_flight_us);
    add(sum.beside_latency_us, more.beside_latency_us);
    add(sum.unsolicited, more.unsolicited);
    sum.load_ns = std::max(sum.load_ns, more.load_ns);
    sum.second_half_ns = std::max(sum.second_half_ns, more.second_half_ns);
    sum.silent_ns = std::min(sum.silent_ns, more.silent_ns);
  }
  void add(Workload& sum, const Workload& more) {
    workload::each_common_setting([&](const OptionSpec& spec) {
      if (spec.divided) add(spec, sum, more);
    });
    if (sum.seed != more.seed) sum.seed.reset();
    for (const std::string& one : more.sources) {
      if (std::ranges::find(sum.sources, one) == sum.sources.end()) sum.sources.push_back(one);
    }
    sum.ends_within_ns = sum.ends_within_ns && more.ends_within_ns
                             ? std::optional(std::max(*sum.ends_within_ns, *more.ends_within_ns))
                             : std::nullopt;
  }
  void add(std::vector<Second>& sum, const std::vector<Second>& more) {
    std::map<std::uint64_t, Second> by_time;
    for (const Second& one : sum) by_time.emplace(one.t_s, one);
    for (const Second& one : more) {
      const auto [place, is_new] = by_time.emplace(one.t_s, one);
      if (!is_new) add(place->second, one);
    }
    sum.clear();
    for (const auto& [t_s, second] : by_time) sum.push_back(second);
  }

  [[nodiscard]] bool overflow() const { return overflow_; }

 private:
  // An option whose value is divided among the parts of a run.
  void add(const OptionSpec& spec, Workload& sum, const Workload& more) {
    std::visit(options::Overloaded{
                   [&](const kind::Number& of) { add(of.member.in(sum), of.member.of(more)); },
                   [&](const kind::OptionalNumber& of) {
                     if (of.member.of(sum)) add(*of.member.in(sum), *of.member.of(more));
                   },
                   [&](const kind::Rate& of) {
                     auto& rate = of.member.in(sum);
                     if (rate) rate = sum_of_rates(*rate, *of.member.of(more));
                   },
                   [](const auto&) {},
               },
               spec.kind);
  }

  // In whole millionths, as rates are stored, so that the parts of a rate add up to it.
  static double sum_of_rates(double one, double more) { return std::round((one + more) * 1e6) / 1e6; }

  // Intervals come from batches, which are not saved.
  void add(Stage& sum, const Stage& more) {
    sum.from_per_s = sum_of_rates(sum.from_per_s, more.from_per_s);
    sum.to_per_s = sum_of_rates(sum.to_per_s, more.to_per_s);
    add(sum.counted, more.counted);
    add(sum.latency, more.latency);
    add(sum.censored, more.censored);
    add(sum.timed_out, more.timed_out);
    add(sum.errors, more.errors);
    sum.p50_interval.reset();
    sum.p99_interval.reset();
    for (std::size_t half = 0; half < sum.due.size(); ++half) {
      add(sum.due.at(half), more.due.at(half));
      add(sum.answered.at(half), more.answered.at(half));
    }
    // All parts have watched the same process.
    sum.server_cpu_ns = std::max(sum.server_cpu_ns, more.server_cpu_ns);
  }

  void add(Second& sum, const Second& more) {
    if (sum.completed == 0) {
      sum.p50_ns = more.p50_ns;
      sum.p99_ns = more.p99_ns;
    } else if (more.completed > 0) {
      // The overall percentile lies between those of the parts.
      if (sum.p50_ns != more.p50_ns) sum.p50_ns.reset();
      if (sum.p99_ns != more.p99_ns) sum.p99_ns.reset();
    }
    add(sum.completed, more.completed);
    add(sum.failed, more.failed);
  }

  // Returns the element of that name, which is appended if it is missing.
  template <class Named>
  static Named& named(std::vector<Named>& all, const std::string& name) {
    const auto found = std::ranges::find(all, name, &Named::name);
    if (found != all.end()) return *found;
    all.emplace_back();
    all.back().name = name;
    return all.back();
  }

  bool overflow_ = false;
};

void keep_first(std::vector<Example>& kept, const std::vector<Example>& more) {
  for (const Example& one : more) {
    const bool known = std::ranges::any_of(kept, [&one](const Example& other) {
      return other.name == one.name && other.command == one.command && other.status == one.status &&
             other.script_line == one.script_line;
    });
    if (!known && kept.size() < stats::Examples::kMax) kept.push_back(one);
  }
}

void keep_first(std::vector<std::string>& kept, const std::vector<std::string>& more) {
  for (const std::string& one : more) {
    if (std::ranges::find(kept, one) == kept.end()) kept.push_back(one);
  }
}

// All parts have watched the same process, for about the same time.
void keep_most(std::optional<Server>& sum, const std::optional<Server>& more) {
  if (!sum || !more) {
    if (!sum) sum = more;
    return;
  }
  sum->cpu_ns = std::max(sum->cpu_ns, more->cpu_ns);
  sum->rss_max_octets = std::max(sum->rss_max_octets, more->rss_max_octets);
  sum->gone |= more->gone;
}

void add(std::optional<Deliveries>& sum, const std::optional<Deliveries>& more, Sums& sums) {
  if (!sum || !more) {
    if (!sum) sum = more;
    return;
  }
  for (const auto count : {&Deliveries::accepted, &Deliveries::seen, &Deliveries::lost, &Deliveries::waiting,
                           &Deliveries::twice, &Deliveries::late, &Deliveries::elsewhere,
                           &Deliveries::before_accepted, &Deliveries::not_accepted, &Deliveries::not_tracked})
    sums.add((*sum).*count, (*more).*count);
  sum->polls |= more->polls;
  sum->patience_ns = std::max(sum->patience_ns, more->patience_ns);
  sum->mailboxes = std::max(sum->mailboxes, more->mailboxes);
  sums.add(sum->latency, more->latency);
  sums.add(sum->from_dot, more->from_dot);
  sums.add(sum->ages, more->ages);
  sums.add(sum->looks, more->looks);
  sums.add(sum->batches, more->batches);
  sums.add(sum->errors, more->errors);
  for (const stats::DeliveryExample& one : more->examples) {
    if (sum->examples.size() < 3 * stats::DeliveryTally::kExamplesMax) sum->examples.push_back(one);
  }
}

void add(RunResult& sum, const RunResult& more, Sums& sums) {
  sums.add(sum.workload, more.workload);
  sum.elapsed_ns = std::max(sum.elapsed_ns, more.elapsed_ns);
  sum.interrupted |= more.interrupted;
  sums.add(sum.measured, more.measured);
  sums.add(sum.warmup, more.warmup);
  sums.add(sum.latency, more.latency);
  sums.add(sum.censored, more.censored);
  sums.add(sum.timed_out, more.timed_out);
  sums.add(sum.batches, more.batches);
  sums.add(sum.service, more.service);
  sums.add(sum.service_censored, more.service_censored);
  sums.add(sum.service_timed_out, more.service_timed_out);
  sums.add(sum.connect, more.connect);
  sums.add(sum.handshake, more.handshake);
  sums.add(sum.send_lag, more.send_lag);
  sums.add(sum.gaps, more.gaps);
  sums.add(sum.delivery, more.delivery);
  add(sum.deliveries, more.deliveries, sums);
  sums.add(sum.commands, more.commands);
  sums.add(sum.mix, more.mix);
  sums.add(sum.targets, more.targets);
  sums.add(sum.stages, more.stages);
  sums.add(sum.sessions, more.sessions);
  sums.add(sum.errors, more.errors);
  keep_first(sum.examples, more.examples);
  keep_first(sum.notes, more.notes);
  sums.add(sum.connections, more.connections);
  sums.add(sum.bytes_sent, more.bytes_sent);
  sums.add(sum.bytes_received, more.bytes_received);
  sums.add(sum.wire_sent, more.wire_sent);
  sums.add(sum.wire_received, more.wire_received);
  sums.add(sum.client, more.client);
  keep_most(sum.server, more.server);
  sums.add(sum.verification, more.verification);
  sums.add(sum.load, more.load);
  // Of several machines there is no one floor.
  if (sum.floor != more.floor) sum.floor.reset();
  if (more.probe && sum.probe) {
    sums.add(sum.probe->counted, more.probe->counted);
    sums.add(sum.probe->latency, more.probe->latency);
    sums.add(sum.probe->censored, more.probe->censored);
    sums.add(sum.probe->timed_out, more.probe->timed_out);
  } else if (more.probe) {
    sum.probe = more.probe;
  }
  sums.add(sum.seconds, more.seconds);
  sum.series.add(more.series);
}

}  // namespace

std::variant<RunResult, std::string> merge(std::span<const RunResult> parts) {
  if (parts.empty()) return "there is no result to merge";
  RunResult out = parts.front();
  Sums sums;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (auto why = refusal(parts.front(), parts[i], i + 1)) return *why;
    add(out, parts[i], sums);
    if (sums.overflow())
      return fmt::format(
          "the counts of results 1 to {} add up to more than 2^64 - 1: at least one of them is damaged",
          i + 1);
  }
  return out;
}

}  // namespace backtalk::result
