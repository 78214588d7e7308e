// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The server's side of one connection, without the connection: bytes in, bytes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace backtalk::session {

enum class Closing : std::uint8_t {
  not_yet,
  at_once,
  /// The client may still be sending: a reset would destroy the last reply before it is read.
  when_client_ends,
  with_reset,
};

class ServerSession {
 public:
  virtual ~ServerSession() = default;

  /// A connection was accepted; if the protocol has a greeting, it is in `output`.
  virtual void restart() = 0;

  /// Takes octets from the front of what arrived, and writes the answers to `output`. Returns how
  /// many it took: fewer than there were if it is working on an answer, or if there is output
  /// enough. The rest must be given again, before anything newer.
  [[nodiscard]] virtual std::size_t consume(std::string_view bytes) = 0;

  /// With this much output it consumes no more until some is taken, so that a client can neither
  /// fill the memory by asking nor keep the server from its other clients. One reply may exceed it.
  static constexpr std::size_t kOutputEnough = std::size_t{16} << 10;

  /// There are more answers to what it has consumed already: `consume` writes them, whether or not
  /// it is given octets.
  [[nodiscard]] virtual bool has_more() const = 0;

  /// How long it works on its next answer, from now on, in nanoseconds; 0 if it does not work. It
  /// consumes nothing until its driver calls `finish_work`.
  [[nodiscard]] std::uint64_t work_ns() const { return work_ns_; }

  /// The time is over: writes the answer to `output`.
  virtual void finish_work() = 0;

  /// The acceptance of STARTTLS or STLS is in the output, and everything after it belongs to the
  /// TLS handshake. Once the output is sent, the driver performs the handshake as the server and
  /// then calls `tls_established`. `consume` must not be called meanwhile: whatever the client sent
  /// after STARTTLS arrived in clear text, could be from anyone, and is discarded (RFC 3207 section
  /// 6).
  [[nodiscard]] bool wants_tls() const { return wants_tls_; }

  /// The handshake that `wants_tls` asked for is done. What the client said before it is forgotten.
  virtual void tls_established() {}

  /// The connection has ended, however that came: it lets go of what others share. `restart` begins
  /// the next.
  virtual void hang_up() {}

  /// What is to be done with the connection once the output is sent.
  [[nodiscard]] virtual Closing closing() const = 0;
  [[nodiscard]] bool over() const { return closing() != Closing::not_yet; }

  /// `news` is called, from any thread, when `has_more` may have become true although nothing came
  /// from the client. It outlives the session.
  void on_news(std::function<void()> news) { news_ = std::move(news); }

  /// What is to be sent. The driver takes it from here, and may swap the string for another.
  [[nodiscard]] std::string& output() { return output_; }

 protected:
  void tell_news() {
    if (news_) news_();
  }

  std::string output_;
  std::uint64_t work_ns_ = 0;
  bool wants_tls_ = false;

 private:
  std::function<void()> news_;
};

}  // namespace backtalk::session
