#include "uring/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

namespace backtalk::uring {
namespace {

bool is_near_ipv4(std::uint32_t address) {
  const auto in = [address](std::uint32_t network, unsigned bits) {
    return (address ^ network) >> (32 - bits) == 0;
  };
  return in(0x7F000000, 8) || in(0x0A000000, 8) || in(0xAC100000, 12) || in(0xC0A80000, 16) ||
         in(0xA9FE0000, 16);
}

bool is_near_ipv6(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    std::uint32_t ipv4 = 0;
    std::memcpy(&ipv4, address.s6_addr + 12, sizeof ipv4);
    return is_near_ipv4(ntohl(ipv4));
  }
  const bool unique_local = (address.s6_addr[0] & 0xFE) == 0xFC;
  return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_LINKLOCAL(&address) || unique_local;
}

// host [ ":" port ], the host in brackets where it is an IPv6 address. False where it is not of that form.
bool read_authority(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    url.host = text.substr(1, end - 1);
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
  const bool ipv6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}{}", scheme, ipv6 ? "[" : "", host, ipv6 ? "]" : "", port, path);
}

std::variant<Url, std::string> read_url(std::string_view text) {
  constexpr std::string_view kUnix = "+unix";
  Url url;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fmt::format("`{}` is no URL: it begins with a scheme, as in smtp://127.0.0.1:2525", text);
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
  if (!rest.starts_with("//")) return fmt::format("`{}`: after the scheme comes //host:port", text);
  rest.remove_prefix(2);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  url.path = rest.substr(slash);
  if (!read_authority(rest.substr(0, slash), url)) {
    return fmt::format("`{}`: host and port are written host:port, [::1]:port for IPv6", text);
  }
  return url;
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

std::variant<Endpoint, std::string> resolve(const Url& url) {
  Endpoint endpoint;
  if (url.unix_socket) {
    auto* address = reinterpret_cast<sockaddr_un*>(&endpoint.address);
    address->sun_family = AF_UNIX;
    std::memcpy(address->sun_path, url.path.data(), url.path.size());
    endpoint.octets = sizeof(sockaddr_un);
    return endpoint;
  }
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

}  // namespace backtalk::uring
