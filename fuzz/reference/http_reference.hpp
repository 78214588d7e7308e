// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A slow and simple reader of HTTP/1.x messages, written from the grammar, for complete streams.
/// Shares no code with http::ResponseParser and http::RequestParser, which must give the same
/// messages, errors and offsets.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/error.hpp"
#include "backtalk/http/limits.hpp"
#include "backtalk/http/response_parser.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::reference {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpMessage {
  std::uint64_t offset = 0;
  std::uint64_t head_octets = 0;
  unsigned minor = 1;
  unsigned status = 0;
  std::string reason;
  std::string method;
  std::string target;
  HttpFields fields;
  std::size_t dropped_lines = 0;
  std::uint64_t first_dropped = 0;
  bool start_dropped = false;
  http::Framing framing = http::Framing::none;
  std::uint64_t content_length = 0;
  bool tunnel = false;
  std::string body;
  HttpFields trailers;
  bool ended = false;

  friend bool operator==(const HttpMessage&, const HttpMessage&) = default;
};

struct HttpMessages {
  std::vector<HttpMessage> messages;
  std::string opaque;
  Error error;
  // True if the stream ended inside a message; false after an error.
  bool in_message = false;
  // Where the unfinished message starts, or the end of the stream; 0 after an error.
  std::uint64_t message_offset = 0;

  friend bool operator==(const HttpMessages&, const HttpMessages&) = default;
};

/// Reads what a server sent until it closed the connection. `expected` are the methods of the
/// requests.
[[nodiscard]] HttpMessages read_http_responses(std::string_view stream, const http::Limits& limits,
                                               Tolerances tolerances, std::span<const http::Method> expected);

/// Reads what a client sent.
[[nodiscard]] HttpMessages read_http_requests(std::string_view stream, const http::Limits& limits,
                                              Tolerances tolerances);

/// Describes each message in a line, and how the stream ended: for failed comparisons.
[[nodiscard]] std::string describe(const HttpMessages& found);

}  // namespace backtalk::reference
