// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Heads of HTTP/1.0 and HTTP/1.1 messages (RFC 9112 2 to 5), with the framing of the body that
/// follows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "backtalk/http/field.hpp"

namespace backtalk::http {

/// How the receiver knows where a body ends (RFC 9112 6.3).
enum class Framing : std::uint8_t {
  none,            ///< there is no body
  content_length,  ///< Content-Length gives its length
  chunked,         ///< Transfer-Encoding, chunked last
  close,           ///< it ends when the connection closes (responses only)
};

/// "none", "content-length", "chunked", "close". Static storage.
[[nodiscard]] std::string_view word(Framing framing) noexcept;

/// The common part of request and response heads. Views are valid until the next call on the
/// parser.
struct Head {
  std::uint64_t offset = 0;         ///< of its first byte, from the start of the stream
  std::uint64_t octets = 0;         ///< its length in the stream, with the empty line that ends it
  std::uint8_t minor = 1;           ///< HTTP/1.minor: 0 to 9; 2 and more as 1 (RFC 9110 6.2)
  Framing framing = Framing::none;  ///< by version, status, fields and the request's method
  /// A line that was dropped (tolerate::junk_field_lines) has a status line in it: perhaps this
  /// head was broken off, and another response began there.
  bool start_dropped = false;
  std::uint64_t content_length = 0;  ///< with Framing::content_length: how many octets follow
  std::span<const Field> fields;     ///< in the order in which they were sent

  /// False if the connection must not be reused after this message (RFC 9112 9.3), or if it is not
  /// certain which request the next one would answer (start_dropped).
  [[nodiscard]] bool keeps_connection() const noexcept;
};

/// The lines of a head that were dropped because they are no field lines: with
/// tolerate::junk_field_lines, or with tolerate::obs_fold before the first field.
struct DroppedLines {
  std::size_t count = 0;
  std::uint64_t first = 0;  ///< the offset of the first one, from the start of the stream
};

/// The head of a response: status-line = HTTP-version SP status-code SP [ reason-phrase ].
struct ResponseHead : Head {
  std::uint16_t status = 0;  ///< 100 to 599; 0 to 999 with tolerate::any_status
  std::string_view reason;   ///< may be empty
  bool tunnel = false;       ///< the stream leaves HTTP after this head: 101, or 2xx to CONNECT

  /// 1xx except 101: the final response to the same request follows later (RFC 9110 15.2).
  [[nodiscard]] constexpr bool interim() const noexcept {
    return status >= 100 && status < 200 && status != 101;
  }
};

/// The head of a request: request-line = method SP request-target SP HTTP-version.
struct RequestHead : Head {
  std::string_view method;  ///< a token; methods are case-sensitive
  std::string_view target;  ///< visible ASCII; its form and Host are left to the server to check
};

}  // namespace backtalk::http
