// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The server's side of one connection, without the connection: bytes in, bytes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace backtalk::session {

enum class Closing : std::uint8_t {
  not_yet,
  at_once,
  when_client_ends,  ///< it may still be sending: a reset would destroy the last reply before it is read
  with_reset,
};

class ServerSession {
 public:
  virtual ~ServerSession() = default;

  /// A connection was accepted; where the protocol greets, the greeting is put out.
  virtual void restart() = 0;

  /// Takes from the front of what arrived, and puts the answers out. Returns how many octets it took: fewer
  /// than there were if it has work to do now, or has put out enough; the rest has to be given again, first.
  [[nodiscard]] virtual std::size_t consume(std::string_view bytes) = 0;

  /// The output at which it consumes no more until that is taken, so that a client can neither fill the
  /// memory by asking nor keep the server from its other clients. One reply may pass it.
  static constexpr std::size_t kOutputEnough = std::size_t{16} << 10;

  /// There are more answers to what it has consumed already: `consume` goes on with them, given octets or
  /// none.
  [[nodiscard]] virtual bool has_more() const = 0;

  /// How long it works on its next answer, from now on, in nanoseconds; 0 if it does not. It consumes nothing
  /// until whoever keeps the time calls `finish_work`.
  [[nodiscard]] std::uint64_t work_ns() const { return work_ns_; }

  /// The time is over: the answer is put out.
  virtual void finish_work() = 0;

  /// What is to be done with the connection once the output is sent.
  [[nodiscard]] virtual Closing closing() const = 0;
  [[nodiscard]] bool over() const { return closing() != Closing::not_yet; }

  /// What is to be sent. Whoever drives the session takes it from here, and may exchange the string's buffer.
  [[nodiscard]] std::string& output() { return output_; }

 protected:
  std::string output_;
  std::uint64_t work_ns_ = 0;
};

}  // namespace backtalk::session
