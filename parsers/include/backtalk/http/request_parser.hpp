// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for HTTP/1.0 and HTTP/1.1 requests (RFC 9110, RFC 9112). For servers.
///
///     backtalk::http::RequestParser parser;
///     parser.feed(bytes);
///     while (const auto* event = parser.next()) {
///       if (event->kind == RequestEvent::Kind::head) route(event->head.method, event->head.target);
///       if (event->kind == RequestEvent::Kind::end) answer();
///     }
///     if (parser.error()) answer_400_and_close();
///
/// The same bytes give the same events, errors and offsets however they are cut.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/http/message_reader.hpp"
#include "backtalk/http/event.hpp"
#include "backtalk/parser.hpp"

namespace backtalk::http {

/// Parses what a client sends. Not thread safe; may be moved at any time, and not copied. What was moved from
/// may only be assigned to or destroyed. One empty line before a request line is passed over (RFC 9112 2.2).
///
/// The form of the target, Host and whether a body makes sense for the method are the server's to judge.
/// Memory and time: as ResponseParser.
class RequestParser {
 public:
  explicit RequestParser(Limits limits = {}, Tolerances tolerances = {});

  /// The next piece of the stream, borrowed until the next `feed` or `reset`. Only after `next` has returned
  /// null.
  void feed(std::string_view bytes) noexcept { reader_.feed(bytes); }
  /// A temporary string would be gone before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next event, or null: more bytes are needed, or `error()` says what is wrong. Valid until the next
  /// call.
  [[nodiscard]] const RequestEvent* next() BACKTALK_LIFETIMEBOUND {
    return reader_.absorb() ? nullptr : next_event();
  }

  /// Makes everything after the request just ended opaque: to be called when CONNECT or an upgrade is
  /// accepted, on Kind::end, before `next`.
  void begin_tunnel() noexcept { reader_.begin_tunnel(false); }

  /// Says that the stream ended. No request ends with its connection: `in_message()` says whether one was
  /// cut.
  void finish() noexcept { reader_.finish(); }

  /// The first error; sticky until `reset`. Events before it have been given.
  [[nodiscard]] Error error() const noexcept { return reader_.error(); }

  /// True where a message was begun and not ended.
  [[nodiscard]] bool in_message() const noexcept { return reader_.in_message(); }

  /// The offset at which the message that comes next, or that was begun, starts.
  [[nodiscard]] std::uint64_t message_offset() const noexcept { return reader_.message_offset(); }

  /// How much of the stream has been read.
  [[nodiscard]] std::uint64_t offset() const noexcept { return reader_.offset(); }

  /// Ready for a new stream; keeps limits, tolerances and buffers.
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
