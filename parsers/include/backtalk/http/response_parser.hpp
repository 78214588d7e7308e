// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for HTTP/1.0 and HTTP/1.1 responses (RFC 9110, RFC 9112).
///
///     backtalk::http::ResponseParser parser;
///     if (!parser.expect(Method::head)) wait();       // for each request that was sent, in order
///     parser.feed(bytes);                             // whatever the socket gave
///     while (const auto* event = parser.next()) {
///       switch (event->kind) {
///         case ResponseEvent::Kind::head: use(event->head.status, event->head.fields); break;
///         case ResponseEvent::Kind::octets: store(event->octets); break;
///         case ResponseEvent::Kind::end: done(event->trailers); break;
///         case ResponseEvent::Kind::opaque: break;    // after 101, or 2xx to CONNECT
///       }
///     }
///     if (parser.error()) report(word(parser.error().code), parser.error().offset);
///     parser.finish();  // the connection was closed: a body may end here
///
/// The same bytes give the same events, errors and offsets however the stream is cut into feeds
/// (only stretches of a body are cut where the feeds are).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/http/message_reader.hpp"
#include "backtalk/detail/ring_queue.hpp"
#include "backtalk/http/event.hpp"
#include "backtalk/parser.hpp"

namespace backtalk::http {

/// The part of a request that the framing of its response depends on.
enum class Method : std::uint8_t {
  other,    ///< GET, POST, ...: the head alone determines the framing
  head,     ///< no body, whatever the head says
  connect,  ///< a 2xx response turns the connection into a tunnel
};

/// The kind of the method with this name: "HEAD", "CONNECT", or any other.
[[nodiscard]] Method method_of(std::string_view name) noexcept;

/// Parses what a server sends. Not thread safe. Movable at any time, not copyable; a moved-from
/// parser may only be assigned to or destroyed.
///
/// Determines where a body ends by RFC 9112 6.3; what is ambiguous there is an error, unless the
/// response has no body anyway (HEAD, 2xx to CONNECT, 1xx, 204, 304). Bytes after a response that
/// do not begin another one are ErrorCode::excess_bytes.
///
/// Memory: at most twice `head_octets_max` for a head that is cut between feeds
/// (`trailer_octets_max` for trailers, if that is more), 64 bytes for each of `fields_max` fields
/// and 3 for each of `expectations_max` responses. Bodies pass through as views. Once the buffers
/// have grown to what the stream needs, nothing is allocated. Time: linear in the bytes fed,
/// however they are cut.
class ResponseParser {
 public:
  explicit ResponseParser(Limits limits = {}, Tolerances tolerances = {});

  /// Announces the response to a request with this method. Call it before the response is fed.
  /// Responses are matched in order; one that was not announced is taken for the response to a GET.
  /// Returns false, and announces nothing, if `expectations_max` are in flight: the request must
  /// then wait.
  [[nodiscard]] bool expect(Method method);

  /// The number of announced responses that have not begun to arrive.
  [[nodiscard]] std::size_t expected() const noexcept { return expected_.size(); }

  /// Gives the parser the next piece of the stream. The bytes are borrowed until the next `feed` or
  /// `reset`. Call it only after `next` has returned null: while bytes fed before are unread, it
  /// takes nothing, and sets the error `fed_too_early` at the first of them.
  void feed(std::string_view bytes) noexcept { reader_.feed(bytes); }
  /// Deleted: a temporary string would be destroyed before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next event, or null if more bytes are needed or `error()` is set. The event and its views
  /// are valid until the next call of `next`, `feed`, `finish` or `reset`.
  [[nodiscard]] const ResponseEvent* next() BACKTALK_LIFETIMEBOUND {
    return reader_.absorb() ? nullptr : next_event();
  }

  /// The stream has ended. Call `next` until it returns null: a body with Framing::close ends here.
  /// If `in_message()` is still true then, the message is cut off.
  void finish() noexcept { reader_.finish(); }

  /// The first error. Sticky until `reset`; events before it have been returned.
  [[nodiscard]] Error error() const noexcept { return reader_.error(); }

  /// True inside a message: if the stream ends here, the message is cut off.
  [[nodiscard]] bool in_message() const noexcept { return reader_.in_message() || interims_ > 0; }

  /// The offset in the stream of the current message's first byte; between messages, of the next
  /// one's.
  [[nodiscard]] std::uint64_t message_offset() const noexcept { return reader_.message_offset(); }

  /// On Kind::head: the lines of this head that were dropped because a tolerance allows that.
  [[nodiscard]] DroppedLines dropped_lines() const noexcept { return reader_.head().dropped_lines(); }

  /// The number of bytes of the stream read so far: where the next body octet or opaque octet is.
  [[nodiscard]] std::uint64_t offset() const noexcept { return reader_.offset(); }

  /// Starts a new stream. Forgets what was announced; keeps limits, tolerances and buffers.
  void reset() noexcept;

 private:
  [[nodiscard]] const ResponseEvent* next_event();
  [[nodiscard]] const ResponseEvent* next_step();
  const ResponseEvent* give_head();
  [[gnu::noinline]] const ResponseEvent* give_interim();
  const ResponseEvent* overlook_framing();
  [[nodiscard]] Method take_expected(const ResponseHead& head) noexcept;

  Limits limits_;
  detail::MessageReader reader_;
  ResponseEvent event_;
  std::size_t interims_ = 0;  // since the last final response
  backtalk::detail::RingQueue<Method> expected_;
};

static_assert(Parser<ResponseParser>);

}  // namespace backtalk::http
