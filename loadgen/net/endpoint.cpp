// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "net/url.hpp"

namespace backtalk::net {
namespace {

bool is_near_ipv4(std::uint32_t address) {
  const auto in = [address](std::uint32_t network, unsigned bits) {
    return (address ^ network) >> (32 - bits) == 0;
  };
  return in(0x7F000000, 8) || in(0x0A000000, 8) || in(0xAC100000, 12) || in(0xC0A80000, 16);
}

bool is_near_ipv6(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    std::uint32_t ipv4 = 0;
    std::memcpy(&ipv4, address.s6_addr + 12, sizeof ipv4);
    return is_near_ipv4(ntohl(ipv4));
  }
  const bool unique_local = (address.s6_addr[0] & 0xFE) == 0xFC;
  return IN6_IS_ADDR_LOOPBACK(&address) || unique_local;
}

// An IPv4 address in place of the same mapped into IPv6 (RFC 4291 2.5.5.2): packets go out over
// IPv4, from a source address of that family.
Endpoint unmapped(const Endpoint& endpoint) {
  const auto* const mapped = reinterpret_cast<const sockaddr_in6*>(&endpoint.address);
  if (endpoint.family() != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&mapped->sin6_addr)) return endpoint;
  Endpoint out;
  auto* const ipv4 = reinterpret_cast<sockaddr_in*>(&out.address);
  ipv4->sin_family = AF_INET;
  ipv4->sin_port = mapped->sin6_port;
  std::memcpy(&ipv4->sin_addr, mapped->sin6_addr.s6_addr + 12, sizeof ipv4->sin_addr);
  out.octets = sizeof(sockaddr_in);
  return out;
}

// Resolves an IPv6 address with a zone. getaddrinfo knows interfaces by name for link-local
// addresses only.
std::variant<Endpoint, std::string> resolve_in_zone(const Url& url) {
  const std::size_t percent = url.host.find('%');
  const std::string zone = url.host.substr(percent + 1);
  Endpoint endpoint;
  auto* const address = reinterpret_cast<sockaddr_in6*>(&endpoint.address);
  if (inet_pton(AF_INET6, url.host.substr(0, percent).c_str(), &address->sin6_addr) != 1) {
    return fmt::format("`{}`: only an IPv6 address has a zone after `%`", url.host);
  }
  address->sin6_scope_id = if_nametoindex(zone.c_str());
  if (address->sin6_scope_id == 0) {
    return fmt::format("`{}`: this machine has no network interface `{}`", url.host, zone);
  }
  address->sin6_family = AF_INET6;
  address->sin6_port = htons(url.port);
  endpoint.octets = sizeof(sockaddr_in6);
  return unmapped(endpoint);
}

}  // namespace

bool Endpoint::is_near() const {
  switch (address.ss_family) {
    case AF_UNIX: return true;
    case AF_INET: return is_near_ipv4(ntohl(reinterpret_cast<const sockaddr_in*>(&address)->sin_addr.s_addr));
    case AF_INET6: return is_near_ipv6(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr);
    default: return false;
  }
}

bool Endpoint::has_source() const {
  const int probe = ::socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return true;  // that says nothing about it
  const bool none = ::connect(probe, get(), octets) < 0 && (errno == EADDRNOTAVAIL || errno == ENETUNREACH);
  ::close(probe);
  return !none;
}

std::uint16_t Endpoint::port() const {
  switch (address.ss_family) {
    case AF_INET: return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
    case AF_INET6: return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
    default: return 0;
  }
}

std::string Endpoint::text() const {
  std::array<char, INET6_ADDRSTRLEN> room{};
  if (address.ss_family == AF_UNIX) return reinterpret_cast<const sockaddr_un*>(&address)->sun_path;
  if (address.ss_family == AF_INET) {
    const auto* const ipv4 = reinterpret_cast<const sockaddr_in*>(&address);
    return inet_ntop(AF_INET, &ipv4->sin_addr, room.data(), room.size());
  }
  if (address.ss_family != AF_INET6) return {};
  const auto* const ipv6 = reinterpret_cast<const sockaddr_in6*>(&address);
  std::string text = inet_ntop(AF_INET6, &ipv6->sin6_addr, room.data(), room.size());
  if (ipv6->sin6_scope_id == 0) return text;
  std::array<char, IF_NAMESIZE> zone{};
  if (if_indextoname(ipv6->sin6_scope_id, zone.data()) == nullptr)
    return fmt::format("{}%{}", text, ipv6->sin6_scope_id);
  return text.append("%").append(zone.data());
}

bool operator==(const Endpoint& one, const Endpoint& other) {
  return one.octets == other.octets && std::memcmp(&one.address, &other.address, one.octets) == 0;
}

std::variant<std::vector<Endpoint>, std::string> resolve_all(const Url& url) {
  Endpoint endpoint;
  if (url.unix_socket) {
    auto* address = reinterpret_cast<sockaddr_un*>(&endpoint.address);
    address->sun_family = AF_UNIX;
    std::memcpy(address->sun_path, url.path.data(), url.path.size());
    endpoint.octets = sizeof(sockaddr_un);
    return std::vector{endpoint};
  }
  if (url.host.find('%') != std::string::npos) {
    auto in_zone = resolve_in_zone(url);
    if (auto* problem = std::get_if<std::string>(&in_zone)) return std::move(*problem);
    return std::vector{std::get<Endpoint>(in_zone)};
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int result = getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found);
  if (result != 0) return fmt::format("`{}` cannot be resolved: {}", url.host, gai_strerror(result));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, &freeaddrinfo);
  std::vector<Endpoint> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    endpoint = {};
    std::memcpy(&endpoint.address, one->ai_addr, one->ai_addrlen);
    endpoint.octets = one->ai_addrlen;
    endpoint = unmapped(endpoint);
    // Some resolvers return the same address twice: /etc/hosts may have it in several lines.
    if (std::ranges::find(addresses, endpoint) == addresses.end()) addresses.push_back(endpoint);
  }
  return addresses;
}

std::variant<Endpoint, std::string> resolve(const Url& url) {
  auto all = resolve_all(url);
  if (auto* problem = std::get_if<std::string>(&all)) return std::move(*problem);
  return std::get<std::vector<Endpoint>>(all).front();
}

}  // namespace backtalk::net
