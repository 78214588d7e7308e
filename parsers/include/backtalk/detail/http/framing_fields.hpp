// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The framing of a body by Content-Length and Transfer-Encoding (RFC 9112 6), read strictly: two
/// receivers that read them differently see different messages in one stream, which is how request
/// and response smuggling work.
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/http/field.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::http::detail {

/// Collects the fields of one head that frame its body.
///
///     Content-Length    = 1*DIGIT
///     Transfer-Encoding = #transfer-coding
///
/// The codings of a request are gzip, deflate, compress, and "chunked" last. Those of a response
/// may be any tokens in any order, because a body that chunked does not end goes on until close
/// (RFC 9112 6.3), and all but chunked may have parameters (RFC 9110 10.1.4); its lists may have
/// empty elements (RFC 9110 5.6.1.2). A server refuses both: they serve to smuggle requests.
class FramingFields {
 public:
  enum class Of : bool { request, response };

  explicit FramingFields(Tolerances tolerances = {}, Of message = Of::request) noexcept
      : tolerances_(tolerances), message_(message) {}

  /// Starts the fields of another head.
  void begin() noexcept {
    has_length_ = has_coding_ = chunked_ = was_chunked_ = false;
    length_ = coding_offset_ = 0;
  }

  /// True if `take` acts on any field whose name has this length.
  [[nodiscard]] static constexpr bool may_frame(std::size_t name_octets) noexcept {
    return name_octets == 14 || name_octets == 17;
  }

  /// Processes one field line of an HTTP/1.`minor` head; `offset` is its stream offset. An error
  /// changes nothing. An invalid value is reported at its first wrong byte, a forbidden field at
  /// its name.
  [[nodiscard]] Error take(const Field& field, std::uint64_t offset, unsigned minor) noexcept;

  /// A fast path for most heads: takes the first Content-Length of a head if it is a number of up
  /// to 19 digits and no Transfer-Encoding precedes it. Otherwise returns false and changes
  /// nothing.
  [[nodiscard]] bool take_first_length(const Field& field) noexcept;

  /// Like `take_first_length`, for the first framing field of a head and a number of at most 8
  /// digits.
  [[nodiscard]] bool take_sole_length(const Field& field) noexcept;

  /// True for Content-Length and Transfer-Encoding, which are forbidden in trailers (RFC 9110
  /// 6.5.1).
  [[nodiscard]] static bool frames(const Field& field) noexcept;

  /// True if a line that is no field line could be meant to be one of these: if its letters alone
  /// contain the letters of such a name ("Content-Length 10").
  [[nodiscard]] static bool may_be_meant(std::string_view line) noexcept;

  /// True for the errors that `take` returns.
  [[nodiscard]] static constexpr bool is_own_error(ErrorCode code) noexcept {
    return code >= ErrorCode::bad_content_length && code <= ErrorCode::chunked_not_last;
  }

  [[nodiscard]] bool has_length() const noexcept { return has_length_; }
  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }
  [[nodiscard]] bool has_coding() const noexcept { return has_coding_; }
  /// "chunked" is present and last.
  [[nodiscard]] bool chunked() const noexcept { return chunked_; }
  /// The stream offset of the last Transfer-Encoding field.
  [[nodiscard]] std::uint64_t coding_offset() const noexcept { return coding_offset_; }

 private:
  Error take_length(const Field& field, std::uint64_t offset) noexcept;
  Error take_codings(const Field& field, std::uint64_t offset, unsigned minor) noexcept;
  [[nodiscard]] static bool lists_only_identity(std::string_view list) noexcept;

  Tolerances tolerances_;
  Of message_;
  std::uint64_t length_ = 0;
  std::uint64_t coding_offset_ = 0;
  bool has_length_ = false;
  bool has_coding_ = false;
  bool chunked_ = false;
  bool was_chunked_ = false;  // "chunked" is present, perhaps before another coding
};

}  // namespace backtalk::http::detail
