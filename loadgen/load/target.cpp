// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "net/addresses.hpp"

namespace backtalk::load {

std::variant<TargetAddresses, std::string> find_target(const workload::LoadOptions& options, bool far_targets,
                                                       const net::Url& url) {
  if (!url.unix_socket && url.port == 0) return fmt::format("{}: nothing can listen on port 0", url.text());
  auto read = net::addresses_of(url, options.addresses);
  if (auto* problem = std::get_if<std::string>(&read)) return std::move(*problem);
  auto& all = std::get<std::vector<net::Endpoint>>(read);
  const auto far = std::ranges::find_if(all, [](const net::Endpoint& one) { return !one.is_near(); });
  if (far != all.end() && !far_targets) {
    const std::string address = far->text();
    const bool is_host = options.addresses.empty() && address == url.host;
    return fmt::format(
        "{} is neither loopback nor private: a load test of somebody else's server is an attack. If you may "
        "load it, say --i-may-load-this-target",
        is_host ? url.text() : fmt::format("{}, an address of {},", address, url.text()));
  }
  TargetAddresses out;
  // Names often have addresses of IPv6, for machines that have it. Those of --address are tried.
  if (options.addresses.empty() && std::ranges::any_of(all, &net::Endpoint::has_source)) {
    std::ranges::remove_copy_if(all, std::back_inserter(out.unreachable), &net::Endpoint::has_source);
    std::erase_if(all, [](const net::Endpoint& one) { return !one.has_source(); });
  }
  out.loaded = std::move(all);
  return out;
}

}  // namespace backtalk::load
