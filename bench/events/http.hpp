// SPDX-License-Identifier: Apache-2.0 OR MIT
// How HTTP contenders log what they read: the same words for all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event_log.hpp"

namespace backtalk::bench {

inline void record_status_line(EventLog& log, unsigned minor, unsigned status, std::string_view reason) {
  log.add("start",
          "HTTP/1." + std::to_string(minor) + " " + std::to_string(status) + " " + std::string(reason));
}
inline void record_request_line(EventLog& log, std::string_view method, std::string_view target,
                                unsigned minor) {
  log.add("start", std::string(method) + " " + std::string(target) + " HTTP/1." + std::to_string(minor));
}
inline void record_field(EventLog& log, std::string_view name, std::string_view value) {
  log.add("field", std::string(name) + ": " + std::string(value));
}
// `framing`: "none", "content-length", "chunked"
inline void record_framing(EventLog& log, std::string_view framing, std::uint64_t content_length) {
  log.add("framing", std::string(framing) + " " + std::to_string(content_length));
}
inline void record_end(EventLog& log) {
  log.add("end", "");
}

}  // namespace backtalk::bench
