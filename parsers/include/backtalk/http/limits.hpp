// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Limits on what a peer can make the HTTP parsers buffer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backtalk/detail/limit_defaults.hpp"

namespace backtalk::http {

/// All limits are finite; the defaults fit most real servers. A field line of 22 kB, 300 fields and
/// 33 interim responses have been seen. A limit above a quarter of the type's
/// maximum counts as a quarter of it.
struct Limits {
  /// Start line, field lines and the empty line, with their line ends (RFC 9112 2.1).
  std::size_t head_octets_max = backtalk::detail::default_limit(65536, 512);
  /// start-line CRLF or field-line CRLF, and the digits of a chunk size. RFC 9112 3 recommends at
  /// least 8000 for a request line; cookies and policies need more.
  std::size_t line_octets_max = backtalk::detail::default_limit(16384, 160);
  /// Field lines of one head, and of one trailer section.
  std::size_t fields_max = backtalk::detail::default_limit(256, 12);
  /// trailer-section CRLF (RFC 9112 7.1.2).
  std::size_t trailer_octets_max = backtalk::detail::default_limit(8192, 128);
  /// All chunk-ext of one message together (RFC 9112 7.1.1): a flood of small chunks with long
  /// extensions costs the receiver far more than the data is worth.
  std::size_t chunk_extension_octets_max = backtalk::detail::default_limit(16384, 32);
  /// Interim responses (1xx) before one final response (RFC 9110 15.2).
  std::size_t interims_max = backtalk::detail::default_limit(32, 3);
  /// Requests in flight, whose responses are matched in order (RFC 9112 9.3.2 sets no limit). One
  /// byte of memory each.
  std::size_t expectations_max = backtalk::detail::default_limit(4096, 4);
};

}  // namespace backtalk::http
