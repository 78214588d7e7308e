// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What Content-Length and Transfer-Encoding say of a body (RFC 9112 6), read strictly: two receivers that
/// read them differently see different messages in one stream, which is how request and response smuggling
/// work.
#pragma once

#include <cstdint>

#include "backtalk/error.hpp"
#include "backtalk/http/field.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::http::detail {

/// Collects the fields of one head that frame its body.
///
///     Content-Length    = 1*DIGIT
///     Transfer-Encoding = #transfer-coding        ; here: "chunked" last, before it gzip, deflate, compress
class FramingFields {
 public:
  explicit FramingFields(Tolerances tolerances = {}) noexcept : tolerances_(tolerances) {}

  /// Makes ready for the fields of another head.
  void begin() noexcept {
    has_length_ = has_coding_ = chunked_ = false;
    length_ = coding_offset_ = 0;
  }

  /// True where a name of that length could be one that `take` looks at.
  [[nodiscard]] static constexpr bool may_frame(std::size_t name_octets) noexcept {
    return name_octets == 14 || name_octets == 17;
  }

  /// Looks at one field line of an HTTP/1.`minor` head; `offset` is its stream offset. An error changes
  /// nothing. The error of a value is about its first wrong byte, that of a field which must not be there
  /// about the field's name.
  [[nodiscard]] Error take(const Field& field, std::uint64_t offset, unsigned minor) noexcept;

  /// A short cut for what most heads have: takes the first Content-Length of a head, if it is a number of up
  /// to 19 digits and no Transfer-Encoding came before. False, and nothing taken, otherwise.
  [[nodiscard]] bool take_first_length(const Field& field) noexcept;

  /// The same of the first field of a head that is looked at, and of 8 digits at most.
  [[nodiscard]] bool take_sole_length(const Field& field) noexcept;

  /// True where the field is Content-Length or Transfer-Encoding, which trailers must not have (RFC
  /// 9110 6.5.1).
  [[nodiscard]] static bool frames(const Field& field) noexcept;

  [[nodiscard]] bool has_length() const noexcept { return has_length_; }
  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }
  [[nodiscard]] bool has_coding() const noexcept { return has_coding_; }
  /// "chunked" is there, and last.
  [[nodiscard]] bool chunked() const noexcept { return chunked_; }
  /// Where the last Transfer-Encoding field starts in the stream.
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
