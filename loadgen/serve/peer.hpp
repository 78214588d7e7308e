// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A client of a built-in server.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "net/alarms.hpp"
#include "net/stream_socket.hpp"
#include "net/transport.hpp"
#include "serve/held_input.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

/// Its socket, its session, and the octets that wait between the two.
struct Peer {
  /// Output that must not be sent before `due`.
  struct Delayed {
    std::uint64_t due = 0;
    std::string octets;

    [[nodiscard]] std::size_t cost() const { return sizeof(Delayed) + octets.capacity(); }
  };

  net::StreamSocket socket;
  std::uint32_t slot = 0;
  bool paused = false;  // its socket is not read
  bool ended = false;   // the client will send no more
  // Its socket is closed, or will be once its operations have completed.
  bool closing = true;
  bool touched = false;         // something happened to it, and `Clients::settle` must follow it up
  bool queued = false;          // its session is in the queue of turns
  bool over_transport = false;  // the transport is in use
  bool securing = false;        // the transport's handshake is under way
  bool greeted = false;         // its session has begun
  bool close_sent = false;      // the transport knows that no more output follows
  std::unique_ptr<net::Transport> transport;  // null for clear text
  std::unique_ptr<session::ServerSession> session;
  HeldInput input;  // not consumed yet
  std::uint64_t busy_until = net::Alarms::kNever;
  std::uint64_t linger_until = net::Alarms::kNever;     // all output is sent; see Clients::linger
  std::size_t linger_octets = 0;                        // that it may still send until then
  std::uint64_t handshake_until = net::Alarms::kNever;  // `securing` must end before
  std::uint64_t resting_until = net::Alarms::kNever;    // nothing is sent before
  std::uint64_t connected_until = net::Alarms::kNever;  // the connection must end before
  std::deque<Delayed> delayed;
  std::size_t delayed_cost = 0;
  std::string ready;        // may be sent
  std::string sent;         // the clear text that is being sent
  std::string_view unsent;  // part of `sent` or of the transport's output: being sent, or next

  [[nodiscard]] std::size_t unread() const { return delayed_cost + ready.size() + unsent.size(); }
  [[nodiscard]] bool is_busy() const { return busy_until != net::Alarms::kNever; }
  [[nodiscard]] bool is_resting() const { return resting_until != net::Alarms::kNever; }
  [[nodiscard]] bool is_lingering() const { return linger_until != net::Alarms::kNever; }
  [[nodiscard]] std::uint64_t next_alarm() const {
    return std::min({busy_until, linger_until, handshake_until, resting_until, connected_until,
                     delayed.empty() ? net::Alarms::kNever : delayed.front().due});
  }

  /// True if its session has something to do and is not working already.
  [[nodiscard]] bool wants_turn() const { return !is_busy() && (!input.empty() || session->has_more()); }

  /// Resets everything for the next client, and shrinks buffers that have grown large.
  void clear() {
    paused = ended = false;
    over_transport = securing = greeted = close_sent = false;
    input.clear();
    busy_until = linger_until = handshake_until = resting_until = connected_until = net::Alarms::kNever;
    delayed.clear();
    delayed_cost = 0;
    unsent = {};
    for (std::string* const text : {&ready, &sent, &session->output()}) {
      text->clear();
      if (text->capacity() > kKeptMax) text->shrink_to_fit();
    }
  }

 private:
  // Octets of a buffer that are kept for the next client.
  static constexpr std::size_t kKeptMax = std::size_t{32} << 10;
};

}  // namespace backtalk::serve
