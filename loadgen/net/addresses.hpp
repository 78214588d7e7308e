// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The addresses of a server: those of its name, or those that the user gives instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/endpoint.hpp"
#include "net/url.hpp"

namespace backtalk::net {

/// The most addresses that a server may have, and the most that its clients may come from.
inline constexpr std::size_t kAddressesMax = 1024;

/// Reads an IPv4 or IPv6 address, which may stand in brackets and have a zone: "127.0.0.1",
/// "[::1]", "fe80::1%eth0". Returns a sentence for the user if it is not one.
[[nodiscard]] std::variant<Endpoint, std::string> read_address(std::string_view text, std::uint16_t port);

/// The addresses in `given`, at the URL's port, or if there are none, those of the URL's host: each
/// once, and at least one. Returns a sentence for the user if that fails.
[[nodiscard]] std::variant<std::vector<Endpoint>, std::string> addresses_of(
    const Url& url, std::span<const std::string> given);

}  // namespace backtalk::net
