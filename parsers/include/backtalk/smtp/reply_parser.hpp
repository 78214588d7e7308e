// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for SMTP and LMTP replies (RFC 5321 4.2, RFC 2033, RFC 2034).
///
///     backtalk::smtp::ReplyParser parser;
///     parser.feed(bytes);                                  // whatever the socket gave
///     while (const backtalk::smtp::Reply* reply = parser.next()) use(reply->code, reply->lines);
///     if (parser.error()) report(word(parser.error().code), parser.error().offset);
///
/// The same bytes give the same replies, errors and offsets however the stream is cut into feeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/held_text.hpp"
#include "backtalk/detail/limit_defaults.hpp"
#include "backtalk/detail/line_reader.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/smtp/reply.hpp"

namespace backtalk::smtp {

/// Limits on what a server can make the parser buffer. All are finite; the defaults fit every real
/// server.
struct ReplyLimits {
  /// One line with CRLF. RFC 5321 4.5.3.1.5 asks for 512; some servers say more.
  std::size_t line_octets_max = backtalk::detail::default_limit(4096, 80);
  /// Lines of one reply. The RFC sets none; HELP texts are the longest.
  std::size_t reply_lines_max = backtalk::detail::default_limit(1024, 5);
  /// All lines of one reply with their line ends.
  std::size_t reply_octets_max = backtalk::detail::default_limit(65536, 256);
};

/// Parses what a server sends. Not thread safe. Movable at any time, not copyable; a moved-from
/// parser may only be assigned to or destroyed.
///
/// Memory: for a reply that is cut between feeds at most twice `reply_octets_max`, three times
/// `line_octets_max`, and 48 bytes for each of `reply_lines_max` lines; once the buffers have grown
/// to what the stream needs, nothing is allocated. Time: linear in the bytes fed, however they are
/// cut.
class ReplyParser {
 public:
  explicit ReplyParser(ReplyLimits limits = {}, Tolerances tolerances = {});

  /// Gives the parser the next piece of the stream. The bytes are borrowed until the next `feed` or
  /// `reset`. Call it only after `next` has returned null: while bytes fed before are unread, it
  /// takes nothing, and sets the error `fed_too_early` at the first of them.
  void feed(std::string_view bytes) { reader_.feed(bytes, error_); }
  /// Deleted: a temporary string would be destroyed before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next complete reply, or null if more bytes are needed or `error()` is set. The reply and
  /// its views are valid until the next call of `next`, `feed` or `reset`.
  [[nodiscard]] const Reply* next() BACKTALK_LIFETIMEBOUND;

  /// The first error: line structure, a bad code or separator, codes that differ within a reply, an
  /// exceeded limit. Sticky until `reset`; replies before it have been returned.
  [[nodiscard]] Error error() const noexcept { return error_; }

  /// True inside a reply: if the stream ends here, the reply is cut off.
  [[nodiscard]] bool in_message() const noexcept { return !given_ || reader_.in_line(); }

  /// The offset in the stream of the current reply's first byte; between replies, of the next
  /// one's.
  [[nodiscard]] std::uint64_t message_offset() const noexcept {
    return given_ ? reader_.line_offset() : reply_.offset;
  }

  /// Call it when the reply just returned accepts STARTTLS, before the handshake starts. Bytes
  /// already received after that reply were injected and set the error `starttls_injection` (RFC
  /// 3207 5, CVE-2021-38371). Returns true if there were none.
  bool begin_tls();

  /// Starts a new stream. Keeps limits, tolerances and buffers.
  void reset() noexcept;

 private:
  // The error in a line, or in the beginning of one, that is not a reply line; none if it is valid
  // so far.
  [[nodiscard]] Error check_line(std::string_view text, std::uint64_t offset, bool whole) const;
  [[nodiscard]] Error check_limits(std::uint64_t line_offset, std::uint64_t octets_so_far) const;
  void begin_reply(std::uint64_t offset);
  [[nodiscard]] bool take_single(const detail::Line& line);
  bool add_line(const detail::Line& line);
  void finish();
  [[gnu::noinline]] void take_last_code();
  [[gnu::noinline]] void note_code(std::string_view text);
  void refuse();
  void hold_lines();

  ReplyLimits limits_;
  Tolerances tolerances_;
  detail::LineReader reader_;
  Error error_;
  Reply reply_;
  std::vector<std::string_view> lines_;
  detail::HeldText held_;  // the text of lines_[0, held_lines_), from earlier feeds
  std::size_t held_lines_ = 0;
  bool codes_differ_ = false;  // within the current reply
  bool given_ = true;          // reply_ is complete and was returned; the next line begins another
};

static_assert(Parser<ReplyParser>);

}  // namespace backtalk::smtp
