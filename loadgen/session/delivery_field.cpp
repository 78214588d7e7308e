// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/delivery_field.hpp"

#include <algorithm>
#include <charconv>

namespace backtalk::session {
namespace {

constexpr std::string_view kBetween = ": ";
constexpr unsigned kBitsOfDigit = 4;
constexpr std::uint64_t kDigitMask = 0xF;

// Writes the digits so that they end before `end`.
void write_hex(char* end, std::uint64_t value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (std::size_t i = 0; i < DeliveryField::kDigits; ++i) {
    *--end = kHex[value & kDigitMask];
    value >>= kBitsOfDigit;
  }
}

std::optional<std::uint64_t> read_hex(std::string_view digits) {
  constexpr int kBase = 16;
  std::uint64_t value = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, kBase);
  const bool whole = failure == std::errc{} && stop == digits.data() + digits.size();
  return whole ? std::optional(value) : std::nullopt;
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Names of fields are compared without regard to case (RFC 5322 1.2.2).
bool is_field_name(std::string_view text) {
  return std::ranges::equal(text, kDeliveryFieldName, {}, lower, lower);
}

std::optional<DeliveryId> read_field(std::string_view line) {
  constexpr std::size_t kRun = kDeliveryFieldName.size() + kBetween.size();
  constexpr std::size_t kDot = kRun + DeliveryField::kDigits;
  if (line.size() != DeliveryField::kOctets || !is_field_name(line.substr(0, kDeliveryFieldName.size())) ||
      line.substr(kDeliveryFieldName.size(), kBetween.size()) != kBetween || line[kDot] != '.')
    return std::nullopt;
  const auto run = read_hex(line.substr(kRun, DeliveryField::kDigits));
  const auto number = read_hex(line.substr(kDot + 1));
  if (!run || !number) return std::nullopt;
  return DeliveryId{.run = *run, .number = *number};
}

}  // namespace

DeliveryField::DeliveryField(const DeliveryId& id) noexcept : text_{} {
  char* at = std::ranges::copy(kDeliveryFieldName, text_.begin()).out;
  at = std::ranges::copy(kBetween, at).out + kDigits;
  write_hex(at, id.run);
  *at++ = '.';
  write_hex(at + kDigits, id.number);
}

void DeliveryFieldReader::end_line() noexcept {
  if (octets_ == 0) {
    reading_ = false;
  } else if (octets_ == DeliveryField::kOctets) {
    found_ = read_field({line_.data(), octets_});
    reading_ = !found_;
  }
  octets_ = 0;
}

void DeliveryFieldReader::feed(std::string_view octets) noexcept {
  for (const char c : octets) {
    if (!reading_) return;
    if (c == '\n') {
      end_line();
    } else if (c != '\r') {
      if (octets_ < line_.size()) line_[octets_] = c;
      ++octets_;
    }
  }
}

}  // namespace backtalk::session
