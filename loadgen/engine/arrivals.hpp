// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What arrives in one turn of a worker.
#pragma once

#include <cstdint>

namespace backtalk::engine {

struct Arrivals {
  std::uint64_t connections = 0;  ///< on how many connections
  std::uint64_t octets = 0;       ///< on all of them; over TLS, those on the wire
};

}  // namespace backtalk::engine
