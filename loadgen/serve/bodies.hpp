// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What is said of the sizes of bodies, and how much of them is sent, with the configured fault.
#pragma once

#include <cstdint>

#include "serve/body_faults.hpp"

namespace backtalk::serve {

/// One connection's bodies.
class Bodies {
 public:
  explicit Bodies(const BodyFaults& faults) : faults_(faults) {}

  /// The next body is one of so many octets.
  void begin(std::uint64_t octets) {
    const bool is_good = octets == 0 || faults_.fault == BodyFault::none || count_++ < faults_.after_bodies;
    fault_ = is_good ? BodyFault::none : faults_.fault;
    octets_ = octets;
  }

  /// The size that is announced for these octets: for the body, or for a chunk of it.
  [[nodiscard]] std::uint64_t announced(std::uint64_t octets) const {
    if (fault_ == BodyFault::size_more) return octets + 1;
    return fault_ == BodyFault::size_less ? octets - 1 : octets;
  }

  /// How many octets of the body are unsent when the connection is closed; 0: it is sent whole.
  [[nodiscard]] std::uint64_t withheld() const {
    return fault_ == BodyFault::cut ? octets_ - octets_ / 2 : 0;
  }

  void reset() {
    count_ = octets_ = 0;
    fault_ = BodyFault::none;
  }

 private:
  const BodyFaults& faults_;
  std::uint64_t count_ = 0;
  std::uint64_t octets_ = 0;
  BodyFault fault_ = BodyFault::none;  // of the current body
};

}  // namespace backtalk::serve
