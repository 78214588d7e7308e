// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Writing HTTP/1.0 and HTTP/1.1 messages (RFC 9112): heads, chunks and trailers.
///
///     backtalk::Output out{room};
///     http::HeadWriter head{out};
///     Error error = head.begin_request("PUT", "/a");
///     if (!error) error = head.host("2001:db8::1", 8080);        // Host: [2001:db8::1]:8080
///     if (!error) error = head.field("Accept", "*/*");
///     if (!error) error = head.content_length(5);
///     if (!error) error = head.end();
///     out.add("hello");
///
/// No value can end its line, and a head has one framing: see backtalk/output.hpp. Offsets of
/// errors count in the value, or, where there are several, from the beginning of the line.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/http/field.hpp"
#include "backtalk/output.hpp"

namespace backtalk::http {

/// Writes request-line = method SP request-target SP HTTP-version. The method is a token, the
/// target visible ASCII; `minor` is 0 or 1.
[[nodiscard]] Error write_request_line(Output& out, std::string_view method, std::string_view target,
                                       std::uint8_t minor = 1);

/// Writes status-line = HTTP-version SP status-code SP [ reason-phrase ]. The status is 100 to 599.
[[nodiscard]] Error write_status_line(Output& out, std::uint16_t status, std::string_view reason = {},
                                      std::uint8_t minor = 1);

/// Writes field-line = field-name ":" OWS field-value OWS, of a head or of trailers. The name is a
/// token. The value is visible ASCII, spaces, tabs and octets beyond ASCII; white space around it
/// is no part of it and is left out. Framing is not checked here: see HeadWriter.
[[nodiscard]] Error write_field(Output& out, std::string_view name, std::string_view value);

/// Writes uri-host [ ":" port ], for Host and for the target of CONNECT. A host with colons is an
/// IPv6 address, which is written in brackets and has no zone. 0 stands for no port.
[[nodiscard]] Error write_authority(Output& out, std::string_view host, std::uint16_t port = 0);

/// Writes a chunk with its size and line ends; nothing for no octets, since that chunk would be the
/// last.
[[nodiscard]] Error write_chunk(Output& out, std::string_view octets);

/// Writes the last chunk, the trailers and the empty line that ends the message. Framing fields are
/// refused as trailers (RFC 9110 6.5.1); the offset of an error is then the index of the field.
[[nodiscard]] Error write_last_chunk(Output& out, std::span<const Field> trailers = {});

/// Writes one head, and sees to it that its framing can be understood in one way only.
class HeadWriter {
 public:
  explicit HeadWriter(Output& out) noexcept : out_(&out) {}

  /// As `write_request_line`. One of these two comes first.
  [[nodiscard]] Error begin_request(std::string_view method, std::string_view target, std::uint8_t minor = 1);
  /// As `write_status_line`.
  [[nodiscard]] Error begin_response(std::uint16_t status, std::string_view reason = {},
                                     std::uint8_t minor = 1);

  /// As `write_field`, but for Content-Length, Transfer-Encoding and Host, which are what the
  /// functions below make of the value: "chunked" is the only coding. Host is taken as it stands.
  [[nodiscard]] Error field(std::string_view name, std::string_view value);

  /// Writes Host, once.
  [[nodiscard]] Error host(std::string_view host, std::uint16_t port = 0);

  /// Writes Content-Length: once, and not beside `chunked` (RFC 9112 6.2). A response with status
  /// 1xx or 204 has neither.
  [[nodiscard]] Error content_length(std::uint64_t octets);
  /// Writes "Transfer-Encoding: chunked": once, and not in HTTP/1.0 (RFC 9112 6.1).
  [[nodiscard]] Error chunked();

  /// Writes the empty line. A request in HTTP/1.1 needs Host (RFC 9112 3.2), else it is
  /// `unwritable`.
  [[nodiscard]] Error end();

 private:
  Output* out_;
  bool has_host_ = false;
  bool has_length_ = false;
  bool has_coding_ = false;
  bool needs_host_ = false;
  bool bodiless_ = false;
  std::uint8_t minor_ = 1;
};

}  // namespace backtalk::http
