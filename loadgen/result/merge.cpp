// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "options/overloaded.hpp"
#include "result/json.hpp"
#include "result/workload_json.hpp"
#include "workload/load_option_table.hpp"

namespace backtalk::result {
namespace {

using options::OptionSpec;
namespace kind = options::kind;

constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr std::string_view kSeed = "seed";
// Machines that share a run have addresses of their own.
constexpr std::string_view kSource = "source";

std::uint64_t end_us(const Span& span) {
  return span.begin_unix_us + span.length_ns / 1000;
}

std::uint64_t length_of(const std::vector<Span>& spans) {
  return std::transform_reduce(spans.begin(), spans.end(), std::uint64_t{0}, std::plus<>(),
                               [](const Span& one) { return one.length_ns; });
}

// True if there was a time at which both were measured, or if that is not known of either.
bool overlap(const std::vector<Span>& one, const std::vector<Span>& other) {
  if (one.empty() && other.empty()) return true;
  for (std::size_t i = 0, j = 0; i < one.size() && j < other.size();) {
    if (end_us(one[i]) <= other[j].begin_unix_us) {
      ++i;
    } else if (end_us(other[j]) <= one[i].begin_unix_us) {
      ++j;
    } else {
      return true;
    }
  }
  return false;
}

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

// The value of a key of the `workload` object.
std::string value_text(const boost::json::object& workload, std::string_view key) {
  const boost::json::value* const value = workload.if_contains(key);
  if (value != nullptr && value->is_double()) return fmt::format("{}", value->get_double());
  return value == nullptr ? "null" : boost::json::serialize(*value);
}

// Names the keys of the workload in which the two differ although they must not; empty: none.
// `divided` ones may if the two are parts of one run.
std::string differences(const Workload& one, const Workload& other, bool divided_may_differ) {
  std::vector<std::string_view> keys;
  const auto note = [&keys](bool differs, std::string_view key) {
    if (differs && std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  };
  note(one.rate.has_value() != other.rate.has_value() ||
           one.session_rate.has_value() != other.session_rate.has_value(),
       "loop");
  note(one.transactions.has_value() != other.transactions.has_value(), "transactions");
  note(one.sources.empty() != other.sources.empty(), kSource);
  workload::each_common_setting([&](const OptionSpec& spec) {
    if ((spec.divided && divided_may_differ) || spec.key == kSeed || spec.key == kSource) return;
    note(setting_of(spec, one) != setting_of(spec, other), spec.key);
  });
  // The setting has whole microseconds only.
  note(one.batch_ns != other.batch_ns, "batch_wait_us");
  if (one.own.size() != other.own.size()) {
    note(true, "protocol's own options");
  } else {
    for (std::size_t i = 0; i < one.own.size(); ++i) note(one.own[i] != other.own[i], one.own[i].name);
  }
  const boost::json::object of_one = write_workload(one);
  const boost::json::object of_other = write_workload(other);
  std::string out;
  for (const std::string_view key : keys)
    fmt::format_to(std::back_inserter(out), "{}`{}` differs: {}, not {}", out.empty() ? "" : "; ", key,
                   value_text(of_other, key), value_text(of_one, key));
  return out;
}

std::string_view tls_of(const RunResult& result) {
  return result.tls ? std::string_view(result.tls->version) : "clear text";
}

std::string other_workload(std::string_view name, std::string_view what) {
  return fmt::format(
      "{} has another workload than the first ({}); only runs of the same workload can be merged", name,
      what);
}

std::optional<std::string> refusal(const RunResult& first, const RunResult& other, std::string_view name) {
  const auto differ = [name](std::string_view what, std::string_view one, std::string_view two) {
    return fmt::format("{} has another {} than the first (`{}`, not `{}`)", name, what, two, one);
  };
  if (first.protocol != other.protocol) return differ("protocol", first.protocol, other.protocol);
  if (first.url != other.url) return differ("target", first.url, other.url);
  if (first.tls != other.tls) return differ("TLS", tls_of(first), tls_of(other));
  if (first.transaction != other.transaction)
    return differ("kind of transaction", first.transaction, other.transaction);
  if (const std::string what = differences(first.workload, other.workload, true); !what.empty())
    return other_workload(name, what);
  if (!is_same_mix(first.mix, other.mix))
    return fmt::format("{} is of another mix than the first; only runs of one mix can be merged", name);
  if (!is_same_targets(first.targets, other.targets))
    return fmt::format("{} has other targets than the first; only runs of the same can be merged", name);
  if (!is_same_stages(first.stages, other.stages))
    return fmt::format("{} has other stages than the first; only runs of the same can be merged", name);
  if (const std::string why = cannot_join(first.ranks, other.ranks); !why.empty())
    return fmt::format("{} {}", name, why);
  if (first.spans.empty() != other.spans.empty())
    return fmt::format("{} {}, but the first {}: whether they are parts of one run is not known", name,
                       other.spans.empty() ? "does not say when it was measured (`spans`)"
                                           : "says when it was measured (`spans`)",
                       other.spans.empty() ? "does" : "does not");
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

// The time in which at least one of them was measured, in spans that are in order and apart.
std::vector<Span> united(std::vector<Span> all) {
  std::ranges::sort(all, {}, &Span::begin_unix_us);
  std::vector<Span> out;
  for (const Span& one : all) {
    if (out.empty() || one.begin_unix_us > end_us(out.back())) {
      out.push_back(one);
      continue;
    }
    const std::uint64_t lead_ns = (one.begin_unix_us - out.back().begin_unix_us) * 1000;
    out.back().length_ns = std::max(out.back().length_ns, lead_ns + one.length_ns);
  }
  return out;
}

// How long after the first the second began, from which their points, seconds and batches count;
// nullopt: they consist of several spans, which do not begin at the same instants.
std::optional<std::uint64_t> offset_ns(const std::vector<Span>& one, const std::vector<Span>& later) {
  if (std::ranges::equal(one, later, {}, &Span::begin_unix_us, &Span::begin_unix_us)) return 0;
  if (one.size() != 1 || later.size() != 1 || later[0].begin_unix_us < one[0].begin_unix_us)
    return std::nullopt;
  return (later[0].begin_unix_us - one[0].begin_unix_us) * 1000;
}

// To the nearest.
std::uint64_t whole_widths(std::uint64_t ns, std::uint64_t width_ns) {
  return ns / width_ns + (ns % width_ns >= width_ns - width_ns / 2 ? 1 : 0);
}

// Moves the points, so that they are counted from as much earlier.
void shift(const stats::Series& sum, stats::Series& later, std::uint64_t offset_ns) {
  if (sum.width_ns == 0 || later.width_ns == 0) return;
  const auto must_coarsen = [&] {
    return later.width_ns < sum.width_ns ||
           later.points.size() + whole_widths(offset_ns, later.width_ns) > stats::Series::kPointsMax;
  };
  while (must_coarsen()) {
    if (later.width_ns > std::numeric_limits<std::uint64_t>::max() / 2) {
      later = {};
      return;
    }
    later.coarsen();
  }
  later.points.insert(later.points.begin(), whole_widths(offset_ns, later.width_ns), {});
}

// What is counted in intervals of the second is counted from the begin of the first from now on.
void align_begins(RunResult& sum, RunResult& later, Sums& sums) {
  const auto offset = offset_ns(sum.spans, later.spans);
  if (!offset) {
    sum.drop_intervals();
    later.drop_intervals();
    sum.batches = {};
    keep_first(sum.notes,
               std::vector<std::string>{"no series and no intervals: the merged parts are of several "
                                        "runs each, which did not begin at the same times"});
    return;
  }
  shift(sum.series, later.series, *offset);
  for (Second& one : later.seconds) sums.add(one.t_s, whole_widths(*offset, kSecondNs));
  if (sum.batches.width_ns == 0 || whole_widths(*offset, sum.batches.width_ns) == 0) return;
  sum.batches = {};
  keep_first(sum.notes,
             std::vector<std::string>{"no intervals of percentiles: the merged parts did not begin at "
                                      "the same time"});
}

// Both are of the same time: parts of one run.
void add_beside(RunResult& sum, RunResult more, Sums& sums) {
  std::vector<Span> spans;
  if (!sum.spans.empty() && !more.spans.empty()) {
    spans = sum.spans;
    spans.insert(spans.end(), more.spans.begin(), more.spans.end());
    spans = united(std::move(spans));
    align_begins(sum, more, sums);
  }
  add(sum, more, sums);
  if (sum.ranks && more.ranks) join(*sum.ranks, *more.ranks);
  sum.spans = std::move(spans);
  if (!sum.spans.empty()) sum.elapsed_ns = length_of(sum.spans);
}

// A rank that two of the parts have a result of; nullopt: there is none.
std::optional<std::uint64_t> rank_of_both(const RunResult& one, const RunResult& other) {
  if (!one.ranks || !other.ranks) return std::nullopt;
  for (const RankPart& part : other.ranks->parts) {
    if (std::ranges::find(one.ranks->parts, part.rank, &RankPart::rank) != one.ranks->parts.end())
      return part.rank;
  }
  return std::nullopt;
}

// The second came later: the load is that of either, and times add up.
void add_later(RunResult& sum, const RunResult& more, Sums& sums) {
  Workload workload = sum.workload;
  if (workload.seed != more.workload.seed) workload.seed.reset();
  std::vector<Span> spans = sum.spans;
  spans.insert(spans.end(), more.spans.begin(), more.spans.end());
  std::vector<Second> seconds = sum.seconds;
  std::uint64_t seconds_before = (sum.elapsed_ns + kSecondNs - 1) / kSecondNs;
  if (!seconds.empty()) seconds_before = std::max(seconds_before, seconds.back().t_s);
  for (Second one : more.seconds) {
    sums.add(one.t_s, seconds_before);
    seconds.push_back(one);
  }
  stats::Series series = std::move(sum.series);
  series.append(more.series);
  const Load load = sum.load;
  const Connections connections = sum.connections;
  const std::optional<Server> server = sum.server;
  add(sum, more, sums);
  if (sum.ranks && more.ranks) add_run(*sum.ranks, *more.ranks);
  sum.workload = std::move(workload);
  sum.spans = united(std::move(spans));
  sum.elapsed_ns = length_of(sum.spans);
  sum.batches = {};  // each is of a part of one run
  sum.seconds = std::move(seconds);
  sum.series = std::move(series);
  sum.load.load_ns = load.load_ns;
  sums.add(sum.load.load_ns, more.load.load_ns);
  sum.load.second_half_ns = load.second_half_ns;
  sums.add(sum.load.second_half_ns, more.load.second_half_ns);
  // Each run opened its own sessions.
  for (const auto ready :
       {&Connections::ready_at_start, &Connections::ready_ever, &Connections::ready_at_end})
    sum.connections.*ready = std::min(connections.*ready, more.connections.*ready);
  sum.connections.connected_ns = connections.connected_ns;
  sums.add(sum.connections.connected_ns, more.connections.connected_ns);
  sum.connections.restarts.count = connections.restarts.count;
  sums.add(sum.connections.restarts.count, more.connections.restarts.count);
  if (server && more.server) {
    sum.server->cpu_ns = server->cpu_ns;
    sums.add(sum.server->cpu_ns, more.server->cpu_ns);
  }
}

std::uint64_t begin_us(const RunResult& part) {
  return part.spans.empty() ? 0 : part.spans.front().begin_unix_us;
}

// The parts by the group of those that were measured at the same time, if only in part; groups are
// in order of time, and so are those of a group.
std::vector<std::vector<std::size_t>> groups_of(std::span<const RunResult> parts) {
  std::vector<std::size_t> group_of(parts.size());
  std::iota(group_of.begin(), group_of.end(), std::size_t{0});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (group_of[i] == group_of[j] || !overlap(parts[i].spans, parts[j].spans)) continue;
      const std::size_t joined = group_of[i];
      std::ranges::replace(group_of, joined, group_of[j]);
    }
  }
  // Two groups have no time in common, but those of no length may begin at the same instant.
  std::multimap<std::uint64_t, std::vector<std::size_t>> by_time;
  for (std::size_t group = 0; group < parts.size(); ++group) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (group_of[i] == group) members.push_back(i);
    }
    if (members.empty()) continue;
    // Each has begun before what is added to it, and without a gap between them.
    std::ranges::sort(members, {}, [parts](std::size_t i) { return std::pair(begin_us(parts[i]), i); });
    const std::uint64_t begin = begin_us(parts[members.front()]);
    by_time.emplace(begin, std::move(members));
  }
  std::vector<std::vector<std::size_t>> out;
  out.reserve(by_time.size());
  for (auto& [begin, members] : by_time) out.push_back(std::move(members));
  return out;
}

