// SPDX-License-Identifier: Apache-2.0 OR MIT
// The session that the next connection may resume, shared by all connections to a target.
#pragma once

#include <cstdint>
#include <mutex>

#include "tls/handles.hpp"

namespace backtalk::tls {

// Thread safe: a handshake costs a thousand times what the lock does.
class SessionPool {
 public:
  // `share`: of the handshakes that are to resume a session, from 0 to 1.
  explicit SessionPool(double share) noexcept : share_(share) {}

  // The server has offered a session for resumption; it replaces the one before.
  void offer(Resumable session);

  // A handshake begins: the session that it is to resume, or null if it is to be a full one. As
  // long as there is no session, all are full; those that follow make up for it, so that the share
  // of all handshakes comes to be the one asked for.
  [[nodiscard]] Resumable next();

  // A handshake that was to resume a session did not.
  void missed();

 private:
  const double share_;
  std::mutex mutex_;
  Resumable latest_;
  std::uint64_t handshakes_ = 0;
  std::uint64_t resuming_ = 0;
};

}  // namespace backtalk::tls
