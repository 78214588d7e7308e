// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The identity of a message, as its header has it:
///
///     X-Backtalk-Delivery: 0123456789abcdef.0000000000000007
///
/// a run and the number of the message, both in hexadecimal digits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace backtalk::session {

/// The name of the field, as IMAP asks for it.
inline constexpr std::string_view kDeliveryFieldName = "X-Backtalk-Delivery";

struct DeliveryId {
  std::uint64_t run = 0;
  std::uint64_t number = 0;
  friend bool operator==(const DeliveryId&, const DeliveryId&) = default;
};

/// The field without its line end: the same length for each.
class DeliveryField {
 public:
  static constexpr std::size_t kDigits = 16;
  static constexpr std::size_t kOctets = kDeliveryFieldName.size() + 2 + kDigits + 1 + kDigits;
  /// With CRLF.
  static constexpr std::size_t kLineOctets = kOctets + 2;

  explicit DeliveryField(const DeliveryId& id) noexcept;
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

 private:
  std::array<char, kOctets> text_;
};

/// Looks for the field in a header that comes in pieces, up to the empty line that ends it. The
/// first one counts, and one that is folded or has anything else in it is none: whatever rewrites
/// it so has not kept it. Allocates nothing.
class DeliveryFieldReader {
 public:
  /// A message begins.
  void begin() noexcept { *this = DeliveryFieldReader{true}; }
  void feed(std::string_view octets) noexcept;
  /// nullopt: the header has none, or not yet.
  [[nodiscard]] const std::optional<DeliveryId>& found() const noexcept { return found_; }

  DeliveryFieldReader() = default;

 private:
  explicit DeliveryFieldReader(bool reading) noexcept : reading_(reading) {}
  void end_line() noexcept;

  std::array<char, DeliveryField::kOctets> line_{};
  std::size_t octets_ = 0;  // of the line, of which only as many are kept as fit
  bool reading_ = false;
  std::optional<DeliveryId> found_;
};

}  // namespace backtalk::session
