// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for HTTP/1.0 and HTTP/1.1 requests (RFC 9110, RFC 9112). For servers.
///
///     backtalk::http::RequestParser parser;
///     parser.feed(bytes);
///     while (const auto* event = parser.next()) {
///       if (event->kind == RequestEvent::Kind::head) route(event->head);
///       if (event->kind == RequestEvent::Kind::end) answer();
///     }
///     if (parser.error()) answer_400_and_close();
///
/// The same bytes give the same events, errors and offsets however the stream is cut into feeds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/http/message_reader.hpp"
#include "backtalk/http/event.hpp"
#include "backtalk/parser.hpp"

namespace backtalk::http {

/// Parses what a client sends. Not thread safe. Movable at any time, not copyable; a moved-from
/// parser may only be assigned to or destroyed. One empty line before a request line is skipped
/// (RFC 9112 2.2).
///
/// The form of the target, Host, and whether a body makes sense for the method are left to the
/// server to check. A target is any VCHAR: "|", "^" and other octets that no URI has (RFC 3986 2)
/// pass, since browsers send them, and none of them moves a frame. Octets from 0x80 on do not.
///
/// Memory and time: as ResponseParser.
class RequestParser {
 public:
  explicit RequestParser(Limits limits = {}, Tolerances tolerances = {});

  /// Gives the parser the next piece of the stream. The bytes are borrowed until the next `feed` or
  /// `reset`. Call it only after `next` has returned null: while bytes fed before are unread, it
  /// takes nothing, and sets the error `fed_too_early` at the first of them.
  void feed(std::string_view bytes) noexcept { reader_.feed(bytes); }
  /// Deleted: a temporary string would be destroyed before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next event, or null if more bytes are needed or `error()` is set. Valid until the next
  /// call.
  [[nodiscard]] const RequestEvent* next() BACKTALK_LIFETIMEBOUND {
    return reader_.absorb() ? nullptr : next_event();
  }

  /// Everything after the request that just ended is opaque. Call it when CONNECT or an upgrade is
  /// accepted: on Kind::end, before `next`.
  void begin_tunnel() noexcept { reader_.begin_tunnel(false); }

  /// The stream has ended. A request never ends with its connection, so one is cut off if
  /// `in_message()` is true.
  void finish() noexcept { reader_.finish(); }

  /// The first error. Sticky until `reset`; events before it have been returned.
  [[nodiscard]] Error error() const noexcept { return reader_.error(); }

  /// True inside a message: if the stream ends here, the message is cut off.
  [[nodiscard]] bool in_message() const noexcept { return reader_.in_message(); }

  /// The offset in the stream of the current message's first byte; between messages, of the next
  /// one's.
  [[nodiscard]] std::uint64_t message_offset() const noexcept { return reader_.message_offset(); }

  /// The number of bytes of the stream read so far.
  [[nodiscard]] std::uint64_t offset() const noexcept { return reader_.offset(); }

  /// Starts a new stream. Keeps limits, tolerances and buffers.
  void reset() noexcept { reader_.reset(); }

 private:
  [[nodiscard]] const RequestEvent* next_event();
  [[nodiscard]] const RequestEvent* next_step();
  const RequestEvent* give_head();

  detail::MessageReader reader_;
  RequestEvent event_;
};

static_assert(Parser<RequestParser>);

}  // namespace backtalk::http
