// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/room_for.hpp"

#include "engine/port_needs.hpp"
#include "net/probe.hpp"

namespace backtalk::load {

std::vector<net::PortNeed> port_needs_of(Plans plans) {
  std::vector<net::PortNeed> needs;
  for (const engine::ClientPlan* const plan : plans) {
    const auto of_plan = engine::port_needs(*plan);
    needs.insert(needs.end(), of_plan.begin(), of_plan.end());
  }
  return needs;
}

std::optional<std::string> room_for(Plans plans) {
  unsigned connections = 0;
  unsigned threads = 0;
  for (const engine::ClientPlan* const plan : plans) {
    connections += plan->connections;
    threads += plan->threads;
  }
  if (auto problem = net::check_open_files(connections, threads)) return problem;
  const auto ports = net::local_ports();
  return ports ? net::check_local_ports(port_needs_of(plans), *ports) : std::nullopt;
}

}  // namespace backtalk::load
