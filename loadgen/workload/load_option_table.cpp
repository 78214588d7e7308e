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
constexpr std::uint64_t kRunsMax = 100;

bool goes_by_the_clock(const Values& common, const Values&) {
  const auto& options = static_cast<const LoadOptions&>(common);
  return options.rate.has_value() || options.session_rate.has_value();
}

bool is_closed_loop(const Values& common, const Values& own) {
  return !goes_by_the_clock(common, own);
}

bool has_no_arrivals(const Values& common, const Values&) {
  return !static_cast<const LoadOptions&>(common).session_rate;
}

bool has_no_rate(const Values& common, const Values&) {
  return !static_cast<const LoadOptions&>(common).rate;
}

bool has_several_a_session(const Values& common, const Values&) {
  const auto& options = static_cast<const LoadOptions&>(common);
  return !options.session_rate || options.session_transactions() > 1;
}

// Of options that only the command line has: a result has LoadOptions in place of LoadArguments.
bool is_one_run(const Values& common, const Values&) {
  const auto& arguments = static_cast<const LoadArguments&>(common);
  return arguments.repeat <= 1 && arguments.find_rate.empty() && !arguments.is_sweep();
}

bool has_several_urls(const Values& common, const Values&) {
  return static_cast<const LoadArguments&>(common).urls.size() > 1;
}

bool seeks_no_rate(const Values& common, const Values&) {
  return static_cast<const LoadArguments&>(common).find_rate.empty();
}

constexpr std::array kSeveralUrls{
    Condition{&has_several_urls, "with one URL: it divides the connections among several"}};
constexpr std::array kOneRun{
    Condition{&is_one_run, "with several runs, each of which has latencies of its own"}};
constexpr std::array kOneSearch{Condition{&seeks_no_rate, "with --find-rate, which confirms what it finds"}};
constexpr std::array kByTheClock{Condition{&goes_by_the_clock, "without --rate, --stages or --session-rate"}};
constexpr std::array kClosedLoop{Condition{
    &is_closed_loop, "with --rate or --session-rate: in open loop each reply is timed as it comes"}};
constexpr std::array kNoArrivals{
    Condition{&has_no_arrivals, "with --session-rate: its sessions begin transactions at once"}};
constexpr std::array kNoArrivalsToSeek{
    Condition{&has_no_arrivals, "with --session-rate: it searches for a rate of transactions"}};
constexpr std::array kThink{
    Condition{&has_no_rate, "with --rate, --stages or --find-rate: transactions begin by the clock there"},
    Condition{&has_several_a_session,
              "with --session-rate and one transaction a session: --per-connection says how many"}};
constexpr std::array kOpenedBefore{
    Condition{&has_no_arrivals, "with --session-rate, which says when sessions are opened"}};

bool is_shown(const Values& common, const Values&) {
  return !static_cast<const LoadArguments&>(common).quiet;
}
constexpr std::array kShown{Condition{&is_shown, "with --quiet, which shows nothing"}};

constexpr OptionSpec divided(OptionSpec spec) {
  spec.divided = true;
  return spec;
}

