// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The framing of a body by Content-Length and Transfer-Encoding (RFC 9112 6), read strictly: two
/// receivers that read them differently see different messages in one stream, which is how request
/// and response smuggling work.
#pragma once

#include <cstdint>

#include "backtalk/error.hpp"
#include "backtalk/http/field.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::http::detail {

/// Collects the fields of one head that frame its body.
///
///     Content-Length    = 1*DIGIT
///     Transfer-Encoding = #transfer-coding   ; here gzip, deflate, compress, and "chunked" last
class FramingFields {
 public:
  explicit FramingFields(Tolerances tolerances = {}) noexcept : tolerances_(tolerances) {}

  /// Starts the fields of another head.
  void begin() noexcept {
    has_length_ = has_coding_ = chunked_ = false;
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

  /// The same for the first framing field of a head, and for at most 8 digits.
  [[nodiscard]] bool take_sole_length(const Field& field) noexcept;

  /// True for Content-Length and Transfer-Encoding, which are forbidden in trailers (RFC 9110
  /// 6.5.1).
  [[nodiscard]] static bool frames(const Field& field) noexcept;

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

  Tolerances tolerances_;
  std::uint64_t length_ = 0;
  std::uint64_t coding_offset_ = 0;
  bool has_length_ = false;
  bool has_coding_ = false;
  bool chunked_ = false;
};

}  // namespace backtalk::http::detail
