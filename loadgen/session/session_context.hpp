// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a session is given when it is made, whatever its protocol.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "session/session.hpp"

namespace backtalk::session {

struct SessionContext {
  /// Of the connection in the whole run, over all threads: 0 to one less than the number of
  /// connections. It stays the same when the connection is closed and opened again.
  std::uint32_t index = 0;
  /// Of the session's random numbers. Decided by the run's seed and `index`; no two sessions of a
  /// run have the same.
  std::uint64_t seed = 0;
  Observer& observer;  ///< outlives the session
};

/// Makes the session of one connection. May be called from any thread.
using SessionFactory = std::function<std::unique_ptr<Session>(const SessionContext&)>;

}  // namespace backtalk::session