constexpr std::array kConnectionOptions{
    divided({"-c,--connections", kind::Number{member<&O::connections>(), 1, kConnectionsMax},
             "number of concurrent sessions", "connections"}),
    divided({"-t,--threads", kind::Number{member<&O::threads>(), 1, kThreadsMax},
             "threads, each with its own ring", "threads"}),
    OptionSpec{
        "-p,--pipeline", kind::Number{member<&O::pipeline>(), 1, kPipelineMax, member<&O::depths>().in},
        "commands, messages or requests in flight on a connection; 1 is lock step. Several values, "
        "such as 1,2,4,8, make a run with each and show where the gain ends (--json: backtalk.sweep/1)",
        "pipeline"},
    OptionSpec{"--per-connection", kind::Number{member<&O::per_connection>()},
               "transactions before reconnecting; 0: no limit", "per_connection"},
    OptionSpec{"--timeout", kind::Time{member<&O::timeout_ns>(), false},
               "a transaction without an answer for this long fails; also bounds the opening of sessions "
               "before the clock starts",
               "timeout_s"},
    OptionSpec{"--ramp", kind::Time{member<&O::ramp_ns>(), true},
               "start the clock at once and open the sessions over this time; 0: open all of them first",
               "ramp_s", kOpenedBefore},
    OptionSpec{"--quick-ack", kind::Flag{member<&O::quick_ack>()},
               "set TCP_QUICKACK after every read (changes what is measured)", "quick_ack"},
    OptionSpec{"--proxy", kind::one_of<&LoadOptions::proxy, kProxyVersions>(),
               "begin each connection with a header of the PROXY protocol, before TLS too, for servers that "
               "expect a proxy such as HAProxy in front of them",
               "proxy"},
    OptionSpec{"--address", kind::Texts{member<&O::addresses>()},
               "an IPv4 or IPv6 address of the server, instead of looking up the URL's host; repeatable. "
               "Connections "
               "take the addresses in turn. Host and TLS still name the URL's host",
               "address"},
    OptionSpec{"--weight", kind::Text{member<&O::weights>(), "N,N,..."},
               "with several URLs: how the connections are divided among them, a whole number for each; "
               "without it they have equal shares",
               "", kSeveralUrls},
    OptionSpec{"--source", kind::Texts{member<&O::sources>()},
               "an address of this machine to connect from, or a network such as 127.0.1.0/28; repeatable. "
               "Connections take the addresses in turn, and each address has its own local ports",
               "source"},
    OptionSpec{"--deliver", kind::Text{member<&O::deliver>(), "URL", false},
               "another way to give the URL, for use with --watch"},
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
    divided(
        {"-r,--rate", kind::Rate{member<&O::rate>(), kRateMax, member<&O::rates>().in},
         "open loop: schedule this many transactions per second; latency counts from the scheduled "
         "instant. Several values, such as 100,200,400, make a run with each, at each depth of -p, and show "
         "where the gain ends",
         "rate_per_s", kNoArrivals}),
    OptionSpec{
        "--stages", kind::Text{member<&O::stages>(), "TIME:RATE,..."},
        "open loop whose rate changes: within TIME it moves in a straight line to RATE, from that of the "
        "stage before (at first from 0), or from one to the other with TIME:RATE-RATE; each stage has "
        "its own counts and latencies, and is judged by itself",
        "stages"},
    divided(
        {"--session-rate", kind::Rate{member<&O::session_rate>(), kRateMax},
         "partly open loop: schedule this many sessions per second, each on a connection of its own, with "
         "--per-connection transactions (1) one after the other; -c (1000) is how many can be open at once",
         "session_rate_per_s"}),
    OptionSpec{
        "--think", kind::Text{member<&O::think>(), "TIME"},
        "closed loop and sessions: wait this long between the transactions of a session, which has one "
        "at a time: 3s; 2s..8s, evenly; exp:5s, by the mean; normal:10s:2s, by the mean and the "
        "standard deviation. No latency includes these waits",
        "think", kThink},
    OptionSpec{"--arrival", kind::one_of<&LoadOptions::arrival, kArrivals>(),
               "open loop: how transactions, or sessions, are spaced", "arrival", kByTheClock},
    OptionSpec{"--seed", kind::OptionalNumber{member<&O::seed>()},
               "seed of the random numbers of --arrival poisson, of {random}, of --think and of the waits of "
               "scripts",
               "seed"},
    OptionSpec{"--batch-wait", kind::Time{member<&O::batch_ns>(), true, kind::TimeUnit::whole_microseconds},
               "closed loop: handle replies in batches of up to this long, to save client CPU, while that "
               "costs no throughput; latencies may grow by as much; 0: time each reply as it comes",
               "batch_wait_us", kClosedLoop},
    OptionSpec{
        "--server-pid", kind::OptionalNumber{member<&O::server_pid>(), 1},
        "process id of the server, on this machine: the result has its CPU time and memory, with those "
        "of its descendants",
        "server_pid"},
    OptionSpec{"--verify", kind::Flag{member<&O::verify>()},
               "check that answers are right, not only well formed: checksums, sizes, order, counts, UIDs "
               "and flags; messages that are sent carry a checksum",
               "verify"},
    OptionSpec{"--allow-failures", kind::Share{member<&O::allow_failures>()},
               "the run fails, and is not valid, if a larger share of the transactions failed",
               "allow_failures"},
};

