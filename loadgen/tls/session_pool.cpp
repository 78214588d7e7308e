// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "tls/session_pool.hpp"

#include <utility>

namespace backtalk::tls {

void SessionPool::offer(Resumable session) {
  if (SSL_SESSION_is_resumable(session.get()) != 1) return;
  // OpenSSL marks a session that its connection has used up. The pool keeps one of its own.
  Resumable own(SSL_SESSION_dup(session.get()));
  if (own == nullptr) return;
  const std::scoped_lock lock(mutex_);
  latest_.swap(own);
}

void SessionPool::missed() {
  const std::scoped_lock lock(mutex_);
  if (resuming_ > 0) --resuming_;
}

Resumable SessionPool::next() {
  if (share_ <= 0) return nullptr;
  const std::scoped_lock lock(mutex_);
  ++handshakes_;
  if (latest_ == nullptr) return nullptr;
  if (static_cast<double>(resuming_) + 0.5 > share_ * static_cast<double>(handshakes_)) return nullptr;
  Resumable session(SSL_SESSION_dup(latest_.get()));
  if (session != nullptr) ++resuming_;
  return session;
}

}  // namespace backtalk::tls
