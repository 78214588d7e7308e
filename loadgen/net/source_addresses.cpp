// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/source_addresses.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include "net/addresses.hpp"

namespace backtalk::net {
namespace {

constexpr unsigned kHostBitsMax = 10;  // 1024 addresses

std::span<unsigned char> octets_of(Endpoint& endpoint) {
  if (endpoint.family() == AF_INET) {
    auto* const ipv4 = reinterpret_cast<sockaddr_in*>(&endpoint.address);
    return {reinterpret_cast<unsigned char*>(&ipv4->sin_addr), sizeof ipv4->sin_addr};
  }
  auto* const ipv6 = reinterpret_cast<sockaddr_in6*>(&endpoint.address);
  return {reinterpret_cast<unsigned char*>(&ipv6->sin6_addr), sizeof ipv6->sin6_addr};
}

std::optional<unsigned> read_bits(std::string_view text) {
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, bits);
  return failure == std::errc{} && stop == end ? std::optional(bits) : std::nullopt;
}

// The address of that number in a network whose addresses have so many bits of their own.
Endpoint numbered(Endpoint network, unsigned host_bits, unsigned number) {
  const std::span<unsigned char> octets = octets_of(network);
  const unsigned mask = (1U << host_bits) - 1;
  const std::size_t last = octets.size() - 1;
  octets[last - 1] = static_cast<unsigned char>((octets[last - 1] & ~(mask >> 8U)) | number >> 8U);
  octets[last] = static_cast<unsigned char>((octets[last] & ~mask) | (number & 0xFFU));
  return network;
}

bool is_of_this_machine(const Endpoint& address) {
  const int probe = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return errno != EAFNOSUPPORT;  // others say nothing about it
  const bool is_own = bind_source(probe, address) != EADDRNOTAVAIL;
  ::close(probe);
  return is_own;
}

}  // namespace

std::variant<SourceAddresses, std::string> SourceAddresses::read(std::span<const std::string> texts) {
  SourceAddresses out;
  for (const std::string& text : texts) {
    if (auto problem = out.add(text)) return *std::move(problem);
  }
  if (auto problem = out.check_own()) return *std::move(problem);
  return out;
}

std::variant<SourceAddresses, std::string> SourceAddresses::read_part(std::span<const std::string> texts,
                                                                      std::uint64_t before,
                                                                      std::uint64_t count) {
  SourceAddresses whole;
  for (const std::string& text : texts) {
    if (auto problem = whole.add(text)) return *std::move(problem);
  }
  SourceAddresses out;
  for (std::uint64_t i = before; i < before + count && i < whole.all_.size(); ++i) {
    if (auto problem = out.add(whole.all_[i])) return *std::move(problem);
  }
  if (auto problem = out.check_own()) return *std::move(problem);
  return out;
}

std::variant<std::uint64_t, std::string> SourceAddresses::count_all(std::span<const std::string> texts) {
  SourceAddresses whole;
  for (const std::string& text : texts) {
    if (auto problem = whole.add(text)) return *std::move(problem);
  }
  return static_cast<std::uint64_t>(whole.all_.size());
}

std::optional<std::string> SourceAddresses::check_own() const {
  for (const Endpoint& address : all_) {
    if (!is_of_this_machine(address))
      return fmt::format("--source: this machine has no address {}: add it first, as with `ip address add`",
                         address.text());
  }
  return std::nullopt;
}

std::optional<std::string> SourceAddresses::add(std::string_view text) {
  const std::size_t slash = text.find('/');
  auto read = read_address(text.substr(0, slash), 0);
  if (const auto* problem = std::get_if<std::string>(&read)) return "--source " + *problem;
  auto& address = std::get<Endpoint>(read);
  if (slash == std::string_view::npos) return add(address);
  // An IPv4 address mapped into IPv6 has the length of a network of IPv6.
  const bool is_mapped = address.family() == AF_INET && text.find(':') != std::string_view::npos;
  const auto bits_max = static_cast<unsigned>(is_mapped ? 128 : 8 * octets_of(address).size());
  const auto bits = read_bits(text.substr(slash + 1));
  if (!bits || *bits > bits_max)
    return fmt::format("--source `{}`: the length of the prefix is 0 to {}", text, bits_max);
  const unsigned host_bits = bits_max - *bits;
  if (host_bits > kHostBitsMax)
    return fmt::format("--source `{}`: a network may have at most {} addresses: /{} or longer", text,
                       kAddressesMax, bits_max - kHostBitsMax);
  // The first and the last address of a network of IPv4 are not those of a host.
  const unsigned at_ends = address.family() == AF_INET && host_bits >= 2 ? 1 : 0;
  const unsigned end = (1U << host_bits) - at_ends;
  for (unsigned number = at_ends; number < end; ++number) {
    if (auto problem = add(numbered(address, host_bits, number))) return problem;
  }
  return std::nullopt;
}

std::optional<std::string> SourceAddresses::add(Endpoint address) {
  if (std::ranges::find(all_, address) != all_.end()) return std::nullopt;
  // Bound to it, a socket connects from where the system chooses.
  if (std::ranges::all_of(octets_of(address), [](unsigned char octet) { return octet == 0; }))
    return fmt::format("--source: {} stands for any address: name one of this machine", address.text());
  if (all_.size() == kAddressesMax) return fmt::format("--source: at most {} addresses", kAddressesMax);
  (address.family() == AF_INET ? ipv4_ : ipv6_).push_back(static_cast<std::uint32_t>(all_.size()));
  all_.push_back(address);
  return std::nullopt;
}

int bind_source(int descriptor, const Endpoint& source) {
  const int on = 1;
  // A kernel that refuses it gives each connection a port that no other may have.
  setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  return ::bind(descriptor, source.get(), source.octets) == 0 ? 0 : errno;
}

}  // namespace backtalk::net
