// SPDX-License-Identifier: Apache-2.0 OR MIT
/// c-client, the library of the University of Washington's IMAP toolkit. It reads from a network
/// driver, here one over a stream in memory.
#pragma once

extern "C" {
#include <c-client/c-client.h>
}
// Its headers define macros with common names.
#undef and
#undef or
#undef not
#undef T
#undef NIL
#undef LONGT
#undef min
#undef max

#include <cstring>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "peers/server_stream.hpp"

namespace backtalk::fuzz {

class CClientPeer : public Adapter {
 public:
  CClientPeer() {
    set_up();
    server_ = &stream_;
  }
  void begin(const Settings& settings) override {
    stream_.clear();
    variant_ = settings.variant;
  }
  void feed(std::string_view bytes, Report&) override { stream_.add(bytes); }
  void finish(Report& report) override {
    stream_.restart();
    report_ = &report;
    converse(report);
  }

  /// Reports what the library says about the stream. Called by the callbacks.
  static void told(const char* what, const char* text) {
    report_->event(what).text(text == nullptr ? "" : text);
  }

 protected:
  virtual void converse(Report& report) = 0;
  [[nodiscard]] unsigned variant() const { return variant_; }
  [[nodiscard]] ServerStream& stream() { return stream_; }
  [[nodiscard]] static NETDRIVER& driver();

 private:
  static void set_up();

  static inline ServerStream* server_ = nullptr;
  static inline Report* report_ = nullptr;
  ServerStream stream_;
  unsigned variant_ = 0;

  // Returns a line without its line end, or null at the end of the stream. The caller frees it.
  static char* getline(void* stream);
  static long getbuffer(void* stream, unsigned long size, char* buffer);
};

}  // namespace backtalk::fuzz
