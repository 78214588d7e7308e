// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A connection between two ranks, which never blocks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/polled_socket.hpp"
#include "ranks/frames.hpp"

namespace backtalk::ranks {

class Channel {
 public:
  /// `body_max`: of the frames that come.
  Channel(std::unique_ptr<net::PolledSocket> socket, std::size_t body_max)
      : socket_(std::move(socket)), reader_(body_max) {}

  /// Sends as much as goes out at once, and the rest in `pump`.
  void send(Kind kind, std::string_view body = {});
  /// Receives what is there, and sends what is left. Call it when the socket is ready.
  void pump();
  /// The next frame that has come, also after the end.
  [[nodiscard]] std::optional<Frame> next() { return reader_.next(); }

  /// Nothing comes any more: the peer has ended the connection, it broke, or what came makes no
  /// sense.
  [[nodiscard]] bool ended() const { return ended_ || reader_.broken(); }
  /// Why: "Connection reset by peer"; empty: the peer has ended it.
  [[nodiscard]] std::string why() const;
  [[nodiscard]] bool has_output() const { return !output_.empty(); }
  [[nodiscard]] int descriptor() const { return socket_->descriptor(); }
  [[nodiscard]] const net::PolledSocket& socket() const { return *socket_; }

 private:
  void flush();

  std::unique_ptr<net::PolledSocket> socket_;
  FrameReader reader_;
  std::string output_;
  bool ended_ = false;
  int error_ = 0;
};

}  // namespace backtalk::ranks
