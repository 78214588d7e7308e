// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The addresses of this machine that connections come from. Each has its own local ports, so with
/// several there can be more connections to a server than one address has ports.
#pragma once

#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/endpoint.hpp"

namespace backtalk::net {

class SourceAddresses {
 public:
  /// Reads addresses, and networks that stand for all of their addresses: "127.0.0.2", "[::1]",
  /// "127.0.1.0/28". Returns a sentence for the user if one is not an address of this machine.
  [[nodiscard]] static std::variant<SourceAddresses, std::string> read(std::span<const std::string> texts);
  /// Of the addresses that those texts stand for, whichever machine has them, only the `count`
  /// behind the first `before`; these are to be of this machine.
  [[nodiscard]] static std::variant<SourceAddresses, std::string> read_part(
      std::span<const std::string> texts, std::uint64_t before, std::uint64_t count);
  /// How many addresses the texts stand for; or a sentence for the user.
  [[nodiscard]] static std::variant<std::uint64_t, std::string> count_all(std::span<const std::string> texts);

  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] std::span<const Endpoint> all() const { return all_; }
  /// True if a connection to a server of that family can come from one of them.
  [[nodiscard]] bool has(int family) const { return !indices_of(family).empty(); }
  /// How many can.
  [[nodiscard]] std::size_t count(int family) const { return indices_of(family).size(); }
  /// The index of the next address of that family, in turn. The server's endpoints take turns too:
  /// each address is used with each of them. Only if it `has` one.
  [[nodiscard]] std::uint32_t at_turn(int family, std::uint64_t opening, std::uint64_t endpoints) const {
    const std::vector<std::uint32_t>& indices = indices_of(family);
    // Where the counts have a common divisor, the same pairs would come again: the next round is
    // shifted by one.
    const std::uint64_t round = std::lcm<std::uint64_t>(endpoints, indices.size());
    const bool repeats = round < endpoints * indices.size();
    return indices[(opening + (repeats ? opening / round : 0)) % indices.size()];
  }

 private:
  [[nodiscard]] const std::vector<std::uint32_t>& indices_of(int family) const {
    return family == AF_INET ? ipv4_ : ipv6_;
  }
  [[nodiscard]] std::optional<std::string> add(std::string_view text);
  [[nodiscard]] std::optional<std::string> add(Endpoint address);
  [[nodiscard]] std::optional<std::string> check_own() const;

  std::vector<Endpoint> all_;
  std::vector<std::uint32_t> ipv4_;  // indices of those
  std::vector<std::uint32_t> ipv6_;
};

/// Makes the socket connect from this address. `connect` chooses the port: it knows the server, and
/// a port in use with one server is free for another. Returns an errno; 0 for success.
[[nodiscard]] int bind_source(int descriptor, const Endpoint& source);

}  // namespace backtalk::net
