/// The server's side of one connection, without the connection: bytes in, bytes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace backtalk::session {

class ServerSession {
 public:
  virtual ~ServerSession() = default;

  /// A connection was accepted; where the protocol greets, the greeting is put out.
  virtual void restart() = 0;

  /// Takes from the front of what arrived, and puts the answers out. Returns how many octets it took: fewer
  /// than there were if it has work to do now, and then the rest has to be given again, first.
  [[nodiscard]] virtual std::size_t consume(std::string_view bytes) = 0;

  /// How long it works on its next answer, from now on, in nanoseconds; 0 if it does not. It consumes nothing
  /// until whoever keeps the time calls `finish_work`.
  [[nodiscard]] std::uint64_t work_ns() const { return work_ns_; }

  /// The time is over: the answer is put out.
  virtual void finish_work() = 0;

  /// Close the connection once the output is sent.
  [[nodiscard]] virtual bool over() const = 0;

  /// Close it with a reset.
  [[nodiscard]] virtual bool wants_reset() const = 0;

  /// What is to be sent. Whoever drives the session takes it from here, and may exchange the string's buffer.
  [[nodiscard]] std::string& output() { return output_; }

 protected:
  std::string output_;
  std::uint64_t work_ns_ = 0;
};

}  // namespace backtalk::session
