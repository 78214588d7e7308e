// SPDX-License-Identifier: Apache-2.0 OR MIT
// One side of one TLS connection (RFC 5246, RFC 8446).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/transport.hpp"
#include "tls/handles.hpp"
#include "tls/session_pool.hpp"
#include "tls/settings.hpp"

namespace backtalk::tls {

// What the first handshake agreed on. Thread safe.
class FirstNegotiated {
 public:
  // Keeps it unless there was one before.
  void offer(const SSL& ssl);
  [[nodiscard]] std::optional<Negotiated> get();

 private:
  std::atomic<bool> known_{false};
  std::mutex mutex_;
  std::optional<Negotiated> negotiated_;
};

// What all connections of a target or a server share.
struct Shared {
  Shared(Context context_, double resume) noexcept : context(std::move(context_)), sessions(resume) {}

  const Context context;
  std::atomic<unsigned> transports{0};  // that there are
  SessionPool sessions;                 // of a client
  FirstNegotiated first;                // of a client
  bool server = false;
  std::string server_name;  // a client's; empty: none is sent or compared
  bool is_address = false;  // the name is a numeric address
  bool verify = false;
  std::string protocols;  // a server's, for ALPN, as the extension lists them
};

class TlsTransport final : public net::Transport {
 public:
  explicit TlsTransport(std::shared_ptr<Shared> shared) noexcept : shared_(std::move(shared)) {
    shared_->transports.fetch_add(1, std::memory_order_relaxed);
  }
  ~TlsTransport() override { shared_->transports.fetch_sub(1, std::memory_order_relaxed); }
  TlsTransport(const TlsTransport&) = delete;
  TlsTransport& operator=(const TlsTransport&) = delete;

  void restart() override;
  void receive(std::string_view wire) override;
  void end_of_stream() override;
  [[nodiscard]] std::size_t read(std::span<char> out) override;
  void write(std::string_view plain) override;
  [[nodiscard]] bool can_write() const override;
  void close() override;
  [[nodiscard]] std::string_view output() override;

  // For OpenSSL, which calls them while it carries out the calls above.
  std::size_t take(std::span<char> out) noexcept;  // octets from the wire; 0 if there are none
  [[nodiscard]] bool put(std::string_view wire);   // false if there is no room
  void remember(Resumable session) { shared_->sessions.offer(std::move(session)); }

 private:
  [[nodiscard]] bool name_server();
  void shake_hands();
  void fail_after(int result);

  std::shared_ptr<Shared> shared_;
  Connection ssl_;
  std::string_view wire_;    // received, and not read by OpenSSL yet
  std::string waiting_;      // for the next `output`
  std::string sending_;      // what the last one returned
  std::size_t unasked_ = 0;  // octets of `waiting_` that the driver did not write
  bool writing_ = false;
  bool keeps_buffers_ = false;  // of OpenSSL, while they are empty
  bool asked_to_resume_ = false;
};

}  // namespace backtalk::tls
