// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

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
  return endpoint;
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

std::variant<Endpoint, std::string> resolve(const Url& url) {
  Endpoint endpoint;
  if (url.unix_socket) {
    auto* address = reinterpret_cast<sockaddr_un*>(&endpoint.address);
    address->sun_family = AF_UNIX;
    std::memcpy(address->sun_path, url.path.data(), url.path.size());
    endpoint.octets = sizeof(sockaddr_un);
    return endpoint;
  }
  if (url.host.find('%') != std::string::npos) return resolve_in_zone(url);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int result = getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found);
  if (result != 0) return fmt::format("`{}` cannot be resolved: {}", url.host, gai_strerror(result));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, &freeaddrinfo);
  std::memcpy(&endpoint.address, found->ai_addr, found->ai_addrlen);
  endpoint.octets = found->ai_addrlen;
  return endpoint;
}

}  // namespace backtalk::net
