// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What can be asked of a load, whatever its protocol. Each protocol has options of its own besides
/// (workload/smtp_options.hpp). The command line and the `workload` object of a result come from
/// the tables of these options.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/proxy_header.hpp"
#include "options/choice.hpp"
#include "options/values.hpp"
#include "stats/arrival.hpp"

namespace backtalk::workload {

inline constexpr std::array kArrivals{options::Choice{"constant", stats::Arrival::constant},
                                      options::Choice{"poisson", stats::Arrival::poisson}};

inline constexpr std::array kProxyVersions{options::Choice{"none", net::ProxyVersion::none},
                                           options::Choice{"v1", net::ProxyVersion::v1},
                                           options::Choice{"v2", net::ProxyVersion::v2}};

/// The largest rate, per second: more than any machine can start. Transactions that fall due and
/// never start are counted one by one.
inline constexpr double kRateMax = 1e7;

/// How many sessions that arrive by the clock can be open at once, unless the user says otherwise.
inline constexpr std::uint64_t kSessionsAtOnce = 1000;

/// The run: all that its result has under `workload`.
struct LoadOptions : options::Values {
  std::uint64_t connections = 10;
  std::uint64_t threads = 1;
  std::uint64_t pipeline = 1;
  std::optional<std::uint64_t> duration_ns;
  std::optional<std::uint64_t> transactions;
  std::uint64_t warmup_ns = 0;
  std::uint64_t timeout_ns = 10'000'000'000;
  std::uint64_t ramp_ns = 0;
  double allow_failures = 0.01;  ///< of what was started; more of them fail the run
  std::string slo;               ///< the rules that the run is to meet
  /// Transactions before reconnecting; 0: no limit. Of a session that arrives by the clock: how
  /// many it has; 0 is 1.
  std::uint64_t per_connection = 0;
  std::optional<double> rate;  ///< transactions per second; nullopt: closed loop
  /// The stages of an open loop (workload/stages.hpp), of which `rate` is the mean; empty: there is
  /// one rate.
  std::string stages;
  /// Sessions per second, within which transactions follow each other; nullopt: `rate` decides.
  std::optional<double> session_rate;
  /// How long a session waits between its transactions (workload/think.hpp); empty: it does not.
  std::string think;
  stats::Arrival arrival = stats::Arrival::constant;
  /// nullopt only in a result: of parts with different seeds.
  std::optional<std::uint64_t> seed = 1;
  std::uint64_t batch_ns = 1'000'000;  ///< closed loop: how long a reply may wait for others
  bool quick_ack = false;
  bool verify = false;                      ///< what comes back is compared with what it has to be
  std::optional<std::uint64_t> server_pid;  ///< the process whose use is measured
  net::ProxyVersion proxy = net::ProxyVersion::none;
  std::vector<std::string> addresses;  ///< of the server; empty: those of the URL's host
  std::vector<std::string> sources;    ///< to connect from; empty: the system chooses

  /// How many transactions a session has that arrives by the clock.
  [[nodiscard]] std::uint64_t session_transactions() const {
    return std::max<std::uint64_t>(per_connection, 1);
  }

  friend bool operator==(const LoadOptions&, const LoadOptions&) = default;
};

/// How a run is shown while it goes on.
enum class Progress : std::uint8_t {
  automatic,  ///< the live view on a terminal, nothing elsewhere
  lines,      ///< a line each second, wherever standard error goes
  none
};
inline constexpr std::array kProgresses{options::Choice{"auto", Progress::automatic},
                                        options::Choice{"lines", Progress::lines},
                                        options::Choice{"never", Progress::none}};

/// What else the command line of `backtalk load` has.
struct LoadArguments : LoadOptions {
  [[nodiscard]] bool is_sweep() const { return depths.size() > 1 || rates.size() > 1; }

  std::string url;                ///< the first of them
  std::vector<std::string> urls;  ///< of the command line
  std::string weights;            ///< of the URLs, if there are several: "3,1"
  std::string deliver;            ///< the URL, with --watch
  bool far_target = false;        ///< load an address that is neither loopback nor private
  std::string json_file;
  std::string csv_file;
  std::string html_file;
  std::string hdr_file;
  std::string open_metrics_file;
  std::string google_benchmark_file;
  std::string metrics_listen;  ///< where the counters of the run are shown while it goes on
  std::string save_bad;        ///< directory for the octets of streams that break the protocol
  std::vector<std::string> fail_if;
  std::string at;                     ///< several loads: shares of their rates at which they run
  bool probe = false;                 ///< a lone session beside the load
  std::uint64_t repeat = 1;           ///< runs
  std::vector<std::uint64_t> depths;  ///< of `pipeline`, as they were given: several are a sweep
  std::vector<double> rates;          ///< of `rate`, likewise
  std::string find_rate;              ///< the rules that the highest rate is to meet
  bool verbose = false;               ///< several loads: the summary of each
  bool quiet = false;
  Progress progress = Progress::automatic;
  std::string show_script;  ///< print this script and do nothing else
};

}  // namespace backtalk::workload
