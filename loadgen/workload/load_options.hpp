// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What can be asked of a load, whatever its protocol. Each protocol has options of its own besides
/// (workload/smtp_options.hpp). The command line and the `workload` object of a result come from
/// the tables of these options.
#pragma once

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
  double allow_failures = 0.01;      ///< of what was started; more of them fail the run
  std::string slo;                   ///< the rules that the run is to meet
  std::uint64_t per_connection = 0;  ///< transactions before reconnecting; 0: no limit
  std::optional<double> rate;        ///< transactions per second; nullopt: closed loop
  stats::Arrival arrival = stats::Arrival::constant;
  /// nullopt only in a result: a closed loop, or parts with different seeds.
  std::optional<std::uint64_t> seed = 1;
  std::uint64_t batch_ns = 1'000'000;  ///< closed loop: how long a reply may wait for others
  bool quick_ack = false;
  net::ProxyVersion proxy = net::ProxyVersion::none;

  friend bool operator==(const LoadOptions&, const LoadOptions&) = default;
};

/// What else the command line of `backtalk load` has.
struct LoadArguments : LoadOptions {
  std::string url;
  bool far_target = false;  ///< load an address that is neither loopback nor private
  std::string json_file;
  std::string hdr_file;
  std::string save_bad;  ///< directory for the octets of streams that break the protocol
  std::vector<std::string> fail_if;
  bool quiet = false;
  std::string show_script;  ///< print this script and do nothing else
};

}  // namespace backtalk::workload
