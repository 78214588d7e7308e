// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The checksum that a message carries in its header, put there when it was made:
///
///     X-Backtalk-Checksum: crc32=1a2b3c4d
///
/// It is the CRC-32 (session/crc32.hpp) of the body: of all octets behind the empty line that ends
/// the header, lines with CRLF, not dot-stuffed. Servers that add fields to a header or change
/// others leave it right. The content of an HTTP response may have the same form: this field as the
/// first line, optionally other lines, an empty line, and the octets that the checksum covers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "session/crc32.hpp"

namespace backtalk::session {

inline constexpr std::string_view kChecksumFieldName = "X-Backtalk-Checksum";

/// In a response of HTTP: the target of the request that it answers, as it is, or its CRC-32 in the
/// form of a checksum.
inline constexpr std::string_view kTargetFieldName = "X-Backtalk-Target";

/// The field's value, always of the same length.
class ChecksumValue {
 public:
  static constexpr std::string_view kPrefix = "crc32=";
  static constexpr std::size_t kDigits = 8;
  static constexpr std::size_t kOctets = kPrefix.size() + kDigits;

  explicit ChecksumValue(std::uint32_t crc32) noexcept;
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

 private:
  std::array<char, kOctets> text_{};
};

/// The octets of the whole line, with its CRLF.
inline constexpr std::size_t kChecksumLineOctets = kChecksumFieldName.size() + 2 + ChecksumValue::kOctets + 2;

/// Reads a value; nullopt if it is none, or not all of it is.
[[nodiscard]] std::optional<std::uint32_t> read_checksum(std::string_view value) noexcept;

/// Compares a message that comes in pieces, however it is cut, with the checksum in its header.
/// Allocates nothing.
class MessageChecksum {
 public:
  /// Where the field must stand.
  enum class Field : std::uint8_t {
    in_header,  ///< anywhere in the header: mail
    first       ///< it is the first line, or there is no header: content of HTTP
  };
  enum class Finding : std::uint8_t {
    unknown,  ///< nothing to compare with
    right,
    wrong
  };

  /// A message begins.
  void begin(Field where = Field::in_header) noexcept;
  /// Content begins whose checksum was said elsewhere: there is no header.
  void begin_body(std::uint32_t expected) noexcept;
  void feed(std::string_view octets) noexcept;
  /// No message is being read.
  void stop() noexcept { part_ = Part::none; }
  [[nodiscard]] bool is_reading() const noexcept { return part_ != Part::none; }

  // --- Of what was fed so far

  [[nodiscard]] Finding finding() const noexcept;
  [[nodiscard]] std::uint64_t octets() const noexcept { return octets_; }
  [[nodiscard]] std::optional<std::uint32_t> expected() const noexcept { return expected_; }
  [[nodiscard]] std::uint32_t body() const noexcept { return body_.value(); }
  /// Of header and body: two messages with the same are the same.
  [[nodiscard]] std::uint64_t identity() const noexcept {
    return std::uint64_t{header_.value()} << 32U | body_.value();
  }

 private:
  enum class Part : std::uint8_t { none, header, body };

  std::string_view read_header(std::string_view octets) noexcept;
  void end_line() noexcept;

  // A line of the header, as far as it can be the field.
  std::array<char, kChecksumLineOctets> line_{};
  std::size_t line_octets_ = 0;
  std::uint64_t octets_ = 0;
  std::optional<std::uint32_t> expected_;
  Crc32 header_;
  Crc32 body_;
  Part part_ = Part::none;
  Field where_ = Field::in_header;
};

}  // namespace backtalk::session
