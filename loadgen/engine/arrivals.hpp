// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What arrives in one turn of a worker.
#pragma once

#include <cstdint>

namespace backtalk::engine {

struct Arrivals {
  std::uint64_t connections = 0;  ///< on how many connections
  std::uint64_t octets = 0;       ///< on all of them; over TLS, those on the wire
  std::uint64_t reads = 0;        ///< how many pieces sessions have read
  std::uint64_t owing = 0;        ///< how many of them left commands of that session unanswered
  std::uint64_t ended = 0;        ///< transactions, however they ended
};

}  // namespace backtalk::engine
