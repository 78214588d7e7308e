// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Limits on what a peer can make the IMAP parsers buffer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backtalk/detail/limit_defaults.hpp"

namespace backtalk::imap {

/// The limits of both IMAP parsers. All are finite; the defaults fit every real server. A limit
/// above a quarter of the type's maximum counts as a quarter of it.
///
/// A parser holds at most twice `response_octets_max` and three times `line_octets_max` of text
/// that is cut between feeds, 96 bytes for each of `tokens_max` tokens and 12 for each of
/// `depth_max` lists. The buffers grow only to what the stream needs.
struct Limits {
  /// One line with CRLF: a response or command up to its end or to its next literal. No RFC sets it
  /// for responses; SEARCH and CAPABILITY are the longest. (RFC 7162 4 requires servers to accept
  /// commands of 8192.)
  std::size_t line_octets_max = backtalk::detail::default_limit(1U << 20, 512);
  /// literal = "{" number64 ["+"] "}" CRLF *CHAR8
  ///
  /// The default is the largest number of RFC 3501. A literal costs only time: literals that are
  /// not buffered pass through.
  std::uint64_t literal_octets_max = backtalk::detail::default_limit<std::uint64_t>(4294967295, 4096);
  /// Literals up to this length are part of the response; longer ones are returned in pieces before
  /// it.
  std::size_t literal_gather_octets_max = backtalk::detail::default_limit(65536, 64);
  /// All lines of one response and its buffered literals.
  std::size_t response_octets_max = backtalk::detail::default_limit(8U << 20, 2048);
  /// Tokens of one response: atoms, strings, numbers, lists. A SEARCH response has one for each
  /// message.
  std::size_t tokens_max = backtalk::detail::default_limit(1U << 18, 256);
  /// "(" inside "(": a BODYSTRUCTURE takes two levels for each level of multipart or message
  /// nesting.
  std::size_t depth_max = backtalk::detail::default_limit(128, 12);
};

}  // namespace backtalk::imap
