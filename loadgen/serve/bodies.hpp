// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What is said of the sizes of bodies, and how much of them is sent, with the configured fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

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

  /// The body of so many octets that is next is to be another one than was asked for.
  [[nodiscard]] bool is_next_other(std::uint64_t octets) const {
    return faults_.fault == BodyFault::other && octets > 0 && count_ >= faults_.after_bodies;
  }

  /// Changes an octet in a piece of the body, of which so many octets follow behind the piece.
  void change(std::span<char> piece, std::uint64_t behind) const {
    constexpr std::uint64_t kFromEnd = 3;  // before CRLF
    if (fault_ != BodyFault::changed || octets_ < kFromEnd) return;
    if (behind >= kFromEnd || behind + piece.size() < kFromEnd) return;
    char& octet = piece[piece.size() - static_cast<std::size_t>(kFromEnd - behind)];
    if (octet != '\r' && octet != '\n') octet = octet == 'x' ? 'y' : 'x';
  }
  [[nodiscard]] bool changes() const { return fault_ == BodyFault::changed; }

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