std::string overflow(std::string_view name) {
  return fmt::format(
      "the counts up to those of {} add up to more than 2^64 - 1: at least one of the results is damaged",
      name);
}

}  // namespace

std::variant<RunResult, std::string> merge(std::span<const RunResult> parts,
                                           std::span<const std::string> names) {
  if (parts.empty()) return "there is no result to merge";
  const auto name_of = [&](std::size_t part) {
    return part < names.size() ? names[part] : fmt::format("result {}", part + 1);
  };
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (auto why = refusal(parts.front(), parts[i], name_of(i))) return *std::move(why);
  }
  Sums sums;
  std::optional<RunResult> out;
  for (const std::vector<std::size_t>& group : groups_of(parts)) {
    RunResult together = parts[group.front()];
    for (std::size_t i = 1; i < group.size(); ++i) {
      if (const auto rank = rank_of_both(together, parts[group[i]]))
        return fmt::format("{} has a result of rank {}, which another one has too", name_of(group[i]), *rank);
      add_beside(together, parts[group[i]], sums);
      if (sums.overflow()) return overflow(name_of(group[i]));
    }
    if (!out) {
      out = std::move(together);
      continue;
    }
    const std::string name = name_of(group.front());
    if (out->ranks && together.ranks && !is_of_same_ranks(*out->ranks, *together.ranks))
      return fmt::format(
          "{} ran at another time than the first, and is of other ranks: those of one run add up only at the "
          "same time",
          name);
    if (const std::string what = differences(out->workload, together.workload, false); !what.empty())
      return other_workload(name, what);
    if (!together.stages.empty())
      return fmt::format("{} ran at another time than the first: stages add up only at the same time", name);
    add_later(*out, together, sums);
    if (sums.overflow()) return overflow(name);
  }
  if (out->spans.size() > kJsonSpansMax)
    return fmt::format("there are more than {} runs after each other", kJsonSpansMax);
  return *std::move(out);
}

}  // namespace backtalk::result
