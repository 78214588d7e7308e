// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/addresses.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace backtalk::net {
namespace {

bool is_numeric(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> room{};
  return inet_pton(AF_INET, host.c_str(), room.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), room.data()) == 1;
}

std::string_view without_brackets(std::string_view text) {
  const bool has_brackets = text.size() > 2 && text.starts_with('[') && text.ends_with(']');
  return has_brackets ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::variant<Endpoint, std::string> read_address(std::string_view text, std::uint16_t port) {
  Url url;
  url.host = without_brackets(text);
  url.port = port;
  if (!is_numeric(url.host.substr(0, url.host.find('%'))))
    return fmt::format("`{}`: expected an IPv4 or IPv6 address, without a port", text);
  return resolve(url);
}

std::variant<std::vector<Endpoint>, std::string> addresses_of(const Url& url,
                                                              std::span<const std::string> given) {
  if (given.empty()) {
    auto all = resolve_all(url);
    const auto* const found = std::get_if<std::vector<Endpoint>>(&all);
    if (found != nullptr && found->size() > kAddressesMax)
      return fmt::format("`{}` has {} addresses, more than {}: choose some of them with --address", url.host,
                         found->size(), kAddressesMax);
    return all;
  }
  if (url.unix_socket) return "--address has no effect with a Unix socket";
  std::vector<Endpoint> addresses;
  addresses.reserve(given.size());
  for (const std::string& text : given) {
    auto read = read_address(text, url.port);
    if (const auto* problem = std::get_if<std::string>(&read)) return "--address " + *problem;
    const auto& address = std::get<Endpoint>(read);
    if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
  }
  if (addresses.size() > kAddressesMax) return fmt::format("--address: at most {} addresses", kAddressesMax);
  return addresses;
}

}  // namespace backtalk::net
