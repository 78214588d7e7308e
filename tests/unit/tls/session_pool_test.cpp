// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "tls/session_pool.hpp"

#include <gtest/gtest.h>

namespace backtalk::tls {
namespace {

Resumable some_session() {
  Resumable session(SSL_SESSION_new());
  const unsigned char id = 1;
  SSL_SESSION_set1_id(session.get(), &id, 1);
  return session;
}

int resumed_of(SessionPool& pool, int handshakes) {
  int resumed = 0;
  for (int i = 0; i < handshakes; ++i) resumed += pool.next() != nullptr ? 1 : 0;
  return resumed;
}

TEST(SessionPool, WithoutASessionEveryHandshakeIsFull) {
  SessionPool pool(1);
  EXPECT_EQ(resumed_of(pool, 10), 0);
}

TEST(SessionPool, KeepsTheShare) {
  for (const double share : {0.0, 0.01, 0.3, 0.5, 0.7, 0.99, 1.0}) {
    SessionPool pool(share);
    pool.offer(some_session());
    EXPECT_NEAR(resumed_of(pool, 1000), share * 1000, 1) << share;
  }
}

// The first handshake has nothing to resume; the others make up for it.
TEST(SessionPool, CatchesUpWithTheShare) {
  SessionPool pool(0.5);
  EXPECT_EQ(resumed_of(pool, 10), 0);
  pool.offer(some_session());
  EXPECT_EQ(resumed_of(pool, 10), 10);
  EXPECT_EQ(resumed_of(pool, 10), 5);
}

// What was asked for and not done does not count.
TEST(SessionPool, MakesUpForWhatTheServerDidNotResume) {
  SessionPool pool(0.5);
  pool.offer(some_session());
  int resumed = 0;
  for (int i = 0; i < 100; ++i) {
    if (pool.next() == nullptr) continue;
    if (i % 3 == 0) {
      pool.missed();
    } else {
      ++resumed;
    }
  }
  EXPECT_NEAR(resumed, 50, 1);
}

}  // namespace
}  // namespace backtalk::tls
