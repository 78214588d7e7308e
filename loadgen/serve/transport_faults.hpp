// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Faults below the protocol: when a built-in server sends, and how much at a time.
#pragma once

#include <cstdint>

namespace backtalk::serve {

struct TransportFaults {
  std::uint64_t delay_ns = 0;         ///< each reply is delayed by this
  std::uint64_t stall_ns = 0;         ///< the whole server stops for this long ...
  std::uint64_t stall_period_ns = 0;  ///< ... in every period; 0: never
  std::uint64_t split_octets = 0;     ///< the most octets of one send; 0: no limit
  bool split_worst = false;           ///< a send ends where that hurts: between CR and LF
  std::uint64_t drip_octets = 0;      ///< the most octets of one send ...
  std::uint64_t drip_ns = 0;          ///< ... that another follows after this; 0: at once
  std::uint64_t refuse_every = 0;     ///< every n-th connection is reset at once; 0: none
};

}  // namespace backtalk::serve
