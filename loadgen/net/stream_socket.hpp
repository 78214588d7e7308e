// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A stream socket on a ring: its receive, its send, and how both end. The client's connections and the
/// server's peers stand on it.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/endpoint.hpp"
#include "net/ring.hpp"

namespace backtalk::net {

/// What a completion is about: the operation of a Tag.
enum class Operation : std::uint8_t { connect, accept, receive, send, cancel };

[[nodiscard]] inline std::uint64_t pack_tag(Operation operation, std::uint32_t slot) {
  return Tag{static_cast<std::uint8_t>(operation), slot}.pack();
}

/// Owns its descriptor. The descriptor is closed only when no operation is with the kernel: whoever drives it
/// calls `give_up`, and `close` once it is `idle`. One receive and one send at a time; not thread safe.
class StreamSocket {
 public:
  StreamSocket() = default;
  ~StreamSocket() { close(); }
  StreamSocket(const StreamSocket&) = delete;
  StreamSocket& operator=(const StreamSocket&) = delete;

  /// Takes over a descriptor, none where it is negative. `slot` is in the tags of its completions. On TCP it
  /// switches Nagle's algorithm off.
  void adopt(int descriptor, int family, std::uint32_t slot);

  /// `target` is read when the ring submits.
  void connect(Ring& ring, const Endpoint& target);
  /// Receives into buffers of the group until the kernel ends it: a completion for each buffer.
  void receive(Ring& ring, int buffer_group);
  /// `octets` stay where they are until the completion.
  void send(Ring& ring, std::string_view octets);

  /// Calls the receive back.
  void cancel_receive(Ring& ring);
  /// Calls back whatever is with the kernel.
  void give_up(Ring& ring);

  /// Is to be told of every completion with its tag, before anything else is done about it.
  void completed(Ring& ring, Operation operation, const io_uring_cqe& cqe);

  /// No operation is with the kernel.
  [[nodiscard]] bool idle() const { return !receiving_ && !sending_ && !connecting_ && !cancelling_; }
  [[nodiscard]] bool receiving() const { return receiving_; }
  [[nodiscard]] bool sending() const { return sending_; }
  [[nodiscard]] bool cancelling() const { return cancelling_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  /// TCP_QUICKACK, which lasts for an answer or so.
  void acknowledge_at_once() const;
  /// Sends no more; what the peer sends may still be received.
  void end_sending() const;
  /// Closing will reset the connection.
  void reset_when_closed() const;
  void close();

 private:
  void cancel(Ring& ring);

  int descriptor_ = -1;
  std::uint32_t slot_ = 0;
  bool receiving_ = false;
  bool sending_ = false;
  bool connecting_ = false;
  bool cancelling_ = false;
  bool given_up_ = false;  // all is to be called back once the cancellation that is with the kernel is done
};

}  // namespace backtalk::net
