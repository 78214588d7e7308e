// SPDX-License-Identifier: Apache-2.0 OR MIT
/// GNU mailutils reads from a mu_stream_t, here one over a stream in memory.
#pragma once

#include <mailutils/mailutils.h>
extern "C" {
#include <mailutils/sys/stream.h>
}

#include <cstddef>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "peers/server_stream.hpp"

namespace backtalk::fuzz {

class MailutilsPeer : public Adapter {
 public:
  void begin(const Settings& settings) override {
    server_.clear();
    variant_ = settings.variant;
  }
  void feed(std::string_view bytes, Report&) override { server_.add(bytes); }
  void finish(Report& report) override {
    server_.restart();
    auto* carrier = reinterpret_cast<Carrier*>(_mu_stream_create(sizeof(Carrier), MU_STREAM_RDWR));
    carrier->server = &server_;
    carrier->base.read = [](mu_stream_t stream, char* into, std::size_t size, std::size_t* got) {
      *got = reinterpret_cast<Carrier*>(stream)->server->read(into, size);
      return 0;
    };
    carrier->base.write = [](mu_stream_t, const char*, std::size_t size, std::size_t* put) {
      *put = size;
      return 0;
    };
    mu_stream_set_buffer(&carrier->base, mu_buffer_line, 0);
    converse(&carrier->base, report);
  }

 protected:
  /// Limits the commands of a session. After a session is lost, commands fail without reading, so
  /// a loop that waits for the end of the stream would not end.
  static constexpr unsigned kTurnsMax = 500;

  /// Runs the client's side of the conversation. Passes `carrier` to the library.
  virtual void converse(mu_stream_t carrier, Report& report) = 0;

  static bool tell(const char* step, int result, Report& report) {
    report.event(step).number(result == 0 ? 0 : 1);  // the cuts affect which error it is
    return result == 0;
  }
  [[nodiscard]] ServerStream& server() { return server_; }
  [[nodiscard]] unsigned variant() const { return variant_; }

 private:
  struct Carrier {
    _mu_stream base;
    ServerStream* server;
  };

  ServerStream server_;
  unsigned variant_ = 0;
};

}  // namespace backtalk::fuzz
