// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the HTTP parsers give, collected as plain values.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "reference/http_reference.hpp"

namespace backtalk {

inline reference::HttpFields copy_of(std::span<const http::Field> fields) {
  reference::HttpFields copy;
  for (const http::Field& field : fields) copy.emplace_back(field.name, field.value);
  return copy;
}

inline reference::HttpMessage copy_of(const http::Head& head) {
  reference::HttpMessage copy;
  copy.offset = head.offset;
  copy.head_octets = head.octets;
  copy.minor = head.minor;
  copy.fields = copy_of(head.fields);
  copy.framing = head.framing;
  copy.content_length = head.content_length;
  return copy;
}

inline reference::HttpMessage copy_of(const http::ResponseHead& head) {
  reference::HttpMessage copy = copy_of(static_cast<const http::Head&>(head));
  copy.status = head.status;
  copy.reason = head.reason;
  copy.tunnel = head.tunnel;
  copy.start_dropped = head.start_dropped;
  return copy;
}

inline reference::HttpMessage copy_of(const http::RequestHead& head) {
  reference::HttpMessage copy = copy_of(static_cast<const http::Head&>(head));
  copy.method = head.method;
  copy.target = head.target;
  return copy;
}

template <class Parser>
void collect(Parser& parser, reference::HttpMessages& found) {
  while (const auto* event = parser.next()) {
    using Kind = std::remove_cvref_t<decltype(event->kind)>;
    switch (event->kind) {
      case Kind::head:
        found.messages.push_back(copy_of(event->head));
        if constexpr (requires { parser.dropped_lines(); }) {
          found.messages.back().dropped_lines = parser.dropped_lines().count;
          found.messages.back().first_dropped = parser.dropped_lines().first;
        }
        break;
      case Kind::octets: found.messages.back().body += event->octets; break;
      case Kind::opaque: found.opaque += event->octets; break;
      case Kind::end:
        found.messages.back().trailers = copy_of(event->trailers);
        found.messages.back().ended = true;
        break;
    }
  }
}

// Feeds copies of exact size that are gone after each feed, so that an address sanitizer sees a
// stale view. `size_of_piece(left)` says how long the next piece is.
template <class Parser, class SizeOfPiece>
reference::HttpMessages parse_in_pieces(Parser& parser, std::string_view stream, SizeOfPiece size_of_piece) {
  reference::HttpMessages found;
  while (!stream.empty() && !parser.error()) {
    const std::size_t size = std::min<std::size_t>(stream.size(), size_of_piece(stream.size()));
    const auto piece = std::make_unique<char[]>(size);
    std::ranges::copy(stream.substr(0, size), piece.get());
    stream.remove_prefix(size);
    parser.feed({piece.get(), size});
    collect(parser, found);
  }
  if (!parser.error()) {
    parser.feed({});
    parser.finish();
    collect(parser, found);
  }
  found.error = parser.error();
  if (!found.error) {
    found.in_message = parser.in_message();
    found.message_offset = parser.message_offset();
  }
  return found;
}

template <class Parser>
reference::HttpMessages parse_whole(Parser& parser, std::string_view stream) {
  return parse_in_pieces(parser, stream, [](std::size_t left) { return left; });
}

}  // namespace backtalk
