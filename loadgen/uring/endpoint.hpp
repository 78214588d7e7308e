/// Where to connect to or to listen on: what a URL names, resolved to socket addresses.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace backtalk::uring {

/// The parts of a URL that name a server: "smtp://127.0.0.1:2525", "smtp+unix:/run/sink",
/// "smtp://[::1]:2525/".
struct Url {
  std::string scheme;  ///< in lower case, without "+unix"
  std::string host;    ///< without brackets; empty for a Unix socket
  std::uint16_t port = 0;
  bool port_given = false;
  std::string path;  ///< the socket's path, or what follows host and port
  bool unix_socket = false;

  [[nodiscard]] std::string text() const;
};

/// The URL, or what is wrong with the text.
[[nodiscard]] std::variant<Url, std::string> read_url(std::string_view text);

/// A socket address of any family.
struct Endpoint {
  sockaddr_storage address{};
  socklen_t octets = 0;

  [[nodiscard]] int family() const { return address.ss_family; }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
  /// True for loopback, private and link-local addresses and Unix sockets: what may be loaded without asking.
  [[nodiscard]] bool is_near() const;
  [[nodiscard]] std::uint16_t port() const;
};

/// The first address that the URL's host resolves to, or what went wrong.
[[nodiscard]] std::variant<Endpoint, std::string> resolve(const Url& url);

}  // namespace backtalk::uring
