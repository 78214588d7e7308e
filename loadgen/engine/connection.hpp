// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a worker knows about one of its connections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

#include "engine/bad_streams.hpp"
#include "engine/client_plan.hpp"
#include "engine/send_rooms.hpp"
#include "engine/session_record.hpp"
#include "engine/target_record.hpp"
#include "engine/target_watch.hpp"
#include "net/stream_socket.hpp"
#include "net/transport.hpp"
#include "session/session.hpp"

namespace backtalk::engine {

struct Connection {
  enum class State : std::uint8_t {
    down,  // no socket; to be opened at `retry_at`
    connecting,
    securing,  // connected; the transport's handshake is under way, and the session has not begun
    open,
    closing,  // being closed; the kernel still holds some of its operations
    retired   // will not be opened again
  };

  State state = State::down;
  bool over_transport = false;  // the transport is in use
  bool handshaking = false;     // the first handshake is under way
  bool heard = false;           // something has arrived on this socket
  bool reset = false;           // a send was told so, and the receive is not told again
  bool ready_here = false;      // the session has been ready on this socket
  bool was_ready = false;       // the session has been ready, on this socket or an earlier one
  bool absent = false;          // down, since its user thinks: to be opened when that is over
  bool offered = false;         // is in the queue of free connections
  net::StreamSocket socket;
  std::uint32_t slot = 0;
  std::uint32_t room = SendRooms::kNone;  // while clear text is being sent
  std::uint32_t turn = 0;                 // the worker's turn in which something last arrived
  const Target* target = nullptr;
  TargetWatch* watch = nullptr;          // the target's
  std::uint32_t first_address = 0;       // of the target's, among those of all targets
  std::uint32_t opening = 0;             // the next one's number: at first the connection's own
  std::uint32_t to = 0;                  // the target's endpoint of the latest opening
  std::uint32_t from = 0;                // the source address of it
  std::uint32_t failed_in_a_row = 0;     // openings, since it was open or had to wait
  std::unique_ptr<StreamKeeper> keeper;  // null: what is received is not kept
  /// Null: there is one target.
  std::unique_ptr<TargetRecord> target_record;
  std::unique_ptr<SessionRecord> record;  // null: sessions do not arrive by the clock
  std::unique_ptr<session::Session> session;
  std::unique_ptr<net::Transport> transport;  // null in clear text
  std::uint64_t secured_since = 0;            // when the transport's handshake began
  std::string_view unsent;                    // being sent; in `room`, or the transport's
  std::uint64_t wake_at = session::kNever;    // when the session last asked to be woken
  std::uint64_t since = 0;                    // when connecting or the latest send began
  std::uint64_t opened_at = 0;                // when connecting began
  std::uint64_t free_since = 0;               // open loops: since when it has had room
  std::uint64_t begun = 0;                    // transactions begun on this socket
  std::uint64_t retry_at = 0;
  std::uint64_t backoff_ns = 0;
};

}  // namespace backtalk::engine
