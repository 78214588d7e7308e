// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for HTTP/1.0 and HTTP/1.1 responses (RFC 9110, RFC 9112).
///
///     backtalk::http::ResponseParser parser;
///     parser.expect(Method::head);                    // for each request that was sent, in order
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
///     parser.finish();                                // the connection was closed: a body may end here
///
/// The same bytes give the same events, errors and offsets however they are cut (stretches of a body are cut
/// where the feeds are).
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

/// What the framing of a response depends on.
enum class Method : std::uint8_t {
  other,    ///< GET, POST, ...: the head alone says how the response is framed
  head,     ///< no body, whatever the head says
  connect,  ///< 2xx makes the connection a tunnel
};

/// The kind of a method as it stands in a request line: "HEAD", "CONNECT", or any other.
[[nodiscard]] Method method_of(std::string_view name) noexcept;

/// Parses what a server sends. Not thread safe; may be moved at any time, and not copied. What was moved from
/// may only be assigned to or destroyed.
///
/// Where the body ends is decided here and nowhere else, by RFC 9112 6.3, and what is ambiguous there is an
/// error.
///
/// Memory: at most twice `head_octets_max` for a head that is cut between feeds (`trailer_octets_max` for
/// trailers, where that is more), 64 bytes for each of `fields_max` fields and 3 for each of
/// `expectations_max` responses. Bodies pass through as views. Once the buffers have grown to what a stream
/// needs nothing is allocated. Time: linear in the bytes fed, whatever the cuts.
class ResponseParser {
 public:
  explicit ResponseParser(Limits limits = {}, Tolerances tolerances = {});

  /// Says that a request with that method was sent. Responses are matched in order; one that was not
  /// announced is taken for the response to a GET. To be called before the response is fed. False, and
  /// nothing noted, where `expectations_max` are under way: the request must then wait.
  bool expect(Method method);

  /// How many announced responses have not begun to arrive.
  [[nodiscard]] std::size_t expected() const noexcept { return expected_.size(); }

  /// Gives the parser the next piece of the stream. The bytes are borrowed until the next `feed` or `reset`.
  /// Call it only after `next` has returned null.
  void feed(std::string_view bytes) noexcept { reader_.feed(bytes); }
  /// A temporary string would be gone before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next event, or null: more bytes are needed, or `error()` says what is wrong. The event and its views
  /// are valid until the next call of `next`, `feed`, `finish` or `reset`.
  [[nodiscard]] const ResponseEvent* next() BACKTALK_LIFETIMEBOUND {
    return reader_.absorb() ? nullptr : next_event();
  }

  /// Says that the stream ended. Call `next` until null afterwards: a body that goes on until close ends
  /// here. Where `in_message()` is still true then, the stream was cut.
  void finish() noexcept { reader_.finish(); }

  /// The first error; sticky until `reset`. Events before it have been given.
  [[nodiscard]] Error error() const noexcept { return reader_.error(); }

  /// True where a message was begun and not ended: the end of the stream here cuts it.
  [[nodiscard]] bool in_message() const noexcept { return reader_.in_message() || interims_ > 0; }

  /// The offset at which the message that comes next, or that was begun, starts.
  [[nodiscard]] std::uint64_t message_offset() const noexcept { return reader_.message_offset(); }

  /// How much of the stream has been read: where an opaque stretch, or the next body octet, starts.
  [[nodiscard]] std::uint64_t offset() const noexcept { return reader_.offset(); }

  /// Ready for a new stream; forgets what was expected, keeps limits, tolerances and buffers.
  void reset() noexcept;

 private:
  [[nodiscard]] const ResponseEvent* next_event();
  [[nodiscard]] const ResponseEvent* next_step();
  const ResponseEvent* give_head();
  [[nodiscard]] Method take_expected(const ResponseHead& head) noexcept;

  Limits limits_;
  detail::MessageReader reader_;
  ResponseEvent event_;
  std::size_t interims_ = 0;  // since the last final response
  backtalk::detail::RingQueue<Method> expected_;
};

static_assert(Parser<ResponseParser>);

}  // namespace backtalk::http
