// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A stream socket on a ring: its receive, its send, and how both end. Used by the client's
/// connections and the server's peers.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/endpoint.hpp"
#include "net/ring.hpp"

namespace backtalk::net {

/// The kind of operation that a completion belongs to: the operation of a Tag.
enum class Operation : std::uint8_t { connect, accept, receive, send, cancel, wake };

[[nodiscard]] inline std::uint64_t pack_tag(Operation operation, std::uint32_t slot) {
  return Tag{static_cast<std::uint8_t>(operation), slot}.pack();
}

/// Owns its descriptor. The descriptor must not be closed while the kernel holds an operation: the
/// owner calls `cancel_all`, and `close` once the socket is `idle`. One receive and one send at a
/// time. Not thread safe.
class StreamSocket {
 public:
  StreamSocket() = default;
  ~StreamSocket() { close(); }
  StreamSocket(const StreamSocket&) = delete;
  StreamSocket& operator=(const StreamSocket&) = delete;

  /// Takes ownership of a descriptor; a negative one means none. `slot` goes into the tags of its
  /// completions. Disables Nagle's algorithm on TCP.
  void adopt(int descriptor, int family, std::uint32_t slot);

  /// Connects. `target` must stay valid until the ring submits.
  void connect(Ring& ring, const Endpoint& target);
  /// Receives into buffers of the group, with one completion per buffer, until the kernel ends the
  /// receive.
  void receive(Ring& ring, int buffer_group);
  /// Sends. `octets` must stay valid until the completion.
  void send(Ring& ring, std::string_view octets);

  /// Sends without the ring, as far as the kernel takes the octets at once: how many, or a negative
  /// error. Only while no send is under way.
  [[nodiscard]] int send_now(std::string_view octets) const;
  /// The address on this side; of no family if the kernel does not say.
  [[nodiscard]] Endpoint local() const;

  /// Cancels the receive.
  void cancel_receive(Ring& ring);
  /// Cancels all operations that the kernel holds.
  void cancel_all(Ring& ring);

  /// Updates the state. Call it for every completion with this socket's tag, before handling it.
  void completed(Ring& ring, Operation operation, const io_uring_cqe& cqe);

  /// True if the kernel holds no operation.
  [[nodiscard]] bool idle() const { return !receiving_ && !sending_ && !connecting_ && !cancelling_; }
  [[nodiscard]] bool receiving() const { return receiving_; }
  [[nodiscard]] bool sending() const { return sending_; }
  [[nodiscard]] bool cancelling() const { return cancelling_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  /// Sets TCP_QUICKACK, which lasts for about one answer.
  void acknowledge_at_once() const;
  /// Shuts the sending side down; what the peer sends may still be received.
  void end_sending() const;
  /// Makes `close` reset the connection.
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
  bool given_up_ = false;  // cancel everything once the pending cancellation is complete
};

}  // namespace backtalk::net
