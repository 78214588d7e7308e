// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a worker knows of one of its connections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/stream_socket.hpp"
#include "session/session.hpp"

namespace backtalk::engine {

struct Connection {
  enum class State : std::uint8_t {
    down,  // no socket; to be opened at `retry_at`
    connecting,
    open,
    closing,  // given up; its operations are still with the kernel
    retired   // will not be opened again
  };

  State state = State::down;
  bool shaking_hands = false;  // counts among the handshakes that are under way for the first time
  bool heard = false;          // something came on this socket
  bool was_ready = false;      // its session has been, on this socket or an earlier one
  bool offered = false;        // stands among the free connections
  net::StreamSocket socket;
  std::uint32_t slot = 0;
  std::unique_ptr<session::Session> session;
  std::span<char> output;     // where the session writes
  std::size_t output_at = 0;  // output[output_at, output_end) is being sent
  std::size_t output_end = 0;
  std::uint64_t since = 0;       // when it began to connect, or the send that is with the kernel was begun
  std::uint64_t opened_at = 0;   // when it began to connect
  std::uint64_t free_since = 0;  // open loop: when it had room
  std::uint64_t begun = 0;       // transactions, on this connection
  std::uint64_t retry_at = 0;
  std::uint64_t backoff_ns = 0;
};

}  // namespace backtalk::engine
