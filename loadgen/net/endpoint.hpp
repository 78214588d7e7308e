// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Socket addresses to connect to or to listen on.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace backtalk::net {

struct Url;

/// A socket address of any family.
struct Endpoint {
  sockaddr_storage address{};
  socklen_t octets = 0;

  [[nodiscard]] int family() const { return address.ss_family; }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
  /// True for addresses that may be put under load without confirmation: loopback (127.0.0.0/8,
  /// ::1), private addresses (RFC 1918, fc00::/7), the same mapped into IPv6, and Unix sockets.
  /// Link-local addresses are not near: cloud providers have their metadata services at
  /// 169.254.169.254 and fe80::a9fe:a9fe.
  [[nodiscard]] bool is_near() const;
  /// False if the machine has no address from which it could send there: IPv6 without any, for one.
  /// Asks the kernel, and sends nothing.
  [[nodiscard]] bool has_source() const;
  /// The port in host byte order; 0 for a Unix socket.
  [[nodiscard]] std::uint16_t port() const;
  /// "127.0.0.1", "fe80::1%eth0"; the path of a Unix socket.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Endpoint& one, const Endpoint& other);
};

/// Resolves the URL's host and returns its addresses, each once and at least one, in the order in
/// which a client should try them (RFC 6724); or a sentence for the user. Looks names up with
/// getaddrinfo, which may block.
[[nodiscard]] std::variant<std::vector<Endpoint>, std::string> resolve_all(const Url& url);

/// The first of them.
[[nodiscard]] std::variant<Endpoint, std::string> resolve(const Url& url);

}  // namespace backtalk::net
