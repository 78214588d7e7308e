// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A connection of a program that waits for one with poll: a socket, and TLS above it once it is
/// there.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/polled_socket.hpp"
#include "net/transport.hpp"

namespace backtalk::net {

class Link {
 public:
  /// As PolledSocket::connect.
  [[nodiscard]] int connect(const Endpoint& to, std::uint64_t timeout_ns,
                            const std::atomic<bool>* stop = nullptr) {
    return socket_.connect(to, timeout_ns, stop);
  }

  /// Begins the handshake. From here on all octets belong to TLS.
  void secure(std::unique_ptr<Transport> transport);
  [[nodiscard]] bool secured() const { return transport_ != nullptr && transport_->established(); }
  [[nodiscard]] bool securing() const { return transport_ != nullptr && !transport_->established(); }

  /// Takes plain octets, and sends what can be sent now.
  void send(std::string_view plain);
  /// Not all is sent yet.
  [[nodiscard]] bool is_sending() const { return !plain_.empty() || !wire_.empty(); }

  /// Waits until something can be received or sent, or the other descriptor can be read: that is
  /// the result. See `PolledSocket::wait`.
  bool wait(int other, std::optional<std::uint64_t> timeout_ns);
  /// The plain octets that have arrived. Sends what can be sent, too. Valid until the next call.
  [[nodiscard]] std::string_view receive();

  /// The server has ended the connection in good order, or it has failed.
  [[nodiscard]] bool ended() const { return ended_ || !failure_.empty(); }
  /// The name of the failure; empty if there was none. Static storage.
  [[nodiscard]] std::string_view failure() const { return failure_; }

  /// Takes leave: tells the server, if the connection is secured.
  void close();

 private:
  void flush();
  void take_wire(std::string_view wire);

  PolledSocket socket_;
  std::unique_ptr<Transport> transport_;
  bool ready_ = false;  // the socket, for a receive
  std::string plain_;   // for the transport, once it can write
  std::string wire_;    // for the socket
  std::string received_;
  bool ended_ = false;
  std::string_view failure_;
};

}  // namespace backtalk::net
