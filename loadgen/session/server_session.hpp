/// The server's side of one connection, without the connection: bytes in, bytes out.
#pragma once

#include <string>
#include <string_view>

namespace backtalk::session {

class ServerSession {
 public:
  virtual ~ServerSession() = default;

  /// A connection was accepted; where the protocol greets, the greeting is put out.
  virtual void restart() = 0;

  /// Takes what arrived; the answers are put out.
  virtual void consume(std::string_view bytes) = 0;

  /// Close the connection once the output is sent.
  [[nodiscard]] virtual bool over() const = 0;

  /// Close it with a reset.
  [[nodiscard]] virtual bool wants_reset() const = 0;

  /// What is to be sent. Whoever drives the session takes it from here, and may exchange the string's buffer.
  [[nodiscard]] std::string& output() { return output_; }

 protected:
  std::string output_;
};

}  // namespace backtalk::session
