// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How the ranks find rank 0.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ranks/coordinator.hpp"
#include "ranks/place.hpp"

namespace backtalk::ranks {

/// Where rank 0 is, as the others are told.
struct Address {
  std::vector<std::string> places;  ///< "HOST:PORT", to be tried in this order
  std::string token;
};

/// One line of text, without blanks in its parts.
[[nodiscard]] std::string write_address(const Address& address);
/// nullopt: it is none.
[[nodiscard]] std::optional<Address> read_address(std::string_view line);

/// Rank 0 listens, and has the others hear where; with MPI it waits for all of them. A sentence for
/// the user if that cannot be done.
[[nodiscard]] std::variant<std::unique_ptr<Coordinator>, std::string> call_others(const Place& place);

/// Any other rank learns where rank 0 is; or a sentence for the user.
[[nodiscard]] std::variant<Address, std::string> hear_of_coordinator(const Place& place);

}  // namespace backtalk::ranks
