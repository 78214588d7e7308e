// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/local_ports.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <system_error>

namespace backtalk::net {
namespace {

constexpr std::uint64_t kPortMax = 65535;
// The widest range that leaves the ports below to those who have to ask for them.
constexpr std::uint64_t kWidestFrom = 1024;
constexpr std::uint64_t kWidest = kPortMax - kWidestFrom + 1;

struct PortRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::optional<std::uint64_t> take_port(std::string_view& text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n"), text.size());
  text.remove_prefix(begin);
  std::uint64_t port = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc{} || port > kPortMax) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return port;
}

// "8080", "9000-9010"
std::optional<PortRange> read_reserved(std::string_view text) {
  const auto first = take_port(text);
  if (!first) return std::nullopt;
  if (!text.starts_with('-')) return PortRange{.first = *first, .last = *first};
  text.remove_prefix(1);
  const auto last = take_port(text);
  return last && *last >= *first ? std::optional(PortRange{.first = *first, .last = *last}) : std::nullopt;
}

std::uint64_t common_ports(const PortRange& one, const PortRange& other) {
  const std::uint64_t first = std::max(one.first, other.first);
  const std::uint64_t last = std::min(one.last, other.last);
  return first <= last ? last - first + 1 : 0;
}

std::string read_whole(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

// The pairs of addresses that connections can have.
std::uint64_t pairs_of(const PortNeed& need) {
  if (need.sources.empty()) return need.endpoints.size();
  std::uint64_t pairs = 0;
  for (const Endpoint& one : need.endpoints)
    pairs += static_cast<std::uint64_t>(std::ranges::count(need.sources, one.family(), &Endpoint::family));
  return pairs;
}

bool has_ports(const PortNeed& need) {
  return std::ranges::none_of(need.endpoints, [](const Endpoint& one) { return one.family() == AF_UNIX; });
}

bool are_among(std::span<const Endpoint> some, std::span<const Endpoint> all) {
  return std::ranges::all_of(some, [all](const Endpoint& one) { return std::ranges::count(all, one) > 0; });
}

// All that `one` can have, `of` can have too. Which address the system chooses is not known.
bool is_within(const PortNeed& one, const PortNeed& of) {
  return one.sources.empty() == of.sources.empty() && are_among(one.endpoints, of.endpoints) &&
         are_among(one.sources, of.sources);
}

// `connections` of `need` and of those within it, if those are `several`.
std::string too_few_ports(std::uint64_t connections, const PortNeed& need, std::uint64_t ports,
                          bool several) {
  const std::uint64_t pairs = pairs_of(need);
  const std::uint64_t per_source = ports * std::max<std::uint64_t>(need.endpoints.size(), 1);
  const std::string more = per_source > 0
                               ? fmt::format("connect from {} addresses of this machine (--source), ",
                                             (connections + per_source - 1) / per_source)
                               : "";
  const std::string wider =
      connections <= pairs * kWidest
          ? fmt::format("widen the range (`sysctl -w net.ipv4.ip_local_port_range=\"{} {}\"`), ", kWidestFrom,
                        kPortMax)
          : "";
  const std::uint64_t all = pairs * ports;
  return fmt::format("{} connections need as many local ports, and there are {}{}: {}{}or {}", connections,
                     all,
                     pairs > 1 ? fmt::format(" ({} for each of {} pairs of addresses)", ports, pairs)
                               : " (sysctl net.ipv4.ip_local_port_range)",
                     more, wider,
                     several ? fmt::format("have {} or fewer of them in all (-c)", all)
                             : fmt::format("use `-c {}` or less", all));
}

}  // namespace

std::optional<std::uint64_t> count_local_ports(std::string_view range, std::string_view reserved) {
  const auto first = take_port(range);
  const auto last = first ? take_port(range) : std::nullopt;
  if (!last || *last < *first) return std::nullopt;
  const PortRange all{.first = *first, .last = *last};
  std::uint64_t ports = all.last - all.first + 1;
  // The kernel lists them in order, each once.
  while (!reserved.empty()) {
    const std::size_t end = std::min(reserved.find(','), reserved.size());
    if (const auto one = read_reserved(reserved.substr(0, end)))
      ports -= std::min(ports, common_ports(all, *one));
    reserved.remove_prefix(std::min(end + 1, reserved.size()));
  }
  return ports;
}

std::optional<std::uint64_t> local_ports() {
  return count_local_ports(read_whole("/proc/sys/net/ipv4/ip_local_port_range"),
                           read_whole("/proc/sys/net/ipv4/ip_local_reserved_ports"));
}

std::optional<std::string> check_local_ports(std::span<const PortNeed> needs, std::uint64_t ports) {
  for (const PortNeed& need : needs) {
    const std::uint64_t pairs = pairs_of(need);
    if (!has_ports(need) || pairs == 0) continue;
    std::uint64_t connections = 0;
    std::size_t sharing = 0;
    for (const PortNeed& one : needs) {
      if (!is_within(one, need)) continue;
      connections += one.connections;
      ++sharing;
    }
    if (connections > pairs * ports) return too_few_ports(connections, need, ports, sharing > 1);
  }
  return std::nullopt;
}

}  // namespace backtalk::net
