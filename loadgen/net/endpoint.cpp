// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

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

// RFC 6874 2: in a URL the "%" before a zone is written "%25". Most people write it as it is.
std::string read_bracketed(std::string_view text) {
  constexpr std::string_view kEncoded = "%25";
  const std::size_t percent = std::min(text.find('%'), text.size());
  const std::string_view zone = text.substr(percent);
  if (zone.size() > kEncoded.size() && zone.starts_with(kEncoded)) {
    return fmt::format("{}%{}", text.substr(0, percent), zone.substr(kEncoded.size()));
  }
  return std::string(text);
}

// host [ ":" port ], the host in brackets if it is an IPv6 address. False if the text is not of that form.
bool read_authority(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    url.host = read_bracketed(text.substr(1, end - 1));
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    url.host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (url.host.empty()) return false;
  if (port.empty()) return true;
  if (!port.starts_with(':')) return false;
  port.remove_prefix(1);
  const auto [stop, failure] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  url.port_given = true;
  return failure == std::errc{} && stop == port.data() + port.size();
}

}  // namespace

std::string Url::text() const {
  if (unix_socket) return fmt::format("{}+unix:{}", scheme, path);
  if (host.find(':') == std::string::npos) return fmt::format("{}://{}:{}{}", scheme, host, port, path);
  const std::size_t percent = std::min(host.find('%'), host.size());
  const std::string_view zone = std::string_view(host).substr(std::min(percent + 1, host.size()));
  return fmt::format("{}://[{}{}{}]:{}{}", scheme, host.substr(0, percent), zone.empty() ? "" : "%25", zone,
                     port, path);
}

std::variant<Url, std::string> read_url(std::string_view text) {
  constexpr std::string_view kUnix = "+unix";
  Url url;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fmt::format("invalid URL `{}`: expected a scheme, as in smtp://127.0.0.1:2525", text);
  }
  url.scheme = text.substr(0, colon);
  std::ranges::transform(url.scheme, url.scheme.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string_view rest = text.substr(colon + 1);
  if (url.scheme.ends_with(kUnix)) {
    url.scheme.resize(url.scheme.size() - kUnix.size());
    url.unix_socket = true;
    if (rest.starts_with("//")) rest.remove_prefix(2);
    url.path = rest;
    if (url.path.empty() || url.path.size() >= sizeof(sockaddr_un::sun_path)) {
      return fmt::format("`{}`: a Unix socket's path has 1 to {} bytes", text,
                         sizeof(sockaddr_un::sun_path) - 1);
    }
    return url;
  }
  if (!rest.starts_with("//"))
    return fmt::format("invalid URL `{}`: expected //host:port after the scheme", text);
  rest.remove_prefix(2);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  url.path = rest.substr(slash);
  if (!read_authority(rest.substr(0, slash), url)) {
    return fmt::format("invalid URL `{}`: expected host:port, or [::1]:port for IPv6", text);
  }
  return url;
}

std::optional<std::string> refuse_path(const Url& url) {
  if (url.unix_socket || url.path.empty() || url.path == "/") return std::nullopt;
  return fmt::format("`{}`: {} URLs have no path; leave out `{}`", url.text(), url.scheme, url.path);
}

bool Endpoint::is_near() const {
  switch (address.ss_family) {
    case AF_UNIX: return true;
    case AF_INET: return is_near_ipv4(ntohl(reinterpret_cast<const sockaddr_in*>(&address)->sin_addr.s_addr));
    case AF_INET6: return is_near_ipv6(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr);
    default: return false;
  }
}

std::uint16_t Endpoint::port() const {
  switch (address.ss_family) {
    case AF_INET: return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
    case AF_INET6: return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
    default: return 0;
  }
}

namespace {

// An IPv6 address with a zone. Not left to getaddrinfo, which knows interfaces by name only for link-local
// addresses.
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
