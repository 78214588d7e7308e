// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/http/head.hpp"

namespace backtalk::http {

std::string_view word(Framing framing) noexcept {
  switch (framing) {
    case Framing::content_length: return "content-length";
    case Framing::chunked: return "chunked";
    case Framing::close: return "close";
    case Framing::none: break;
  }
  return "none";
}

// RFC 9112 9.3: "close" ends the connection; HTTP/1.1 persists by default, HTTP/1.0 only with
// "keep-alive". 6.1: it must also end after a message with both Content-Length and
// Transfer-Encoding, or with Transfer-Encoding in HTTP/1.0, which tolerances allow.
bool Head::keeps_connection() const noexcept {
  if (start_dropped) return false;
  if (find_field(fields, "transfer-encoding") && (minor == 0 || find_field(fields, "content-length")))
    return false;
  if (framing == Framing::close || field_lists(fields, "connection", "close")) return false;
  return minor >= 1 || field_lists(fields, "connection", "keep-alive");
}

}  // namespace backtalk::http
