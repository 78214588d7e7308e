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
  /// As much as one peer may say before it is the others' turn.
  static constexpr std::size_t kPumpOctets = std::size_t{1} << 20;

  /// `body_max`: of the frames that come.
  Channel(std::unique_ptr<net::PolledSocket> socket, std::size_t body_max)
      : socket_(std::move(socket)), reader_(body_max) {}

  /// Sends as much as goes out at once, and the rest in `pump`.
  void send(Kind kind, std::string_view body = {});
  /// Receives what is there, some of it if it is more than `octets_max`, and sends what is left.
  /// Call it when the socket is ready. True if anything has come.
  bool pump(std::size_t octets_max = kPumpOctets);
  /// From here on bodies of this size are accepted.
  void set_body_max(std::size_t body_max) { reader_.set_body_max(body_max); }
  /// True while a frame comes.
  [[nodiscard]] bool is_within_frame() const { return reader_.is_within_frame(); }
  /// The next frame that has come, also after the end.
  [[nodiscard]] std::optional<Frame> next() { return reader_.next(); }

  /// Nothing comes any more: the peer has ended the connection, it broke, or what came makes no
  /// sense. What cannot be sent does not end it: the peer's last words may be here already.
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
  bool mute_ = false;  // nothing can be sent any more
  int error_ = 0;
};

}  // namespace backtalk::ranks
