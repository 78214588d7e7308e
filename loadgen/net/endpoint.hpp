// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where to connect to or to listen on: what a URL names, resolved to socket addresses.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace backtalk::net {

/// The parts of a URL that name a server: "smtp://127.0.0.1:2525", "smtp+unix:/run/sink",
/// "smtp://[::1]:2525/", "smtp://[fe80::1%25eth0]:25".
struct Url {
  std::string scheme;  ///< in lower case, without "+unix"
  std::string host;    ///< without brackets, a zone after "%" alone; empty for a Unix socket
  std::uint16_t port = 0;
  bool port_given = false;
  std::string path;  ///< the socket's path, or what follows host and port
  bool unix_socket = false;

  [[nodiscard]] std::string text() const;
};

/// The URL, or what is wrong with the text.
[[nodiscard]] std::variant<Url, std::string> read_url(std::string_view text);

/// What is wrong with the URL if its scheme's URLs name a server and nothing on it; "/" is let pass.
[[nodiscard]] std::optional<std::string> refuse_path(const Url& url);

/// A socket address of any family.
struct Endpoint {
  sockaddr_storage address{};
  socklen_t octets = 0;

  [[nodiscard]] int family() const { return address.ss_family; }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
  /// True for loopback (127.0.0.0/8, ::1), private addresses (RFC 1918, fc00::/7), those of IPv4 in IPv6 too,
  /// and Unix sockets: what may be loaded without asking. Link-local addresses are not near: at
  /// 169.254.169.254 and fe80::a9fe:a9fe clouds keep their metadata services.
  [[nodiscard]] bool is_near() const;
  [[nodiscard]] std::uint16_t port() const;
};

/// The first address that the URL's host resolves to, or what went wrong.
[[nodiscard]] std::variant<Endpoint, std::string> resolve(const Url& url);

}  // namespace backtalk::net
