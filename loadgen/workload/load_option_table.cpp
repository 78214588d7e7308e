// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/load_option_table.hpp"

#include <algorithm>
#include <array>

#include "workload/protocols.hpp"

namespace backtalk::workload {
namespace {

using O = LoadOptions;

constexpr unsigned kConnectionsMax = 100'000;
constexpr unsigned kPipelineMax = 1024;
// More than any machine's sessions begin; what falls due and is never begun is counted one by one.
constexpr double kRateMax = 1e7;

constexpr std::array kConnectionOptions{
    OptionSpec{"-c,--connections", kind::Count{&O::connections, 1, kConnectionsMax},
               "number of concurrent sessions", "connections"},
    OptionSpec{"-t,--threads", kind::Count{&O::threads, 1, kThreadsMax}, "threads, each with its own ring",
               "threads"},
    OptionSpec{"-p,--pipeline", kind::Count{&O::pipeline, 1, kPipelineMax},
               "commands, messages or requests in flight on a connection; 1 is lock step", "pipeline"},
    OptionSpec{"--per-connection", kind::Number{&O::per_connection},
               "transactions before reconnecting; 0: no limit", "per_connection"},
    OptionSpec{"--timeout", kind::Time{&O::timeout_ns, false},
               "a transaction without an answer for this long fails; also bounds the opening of sessions "
               "before the clock starts",
               "timeout_s"},
    OptionSpec{"--ramp", kind::Time{&O::ramp_ns, true},
               "start the clock at once and open the sessions over this time; 0: open all of them first",
               "ramp_s"},
    OptionSpec{"--quick-ack", kind::Flag{&O::quick_ack},
               "set TCP_QUICKACK after every read (changes what is measured)", "quick_ack"},
    OptionSpec{"--i-may-load-this-target", kind::Flag{&O::far_target},
               "load a target that is neither loopback nor private"},
};

constexpr std::array kScheduleOptions{
    OptionSpec{"-d,--duration", kind::OptionalTime{&O::duration_ns},
               "start transactions for this long, e.g. 10s, 250ms or 1.5m; without a unit, seconds (default: "
               "10s, unless -n is given)",
               "duration_s"},
    OptionSpec{"-n,--transactions", kind::OptionalNumber{&O::transactions},
               "start this many transactions; without -d, a run that has no session for 2 x --timeout ends "
               "as well",
               "transactions"},
    OptionSpec{"--warmup", kind::Time{&O::warmup_ns, true}, "run this long before measuring", "warmup_s"},
    OptionSpec{"-r,--rate", kind::Rate{&O::rate, kRateMax},
               "open loop: schedule this many transactions per second; latency counts from the scheduled "
               "instant",
               "rate_per_s"},
    OptionSpec{"--arrival", kind::one_of<&O::arrival, kArrivals>(), "open loop: how transactions are spaced",
               "arrival"},
    OptionSpec{"--seed", kind::Number{&O::seed}, "seed of the random numbers of --arrival poisson", "seed"},
    OptionSpec{"--batch-wait", kind::Time{&O::batch_ns, true},
               "closed loop: handle replies in batches of up to this long, to save client CPU, while that "
               "costs no throughput; latencies may grow by as much; 0: time each reply as it comes",
               "batch_wait_us"},
};

constexpr std::array kResultOptions{
    OptionSpec{"--json", kind::OutputFile{&O::json_file},
               "write the result as JSON (backtalk.load/1) to this file; - is standard output"},
    OptionSpec{"--hdr", kind::OutputFile{&O::hdr_file},
               "write the latency histogram (HdrHistogram V2, base64) to this file"},
    OptionSpec{"--fail-if", kind::Texts{&O::fail_if},
               "exit 1 if the result crosses this limit; repeatable: 'p99>10ms', 'failed>1%', 'per_s<5000'"},
    OptionSpec{"--allow-failures", kind::Share{&O::allow_failures},
               "exit 1 if a larger share of the transactions failed", "allow_failures"},
    OptionSpec{"--quiet", kind::Flag{&O::quiet}, "no progress and no summary"},
};

constexpr std::array kGroups{OptionGroup{"Connections", kConnectionOptions},
                             OptionGroup{"Load", kScheduleOptions}, OptionGroup{"Results", kResultOptions}};

}  // namespace

std::span<const OptionGroup> common_option_groups() {
  return kGroups;
}

std::vector<OptionGroup> all_option_groups() {
  std::vector<OptionGroup> groups(kGroups.begin(), kGroups.end());
  for (const Protocol& protocol : protocols()) {
    const bool known = std::ranges::any_of(groups, [&protocol](const OptionGroup& group) {
      return group.options.data() == protocol.options.options.data();
    });
    // Before the results, which come last.
    if (!known) groups.insert(groups.end() - 1, protocol.options);
  }
  return groups;
}

}  // namespace backtalk::workload
