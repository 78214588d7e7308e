// SPDX-License-Identifier: Apache-2.0 OR MIT
// The words in which HTTP contenders account for what they read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event_log.hpp"

namespace backtalk::bench {

inline void tell_status_line(Account& account, unsigned minor, unsigned status, std::string_view reason) {
  account.add("start",
              "HTTP/1." + std::to_string(minor) + " " + std::to_string(status) + " " + std::string(reason));
}
inline void tell_request_line(Account& account, std::string_view method, std::string_view target,
                              unsigned minor) {
  account.add("start", std::string(method) + " " + std::string(target) + " HTTP/1." + std::to_string(minor));
}
inline void tell_field(Account& account, std::string_view name, std::string_view value) {
  account.add("field", std::string(name) + ": " + std::string(value));
}
// `framing`: "none", "content-length", "chunked"
inline void tell_framing(Account& account, std::string_view framing, std::uint64_t content_length) {
  account.add("framing", std::string(framing) + " " + std::to_string(content_length));
}
inline void tell_end(Account& account) {
  account.add("end", "");
}

}  // namespace backtalk::bench
