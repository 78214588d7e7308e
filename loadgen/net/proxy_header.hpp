// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The header of the PROXY protocol (HAProxy's proxy-protocol.txt, versions 1 and 2), by which a
/// proxy tells a server who its client is: the first octets of a connection, in clear text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "net/endpoint.hpp"

namespace backtalk::net {

enum class ProxyVersion : std::uint8_t { none, v1, v2 };

/// The longest header: of version 1 (section 2.1), with its line end.
inline constexpr std::size_t kProxyHeaderOctetsMax = 107;

/// Writes the header for a connection from `source` to `destination` into `out` and returns what
/// was written; nothing for `none`. If the two are not addresses of one internet family, as with
/// Unix sockets, it says that they are not known: "PROXY UNKNOWN", or the command LOCAL.
[[nodiscard]] std::string_view write_proxy_header(ProxyVersion version, const Endpoint& source,
                                                  const Endpoint& destination,
                                                  std::span<char, kProxyHeaderOctetsMax> out);

}  // namespace backtalk::net
