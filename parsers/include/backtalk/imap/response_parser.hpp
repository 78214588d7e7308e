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
#pragma once

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
/// There are two kinds of error. An error inside a response is in `Response::error`: the framing is
/// intact, and the next response can be read. An error after which the start of the next response
/// is unknown is an error of the stream.
///
/// Memory: bounded by `Limits`; once the buffers have grown to what the stream needs, nothing is
/// allocated. Time: linear in the bytes fed, however they are cut. The octets of literals are not
/// examined.
class ResponseParser {
 public:
  explicit ResponseParser(Limits limits = {}, Tolerances tolerances = {});

  /// Gives the parser the next piece of the stream. The bytes are borrowed until the next `feed` or
  /// `reset`. Call it only after `next` has returned null.
  void feed(std::string_view bytes) { frame_.feed(bytes); }
  /// Deleted: a temporary string would be destroyed before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next response or stretch of a literal, or null if more bytes are needed or `error()` is
  /// set. It and its views are valid until the next call of `next`, `feed` or `reset`.
  [[nodiscard]] const Response* next() BACKTALK_LIFETIMEBOUND;

  /// The first error of the stream: invalid line structure, an exceeded limit on octets, or invalid
  /// content in a line that ends like the announcement of a literal, after which octets or a
  /// response may follow. Sticky until `reset`.
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
  enum class Part : std::uint8_t { data, code, whole };

  [[nodiscard]] bool take_line();
  Part begin_response(std::string_view text, std::string_view& rest);
  Part begin_untagged(std::string_view text, std::string_view& rest);
  Part begin_tagged(std::string_view text, std::string_view& rest);
  Part begin_continuation(std::string_view text);
  Part begin_status(Status status, std::string_view text, std::string_view& rest);
  Part begin_text(std::string_view text);
  Part lex(std::string_view text);
  void end_code(std::string_view text);
  bool take_raw_code(std::string_view text);
  Part refuse(ErrorCode code, std::string_view at);
  void give_tokens();
  void end_pieces();
  const Response* give_piece();

  Tolerances tolerances_;
  detail::FrameReader frame_;
  Response response_;
  // Of the response that the pieces of a literal precede.
  Response::Kind kind_ = Response::Kind::untagged;
  Part part_ = Part::data;
  bool code_is_whole_ = false;
  bool literal_in_code_ = false;
};

static_assert(Parser<ResponseParser>);

}  // namespace backtalk::imap
