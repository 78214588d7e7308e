// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/meeting.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

#include "ranks/mpi_exchange.hpp"
#include "text/whole_number.hpp"

namespace backtalk::ranks {
namespace {

// Empty: the system has no random numbers.
std::string random_token() {
  std::array<unsigned char, 16> octets{};
  if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size())) return {};
  std::string out;
  for (const unsigned char one : octets) out += fmt::format("{:02x}", one);
  return out;
}

// "host:7000", "[::1]:7000"; nullopt: there is no port.
std::optional<std::uint16_t> port_of(const std::string& place) {
  const std::size_t colon = place.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  const auto port = text::read_whole_number(std::string_view(place).substr(colon + 1));
  constexpr std::uint64_t kPortMax = 65'535;
  if (!port || *port == 0 || *port > kPortMax) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

std::variant<std::unique_ptr<Coordinator>, std::string> listen(unsigned ranks, std::string token,
                                                               std::uint16_t port) {
  auto out = std::make_unique<Coordinator>(ranks, std::move(token));
  if (const int error = out->listen(port); error != 0)
    return fmt::format("rank 0 cannot listen at port {}: {}", port, std::generic_category().message(error));
  return out;
}

}  // namespace

std::string write_address(const Address& address) {
  std::string out = address.token;
  for (const std::string& place : address.places) out.append(" ").append(place);
  return out;
}

std::optional<Address> read_address(std::string_view line) {
  Address out;
  const std::size_t end = line.find(' ');
  if (end == std::string_view::npos) return std::nullopt;
  out.token = line.substr(0, end);
  line.remove_prefix(end);
  while (!line.empty()) {
    line.remove_prefix(1);
    const std::size_t blank = std::min(line.find(' '), line.size());
    out.places.emplace_back(line.substr(0, blank));
    line.remove_prefix(blank);
  }
  return out;
}

std::variant<std::unique_ptr<Coordinator>, std::string> call_others(const Place& place) {
  if (place.meeting == Meeting::by_address) {
    const auto port = port_of(place.coordinator);
    if (!port) return fmt::format("BACKTALK_COORDINATOR={}: HOST:PORT is expected", place.coordinator);
    return listen(place.share.parts, place.token, *port);
  }
  const std::string token = random_token();
  // Anybody could be a rank.
  if (token.empty())
    return "rank 0 has no random numbers for a token: " + std::generic_category().message(errno);
  auto listening = listen(place.share.parts, token, 0);
  const auto* const coordinator = std::get_if<std::unique_ptr<Coordinator>>(&listening);
  if (coordinator == nullptr) return listening;
  Address address{.places = {}, .token = token};
  for (const std::string& own : net::own_addresses()) {
    const bool is_six = own.find(':') != std::string::npos;
    address.places.push_back(
        fmt::format("{}{}{}:{}", is_six ? "[" : "", own, is_six ? "]" : "", (*coordinator)->port()));
  }
  if (const Exchanged heard = exchange_by_mpi(write_address(address), place); !heard.problem.empty())
    return heard.problem;
  return listening;
}

std::variant<Address, std::string> hear_of_coordinator(const Place& place) {
  if (place.meeting == Meeting::by_address) {
    if (!port_of(place.coordinator))
      return fmt::format("BACKTALK_COORDINATOR={}: HOST:PORT is expected", place.coordinator);
    return Address{.places = {place.coordinator}, .token = place.token};
  }
  const Exchanged heard = exchange_by_mpi("-", place);
  if (!heard.problem.empty()) return heard.problem;
  if (auto read = read_address(heard.line)) return *std::move(read);
  return fmt::format("rank 0 has not said where it is: `{}`", heard.line);
}

}  // namespace backtalk::ranks
