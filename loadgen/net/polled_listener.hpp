// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A listening socket of a program that waits with poll, not with a ring; and the addresses under
/// which others reach it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/polled_socket.hpp"

namespace backtalk::net {

/// Owns its descriptor. Not thread safe.
class PolledListener {
 public:
  PolledListener() = default;
  ~PolledListener();
  PolledListener(const PolledListener&) = delete;
  PolledListener& operator=(const PolledListener&) = delete;

  /// Listens at that port of all addresses; 0: the system chooses one. Returns an errno; 0 for
  /// success. Call it once.
  [[nodiscard]] int listen(std::uint16_t port);
  /// The port at which it listens.
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The next connection; null: there is none at the moment, or errno is not EAGAIN and says why it
  /// cannot be had.
  [[nodiscard]] std::unique_ptr<PolledSocket> accept() const;
  /// Whoever connects from here on is refused.
  void close();
  /// For poll; negative: it does not listen.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
};

/// The addresses of this machine, as text: those of loopback last, and no link-local ones, which
/// mean nothing elsewhere.
[[nodiscard]] std::vector<std::string> own_addresses();

/// What this machine is called.
[[nodiscard]] std::string host_name();

}  // namespace backtalk::net
