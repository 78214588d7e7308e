// SPDX-License-Identifier: Apache-2.0 OR MIT
// Decimal numbers, checked for overflow.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backtalk/error.hpp"
#include "swar.hpp"

namespace backtalk::pop3 {

// Reads numbers and the separators between them from the front of a line. Reads eight bytes at a
// time if the line has as many, even near its end: a load may begin before the current position,
// but never before the line.
class NumberReader {
 public:
  explicit NumberReader(std::string_view line) noexcept
      : begin_(line.data()), at_(begin_), end_(begin_ + line.size()) {}

  // Reads 1*DIGIT. Returns false and reads nothing if there is no digit or the number exceeds
  // `max`.
  [[nodiscard]] bool take_number(std::uint64_t max, std::uint64_t& number) noexcept {
    if (std::endian::native == std::endian::little && end_ - begin_ >= kWord && at_ != end_) {
      const std::uint64_t digits = swar::digit_values(load());
      const std::uint64_t others = swar::above_nine(digits);
      const int count = std::countr_zero(others) / 8;  // 8: there may be more
      if (count == 0) return false;
      if (count < kWord) {
        number = swar::join_digits(digits << (8 * (kWord - count)));
        if (number > max) return false;
        at_ += count;
        return true;
      }
    }
    return take_long_number(max, number);
  }

  // The same for a message number, which counts from 1 (RFC 1939 4).
  [[nodiscard]] bool take_message_number(std::uint32_t& number) noexcept {
    const char* const begin = at_;
    std::uint64_t value = 0;
    if (!take_number(UINT32_MAX, value)) return false;
    if (value == 0) {
      at_ = begin;
      return false;
    }
    number = static_cast<std::uint32_t>(value);
    return true;
  }

  [[nodiscard]] bool take_space() noexcept {
    if (at_ == end_ || *at_ != ' ') return false;
    ++at_;
    return true;
  }

  // Reads what stands between two parts: one space, or, if `spaced`, any number of spaces and tabs.
  template <bool spaced>
  [[nodiscard]] bool take_gap() noexcept {
    if constexpr (spaced) {
      const char* const begin = at_;
      while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
      return at_ != begin;
    } else {
      return take_space();
    }
  }

  // The error for whatever could not be taken at the current position.
  [[nodiscard]] Error refuse() const noexcept {
    const bool is_number = at_ != end_ && *at_ >= '0' && *at_ <= '9';
    return {is_number ? ErrorCode::number_out_of_range : ErrorCode::wrong_shape,
            static_cast<std::uint64_t>(at_ - begin_)};
  }

  [[nodiscard]] std::string_view rest() const noexcept { return {at_, static_cast<std::size_t>(end_ - at_)}; }

 private:
  static constexpr int kWord = 8;

  // The next eight bytes, the first one lowest; zeros in place of those beyond the end.
  [[nodiscard]] std::uint64_t load() const noexcept {
    const std::ptrdiff_t left = end_ - at_;
    const std::uint64_t word = swar::load(left >= kWord ? at_ : end_ - kWord);
    return left >= kWord ? word : word >> (8 * (kWord - left));
  }

  bool take_long_number(std::uint64_t max, std::uint64_t& number) noexcept;

  const char* begin_;
  const char* at_;
  const char* end_;
};

}  // namespace backtalk::pop3
