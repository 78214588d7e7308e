// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which pass of a mix a transaction is, by its number, as sessions choose it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "session/script.hpp"

namespace backtalk::stats {

class PassMix {
 public:
  /// Transactions are all of one kind.
  PassMix() = default;
  /// One weight for each pass, from 1 on.
  explicit PassMix(std::span<const unsigned> weights);

  /// How many kinds of transactions there are to be told apart: none if all are alike.
  [[nodiscard]] std::size_t size() const { return shares_.size(); }
  /// Below `size()`, which is not 0.
  [[nodiscard]] std::size_t pass(std::uint64_t number) const {
    return static_cast<std::size_t>(&session::pass_of(shares_, order_, number) - shares_.data());
  }

 private:
  struct Share {
    unsigned weight = 1;
  };

  std::vector<Share> shares_;
  session::PassOrder order_{1};
};

}  // namespace backtalk::stats
