// SPDX-License-Identifier: Apache-2.0 OR MIT
/// libetpan reads from a mailstream, here one over a stream in memory.
#pragma once

#include <libetpan/libetpan.h>

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "peers/server_stream.hpp"

namespace backtalk::fuzz {

/// A libetpan client and a server whose side of the conversation is known in advance. In even
/// variants the connection breaks at the end. In odd ones it is closed, which libetpan 1.9.4 treats
/// as an empty line; that would hide most other behaviour.
class EtpanPeer : public Adapter {
 public:
  void begin(const Settings& settings) override {
    server_.clear();
    variant_ = settings.variant;
  }
  void feed(std::string_view bytes, Report&) override { server_.add(bytes); }
  void finish(Report& report) override {
    server_.restart();
    mailstream_low* low = mailstream_low_new(this, &driver());
    converse(mailstream_new(low, kBufferOctets), report);
  }

 protected:
  /// Runs the client until the server's side is used up. Closes `stream`.
  virtual void converse(mailstream* stream, Report& report) = 0;

  [[nodiscard]] ServerStream& server() { return server_; }
  /// Selects one of the conversations.
  [[nodiscard]] unsigned variant() const { return variant_ / 2; }

  /// True if the client has read everything that the server sends.
  [[nodiscard]] bool all_read(const mailstream* stream) const {
    return server_.at_end() && stream->read_buffer_len == 0;
  }

 private:
  static constexpr std::size_t kBufferOctets = 8192;  // as in libetpan's own sockets

  static mailstream_low_driver& driver() {
    static mailstream_low_driver functions{
        .mailstream_read = [](mailstream_low* low, void* into, std::size_t size) -> ssize_t {
          auto& peer = *static_cast<EtpanPeer*>(low->data);
          if (peer.server_.at_end() && peer.variant_ % 2 == 0) return -1;
          return static_cast<ssize_t>(peer.server_.read(into, size));
        },
        .mailstream_write = [](mailstream_low*, const void*, std::size_t size) -> ssize_t {
          return static_cast<ssize_t>(size);
        },
        .mailstream_close = [](mailstream_low*) { return 0; },
        .mailstream_get_fd = [](mailstream_low*) { return -1; },
        .mailstream_free = [](mailstream_low* low) { std::free(low); },
        .mailstream_cancel = [](mailstream_low*) {},
        .mailstream_get_cancel = [](mailstream_low*) -> struct mailstream_cancel* { return nullptr; },
        .mailstream_get_certificate_chain = [](mailstream_low*) -> carray* { return nullptr; },
        .mailstream_setup_idle = [](mailstream_low*) { return -1; },
        .mailstream_unsetup_idle = [](mailstream_low*) { return -1; },
        .mailstream_interrupt_idle = [](mailstream_low*) { return -1; },
    };
    return functions;
  }

  ServerStream server_;
  unsigned variant_ = 0;
};

}  // namespace backtalk::fuzz
