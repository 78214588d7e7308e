// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What one thread's connections have seen of one target.
#pragma once

#include <cstdint>

#include "engine/restart_watch.hpp"

namespace backtalk::engine {

struct TargetWatch {
  unsigned live = 0;  ///< connections that are open
  /// Openings since a session last became ready. Of sessions that arrive by the clock, those that
  /// failed.
  std::uint64_t openings_in_vain = 0;
  RestartWatch restarts;
};

}  // namespace backtalk::engine
