// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/load_option_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workload/protocols.hpp"

namespace backtalk::workload {
namespace {

namespace kind = options::kind;
using options::Condition;
using options::member;
using options::OptionGroup;
using options::OptionSpec;
using options::Values;
using O = LoadArguments;

constexpr std::uint64_t kConnectionsMax = 100'000;
// Each thread has a ring, which takes memory.
constexpr std::uint64_t kThreadsMax = 1024;
constexpr std::uint64_t kPipelineMax = 1024;
// More than any machine can start. Transactions that fall due and never start are counted one by
// one.
constexpr double kRateMax = 1e7;

bool is_open_loop(const Values& common, const Values&) {
  return static_cast<const LoadOptions&>(common).rate.has_value();
}

bool is_closed_loop(const Values& common, const Values&) {
  return !static_cast<const LoadOptions&>(common).rate;
}

constexpr std::array kOpenLoop{Condition{&is_open_loop, "without --rate"}};
constexpr std::array kClosedLoop{
    Condition{&is_closed_loop, "with --rate: in open loop each reply is timed as it comes"}};

constexpr OptionSpec divided(OptionSpec spec) {
  spec.divided = true;
  return spec;
}

constexpr std::array kConnectionOptions{
    divided({"-c,--connections", kind::Number{member<&O::connections>(), 1, kConnectionsMax},
             "number of concurrent sessions", "connections"}),
    divided({"-t,--threads", kind::Number{member<&O::threads>(), 1, kThreadsMax},
             "threads, each with its own ring", "threads"}),
    OptionSpec{"-p,--pipeline", kind::Number{member<&O::pipeline>(), 1, kPipelineMax},
               "commands, messages or requests in flight on a connection; 1 is lock step", "pipeline"},
    OptionSpec{"--per-connection", kind::Number{member<&O::per_connection>()},
               "transactions before reconnecting; 0: no limit", "per_connection"},
    OptionSpec{"--timeout", kind::Time{member<&O::timeout_ns>(), false},
               "a transaction without an answer for this long fails; also bounds the opening of sessions "
               "before the clock starts",
               "timeout_s"},
    OptionSpec{"--ramp", kind::Time{member<&O::ramp_ns>(), true},
               "start the clock at once and open the sessions over this time; 0: open all of them first",
               "ramp_s"},
    OptionSpec{"--quick-ack", kind::Flag{member<&O::quick_ack>()},
               "set TCP_QUICKACK after every read (changes what is measured)", "quick_ack"},
    OptionSpec{"--proxy", kind::one_of<&LoadOptions::proxy, kProxyVersions>(),
               "begin each connection with a header of the PROXY protocol, before TLS too, for servers that "
               "expect a proxy such as HAProxy in front of them",
               "proxy"},
    OptionSpec{"--i-may-load-this-target", kind::Flag{member<&O::far_target>()},
               "load a target that is neither loopback nor private"},
};

constexpr std::array kScheduleOptions{
    OptionSpec{"-d,--duration", kind::OptionalTime{member<&O::duration_ns>()},
               "start transactions for this long, e.g. 10s, 250ms or 1.5m; without a unit, seconds (default: "
               "10s, unless -n is given)",
               "duration_s"},
    divided({"-n,--transactions", kind::OptionalNumber{member<&O::transactions>(), 1},
             "start this many transactions; without -d, a run that has no session for 2 x --timeout ends "
             "as well",
             "transactions"}),
    OptionSpec{"--warmup", kind::Time{member<&O::warmup_ns>(), true}, "run this long before measuring",
               "warmup_s"},
    divided({"-r,--rate", kind::Rate{member<&O::rate>(), kRateMax},
             "open loop: schedule this many transactions per second; latency counts from the scheduled "
             "instant",
             "rate_per_s"}),
    OptionSpec{"--arrival", kind::one_of<&LoadOptions::arrival, kArrivals>(),
               "open loop: how transactions are spaced", "arrival", kOpenLoop},
    OptionSpec{"--seed", kind::OptionalNumber{member<&O::seed>()},
               "seed of the random numbers of --arrival poisson, of {random} and of the waits of scripts",
               "seed"},
    OptionSpec{"--batch-wait", kind::Time{member<&O::batch_ns>(), true, kind::TimeUnit::whole_microseconds},
               "closed loop: handle replies in batches of up to this long, to save client CPU, while that "
               "costs no throughput; latencies may grow by as much; 0: time each reply as it comes",
               "batch_wait_us", kClosedLoop},
    OptionSpec{"--allow-failures", kind::Share{member<&O::allow_failures>()},
               "the run fails, and is not valid, if a larger share of the transactions failed",
               "allow_failures"},
};

constexpr std::array kResultOptions{
    OptionSpec{"--json", kind::OutputFile{member<&O::json_file>()},
               "write the result as JSON (backtalk.load/1) to this file; - is standard output"},
    OptionSpec{"--hdr", kind::OutputFile{member<&O::hdr_file>()},
               "write the latency histogram (HdrHistogram V2, base64) to this file"},
    OptionSpec{"--save-bad", kind::Text{member<&O::save_bad>(), "DIR"},
               "write what servers sent on connections that broke the protocol to files in this directory "
               "(created if missing), as seeds for fuzzing: 10 of each error, 100 in all, 64 KiB each"},
    OptionSpec{"--fail-if", kind::Texts{member<&O::fail_if>()},
               "exit 1 if the result crosses this limit; repeatable: 'p99>10ms', 'failed>1%', 'per_s<5000'"},
    OptionSpec{
        "--slo", kind::Text{member<&O::slo>(), "RULES"},
        "exit 1 unless the result meets all these rules: 'p95<5s, RETR p99<20ms, RETR refused<1%, failed<1%'",
        "slo"},
    OptionSpec{"--quiet", kind::Flag{member<&O::quiet>()}, "no progress and no summary"},
    OptionSpec{
        "--show-script", kind::Text{member<&O::show_script>(), "NAME"},
        "print a script that --script names, such as imap/read, and do nothing else: no URL is needed"},
};

constexpr auto kMake = &options::make_values<LoadArguments>;
std::string url_help() {
  std::string schemes;
  for (const Protocol& one : protocols())
    schemes += fmt::format("{}://host:port ({}), ", one.scheme, one.default_port);
  return schemes + "with [::1] for IPv6; with a Unix socket SCHEME+unix:/path";
}

std::span<const OptionSpec> arguments() {
  static const std::string help = url_help();
  static const std::array specs{
      OptionSpec{.names = "URL", .kind = kind::Text{member<&O::url>()}, .help = help}};
  return specs;
}

// "imap and imaps": the schemes that have this table; its title if there are none.
std::string schemes_of(const OptionGroup& group) {
  std::vector<std::string_view> schemes;
  for (const Protocol& protocol : protocols()) {
    if (has_table(protocol.own_options, group)) schemes.push_back(protocol.scheme);
  }
  if (schemes.size() < 2) return std::string(schemes.empty() ? group.title : schemes.front());
  const auto all_but_last = std::span(schemes).first(schemes.size() - 1);
  return fmt::format("{} and {}", fmt::join(all_but_last, ", "), schemes.back());
}

}  // namespace

bool has_table(std::span<const OptionGroup> groups, const OptionGroup& wanted) {
  return std::ranges::any_of(
      groups, [&wanted](const OptionGroup& group) { return group.options.data() == wanted.options.data(); });
}

std::span<const OptionGroup> common_option_groups() {
  static const std::array groups{
      OptionGroup{"Positionals", arguments(), kMake}, OptionGroup{"Connections", kConnectionOptions, kMake},
      OptionGroup{"Load", kScheduleOptions, kMake}, OptionGroup{"Results", kResultOptions, kMake}};
  return groups;
}

std::vector<OptionGroup> all_option_groups() {
  const auto common = common_option_groups();
  std::vector<OptionGroup> groups(common.begin(), common.end());
  for (const Protocol& protocol : protocols()) {
    for (const OptionGroup& group : protocol.own_options) {
      // Before the results, which come last.
      if (!has_table(groups, group)) groups.insert(groups.end() - 1, group);
    }
  }
  return groups;
}

std::optional<std::string> find_foreign(std::span<const OptionGroup> all, std::span<const OptionGroup> own,
                                        std::string_view scheme,
                                        const std::function<bool(const OptionSpec& spec)>& given) {
  for (const OptionGroup& group : all) {
    if (group.make == kMake || has_table(own, group)) continue;
    for (const OptionSpec& spec : group.options) {
      if (given(spec))
        return fmt::format("{} has no effect with {}: it is an option of {}", spec.long_name(), scheme,
                           schemes_of(group));
    }
  }
  return std::nullopt;
}

}  // namespace backtalk::workload
