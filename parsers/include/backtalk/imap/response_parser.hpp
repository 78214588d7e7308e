// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for what an IMAP server sends (RFC 3501 and RFC 9051).
///
///     backtalk::imap::ResponseParser parser;
///     parser.feed(bytes);                                  // whatever the socket gave
///     while (const backtalk::imap::Response* response = parser.next()) {
///       if (response->is_data("EXISTS")) messages = response->number();
///     }
///     if (parser.error()) report(word(parser.error().code), parser.error().offset);
///
/// The same bytes give the same responses, errors and offsets however the stream is cut into feeds.
/// A literal longer than `Limits::literal_gather_octets_max` comes before its response, in
/// stretches that depend on the cuts:
///
///     if (response->kind == Response::Kind::literal) file.write(response->literal);
///
/// Its token then has no text in the response, but `streamed` set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/imap/frame_reader.hpp"
#include "backtalk/imap/limits.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/parser.hpp"

namespace backtalk::imap {

/// Parses what a server sends. Not thread safe. Movable at any time, not copyable; a moved-from
/// parser may only be assigned to or destroyed.
///
/// There are two kinds of error. An error inside a response is in `Response::error`: where the
/// response ends is known, and the next one can be read. Tag and status are set if they were read,
/// so a client learns that its command was answered, whatever else is wrong. An error after which
/// the start of the next response is unknown is an error of the stream; see `error()`.
///
/// A text that begins with "[" and holds no response code is a text (RFC 3501 9: the code is
/// optional).
///
/// Memory: bounded by `Limits`; once the buffers have grown to what the stream needs, nothing is
/// allocated. Time: linear in the bytes fed, however they are cut. The octets of literals are not
/// examined.
class ResponseParser {
 public:
  explicit ResponseParser(Limits limits = {}, Tolerances tolerances = {});

  /// Gives the parser the next piece of the stream. The bytes are borrowed until the next `feed` or
  /// `reset`. Call it only after `next` has returned null: while bytes fed before are unread, it
  /// takes nothing, and sets the error `fed_too_early` at the first of them.
  void feed(std::string_view bytes) { frame_.feed(bytes); }
  /// Deleted: a temporary string would be destroyed before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next response or stretch of a literal, or null if more bytes are needed or `error()` is
  /// set. It and its views are valid until the next call of `next`, `feed` or `reset`.
  [[nodiscard]] const Response* next() BACKTALK_LIFETIMEBOUND;

  /// The first error of the stream. Sticky until `reset`. It is one of these:
  ///
  /// - LF without CR, or CR without LF: where the line ends is open to doubt.
  /// - NUL or a control byte before the line has begun with "* ", "+ " or a tag and a space: the
  ///   other side does not speak IMAP, but perhaps TLS. Anywhere else it costs the response.
  /// - An exceeded limit on the octets of a line, a literal or a response.
  /// - Invalid content in a line that ends in "{5}", if it is uncertain whether that announces a
  ///   literal: it may be inside a string whose quotes are wrong, or part of a word. Octets or a
  ///   response may follow. A literal that is announced without doubt is skipped, with the rest of
  ///   its response.
  /// - `starttls_injection`.
  [[nodiscard]] Error error() const noexcept { return frame_.error(); }

  /// True inside a response: if the stream ends here, the response is cut off.
  [[nodiscard]] bool in_message() const noexcept { return frame_.in_message(); }

  /// The offset in the stream of the current response's first byte; between responses, of the next
  /// one's.
  [[nodiscard]] std::uint64_t message_offset() const noexcept { return frame_.message_offset(); }

  /// Call it when the response just returned accepts STARTTLS, before the handshake starts. Bytes
  /// already received after that response were injected and set the error `starttls_injection`
  /// (CVE-2021-38371). Returns true if there were none.
  bool begin_tls();

  /// Starts a new stream. Keeps limits, tolerances and buffers.
  void reset() noexcept;

 private:
  // What the line continues; in `whole` and `lost` it has no tokens. `lost`: a literal follows an
  // error, and nothing else is read from the response.
  enum class Part : std::uint8_t { data, code, whole, lost };

  [[nodiscard]] bool take_line();
  [[nodiscard, gnu::noinline]] bool take_flawed_line();
  [[nodiscard]] bool end_line(std::string_view text);
  [[nodiscard]] bool end_plain_line(std::string_view text);
  void finish();
  [[nodiscard, gnu::noinline]] bool ends_at_blank();
  [[gnu::noinline]] bool goes_on(std::string_view text);
  Part begin_response(std::string_view text, std::string_view& rest);
  Part begin_untagged(std::string_view text, std::string_view& rest);
  Part begin_tagged(std::string_view text, std::string_view& rest);
  Part begin_continuation(std::string_view text, std::string_view& rest);
  Part begin_status(Status status, std::string_view text, std::string_view& rest);
  Part begin_text(std::string_view text, std::string_view& rest);
  Part begin_text_or_code(std::string_view text, std::string_view& rest);
  Part lex(std::string_view text);
  Part end_code(std::string_view text);
  [[gnu::noinline]] Part end_at_literal(std::string_view text);
  [[gnu::noinline]] Part end_at_error(std::string_view text);
  void begin_text_after_code(std::string_view text);
  [[gnu::noinline]] void take_unread_code(std::string_view text);
  bool take_raw_code(std::string_view inside);
  [[nodiscard]] bool is_tolerated_blank(std::string_view line) const;
  [[nodiscard, gnu::noinline]] std::string_view without_extra_spaces(std::string_view text) const;
  Part refuse(ErrorCode code, std::string_view at);
  void give_tokens();
  void end_pieces();
  const Response* give_piece();
  const Token* find_streamed_name();

  Tolerances tolerances_;
  detail::FrameReader frame_;
  Response response_;
  // Of the response that the pieces of a literal precede.
  Response::Kind kind_ = Response::Kind::untagged;
  Part part_ = Part::data;
  bool in_text_ = false;  // the rest of the line is text, which announces no literal
  bool literal_in_code_ = false;
  bool after_blank_ = false;  // after a tolerated blank line, whose error is in `response_`
};

static_assert(Parser<ResponseParser>);

}  // namespace backtalk::imap
