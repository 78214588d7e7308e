// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The socket of a program that has one connection and waits for it with poll, not with a ring.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "net/endpoint.hpp"

namespace backtalk::net {

/// Owns its descriptor. Not thread safe.
class PolledSocket {
 public:
  PolledSocket() = default;
  /// Takes over a connection that does not block. Disables Nagle's algorithm on TCP.
  explicit PolledSocket(int connected);
  ~PolledSocket();
  PolledSocket(const PolledSocket&) = delete;
  PolledSocket& operator=(const PolledSocket&) = delete;

  /// Connects, for at most that long. Returns an errno, ETIMEDOUT among them; 0 for success.
  /// ECANCELED soon after `stop` is set, by whichever thread. After a failure it may be called
  /// again.
  [[nodiscard]] int connect(const Endpoint& to, std::uint64_t timeout_ns,
                            const std::atomic<bool>* stop = nullptr);

  /// What a call of `send` or `receive` came to.
  struct Done {
    std::size_t octets = 0;  ///< 0 without an error: the peer has ended its side; or it would block
    bool would_block = false;
    int error = 0;  ///< errno
  };
  [[nodiscard]] Done send(std::string_view octets);
  [[nodiscard]] Done receive(std::span<char> room);

  struct Ready {
    bool socket = false;  ///< octets, an end or an error; or room to send, if that was asked for
    bool other = false;   ///< octets or an end
  };
  /// Waits until the socket, or the other descriptor unless it is negative, is ready. Waits for at
  /// most `timeout_ns`; without a timeout, indefinitely. A signal also ends the wait.
  [[nodiscard]] Ready wait(bool to_send, int other, std::optional<std::uint64_t> timeout_ns) const;
  /// For poll; negative: there is none.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// True if a read from the descriptor would not block.
[[nodiscard]] bool is_readable(int descriptor);

}  // namespace backtalk::net
