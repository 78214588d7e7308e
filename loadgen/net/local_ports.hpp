// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How many connections this machine can have to a server at once: each takes a local port.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/endpoint.hpp"
#include "net/source_addresses.hpp"

namespace backtalk::net {

/// How many ports `connect` chooses from. `range` is the text of the sysctl
/// net.ipv4.ip_local_port_range ("32768 60999", both ends included, for IPv6 too), `reserved` that
/// of net.ipv4.ip_local_reserved_ports ("8080,9000-9010", or nothing). nullopt: `range` is no
/// range. What cannot be read of `reserved` is not subtracted.
[[nodiscard]] std::optional<std::uint64_t> count_local_ports(std::string_view range,
                                                             std::string_view reserved);

/// How many local ports this process can use, from the sysctls of its network namespace; nullopt if
/// they cannot be read.
[[nodiscard]] std::optional<std::uint64_t> local_ports();

/// Connections that take turns at a server's addresses, and at those of this machine.
struct PortNeed {
  std::uint64_t connections = 0;
  std::span<const Endpoint> endpoints = {};
  std::span<const Endpoint> sources = {};  ///< empty: the system chooses one
};

/// A sentence for the user if there are fewer local ports than these connections need at once: each
/// pair of a server's address (with its port) and an address of this machine has all ports. Those
/// that have the same pairs, or some of them, share their ports. nullopt: there are enough, or the
/// targets are Unix sockets, which need none. Ports that other programs have taken are not looked
/// for.
[[nodiscard]] std::optional<std::string> check_local_ports(std::span<const PortNeed> needs,
                                                           std::uint64_t ports);

}  // namespace backtalk::net
