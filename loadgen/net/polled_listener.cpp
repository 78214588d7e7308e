// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/polled_listener.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

namespace backtalk::net {
namespace {

// As many as may want to connect at the same instant.
constexpr int kBacklog = 4096;

// IPv6 with IPv4 mapped into it; IPv4 alone where the machine has no other.
int open_socket(std::uint16_t port, int& error) {
  const int six = ::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  const int off = 0;
  if (six >= 0) {
    setsockopt(six, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(port);
    if (setsockopt(six, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0 &&
        ::bind(six, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0)
      return six;
    error = errno;
    ::close(six);
    if (error == EADDRINUSE) return -1;
  }
  const int four = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (four < 0) {
    error = errno;
    return -1;
  }
  setsockopt(four, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  if (::bind(four, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0) return four;
  error = errno;
  ::close(four);
  return -1;
}

std::string text_of(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET)
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text.data(), text.size());
  if (address->sa_family == AF_INET6) {
    const auto* const six = reinterpret_cast<const sockaddr_in6*>(address);
    if (IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)) return {};
    inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size());
  }
  return text.data();
}

}  // namespace

PolledListener::~PolledListener() {
  close();
}

void PolledListener::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

int PolledListener::listen(std::uint16_t port) {
  int error = 0;
  descriptor_ = open_socket(port, error);
  if (descriptor_ < 0) return error;
  if (::listen(descriptor_, kBacklog) != 0) return errno;
  sockaddr_storage bound{};
  socklen_t octets = sizeof bound;
  if (getsockname(descriptor_, reinterpret_cast<sockaddr*>(&bound), &octets) != 0) return errno;
  port_ = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                            : reinterpret_cast<const sockaddr_in&>(bound).sin_port);
  return 0;
}

std::unique_ptr<PolledSocket> PolledListener::accept() const {
  const int descriptor = ::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return descriptor < 0 ? nullptr : std::make_unique<PolledSocket>(descriptor);
}

std::vector<std::string> own_addresses() {
  std::vector<std::string> out;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return out;
  for (const bool loopback : {false, true}) {
    for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
      if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
      if (((one->ifa_flags & IFF_LOOPBACK) != 0) != loopback) continue;
      if (std::string text = text_of(one->ifa_addr); !text.empty()) out.push_back(std::move(text));
    }
  }
  freeifaddrs(first);
  return out;
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace backtalk::net