constexpr std::array kResultOptions{
    OptionSpec{"--json", kind::OutputFile{member<&O::json_file>()},
               "write the result as JSON (backtalk.load/1) to this file; - is standard output"},
    OptionSpec{"--csv", kind::OutputFile{member<&O::csv_file>()},
               "write the run over time to this file, as comma-separated values: a line for each interval",
               "", kOneRun},
    OptionSpec{
        "--html", kind::OutputFile{member<&O::html_file>()},
        "write the result as a page of HTML to this file: verdict, figures, charts and errors in one file "
        "that needs no network"},
    OptionSpec{"--hdr", kind::OutputFile{member<&O::hdr_file>()},
               "write the latencies of each interval to this file, as an HdrHistogram interval log (1.2)", "",
               kOneRun},
    OptionSpec{"--openmetrics", kind::OutputFile{member<&O::open_metrics_file>()},
               "write the result to this file as OpenMetrics, which Prometheus reads", "", kOneRun},
    OptionSpec{"--google-benchmark", kind::OutputFile{member<&O::google_benchmark_file>()},
               "write the result to this file as Google Benchmark writes its own, for its compare.py", "",
               kOneRun},
    OptionSpec{
        "--metrics-listen", kind::Text{member<&O::metrics_listen>(), "WHERE"},
        "show the counters of the run at http://WHERE/metrics while it goes on, for Prometheus: an address "
        "and a port, or a port of 127.0.0.1; port 0 picks a free one",
        "", kOneRun},
    OptionSpec{"--probe", kind::Flag{member<&O::probe>()},
               "beside the load, have a session of its own send the cheapest command (NOOP, STAT, HEAD), 100 "
               "times a "
               "second, one at a time: how long the server takes, whatever waits in the load's own sessions"},
    OptionSpec{
        "--repeat", kind::Number{member<&O::repeat>(), 1, kRunsMax},
        "run this many times, each with its own warm-up, connections and --seed, and show the median and "
        "the spread; whatever fails one run fails all (--json: backtalk.repeat/1)",
        "", kOneSearch},
    OptionSpec{
        "--find-rate", kind::Text{member<&O::find_rate>(), "RULES"},
        "search for the highest rate that keeps these rules, written as those of --slo: 'p99<20ms'; it "
        "begins at --rate (100), each step lasts as long as -d, and it ends after 60 steps or half an hour "
        "(30 times the first step, if that is longer) (--json: backtalk.find-rate/1)",
        "", kNoArrivalsToSeek},
    OptionSpec{"--save-bad", kind::Text{member<&O::save_bad>(), "DIR"},
               "write what servers sent on connections that broke the protocol to files in this directory "
               "(created if missing), as seeds for fuzzing: 10 of each error, 100 in all, 64 KiB each"},
    OptionSpec{"--fail-if", kind::Texts{member<&O::fail_if>()},
               "exit 1 if the result crosses this limit; repeatable: 'p99>10ms', 'failed>1%', 'per_s<5000'"},
    OptionSpec{
        "--slo", kind::Text{member<&O::slo>(), "RULES"},
        "exit 1 unless the result meets all these rules: 'p95<5s, RETR p99<20ms, RETR refused<1%, failed<1%'",
        "slo"},
    OptionSpec{"--at", kind::Text{member<&O::at>(), "SHARES"},
               "run the load, or several beside each other, at each of these shares of their rates, such as "
               "'80%,100%,(120%)', one after the other, and judge each run by --slo; a share in parentheses "
               "is shown, and a rule missed there is no failure (--json: backtalk.joint/1)"},
    OptionSpec{"--verbose", kind::Flag{member<&O::verbose>()},
               "--at, or several loads beside each other: also print the whole summary of each load at each "
               "share"},
    OptionSpec{"--quiet", kind::Flag{member<&O::quiet>()}, "no progress and no summary"},
    OptionSpec{
        "--live", kind::one_of<&O::progress, kProgresses>(),
        "how the run is shown on standard error while it goes on; auto: as a view with a histogram on a "
        "terminal of 40 columns and 12 rows or more, as a line on another, not at all elsewhere; lines: as a "
        "line each second, wherever standard error goes",
        "", kShown},
    OptionSpec{
        "--show-script", kind::Text{member<&O::show_script>(), "NAME"},
        "print a script that --script names, such as imap/read, and do nothing else: no URL is needed"},
};

constexpr auto kMake = &options::make_values<LoadArguments>;
std::string url_help() {
  std::string schemes;
  for (const Protocol& one : protocols())
    schemes += fmt::format("{}://host:port ({}), ", one.scheme, one.default_port);
  return schemes +
         "with [::1] for IPv6; with a Unix socket SCHEME+unix:/path. Several of one scheme share the "
         "connections (--weight)";
}

std::span<const OptionSpec> arguments() {
  static const std::string help = url_help();
  static const std::array specs{
      OptionSpec{.names = "URL", .kind = kind::Texts{member<&O::urls>()}, .help = help}};
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
