// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Sets of message numbers and UIDs: "2,4:7,9" (RFC 3501 9: sequence-set, RFC 4315: uid-set).
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

/// One range. As in the set, `first` may be larger than `last`. A single number is both.
struct NumberRange {
  static constexpr std::uint32_t kLargest = 0xFFFFFFFF;  ///< of a nz-number
  /// "*", in commands: the largest number in use, which is none of its own.
  static constexpr std::uint64_t kStar = UINT64_MAX;
  /// Both have 32 bits, unless `large_numbers` is tolerated or they are kStar.
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  /// How many numbers it has, as far as that fits 64 bits.
  [[nodiscard]] constexpr std::uint64_t count() const noexcept {
    const std::uint64_t steps = first <= last ? last - first : first - last;
    return steps + (steps != UINT64_MAX ? 1 : 0);
  }
};

/// A set, read range by range and never expanded: "1:4294967295" is one step.
///
///     NumberSet set{text};
///     for (NumberRange range; set.next(range);) ...
///     if (!set.good()) ...
class NumberSet {
 public:
  /// No numbers.
  constexpr NumberSet() noexcept = default;
  /// `allow_star`: "*" is a number, kStar, as in commands. Of the tolerances, `zero_numbers` and
  /// `large_numbers` apply.
  explicit constexpr NumberSet(std::string_view text, bool allow_star = false,
                               Tolerances tolerances = {}) noexcept
      : text_(text), rest_(text), tolerances_(tolerances), allow_star_(allow_star), begun_(false) {}

  /// Reads the next range; false at the end, or if what follows is not a range.
  bool next(NumberRange& range) noexcept;
  /// False once `next` has met invalid text: a zero, a number beyond 32 bits, or no text at all.
  [[nodiscard]] constexpr bool good() const noexcept { return good_; }
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
  /// True if the whole text is a valid set. Linear in the text.
  [[nodiscard]] bool check() const noexcept;
  /// The number of numbers in all ranges, as far as it fits 64 bits; overlaps count twice. Linear
  /// in the text.
  [[nodiscard]] std::uint64_t count() const noexcept;

 private:
  bool number(std::uint64_t& out) noexcept;
  [[nodiscard]] NumberSet from_the_start() const noexcept;

  std::string_view text_;
  std::string_view rest_;
  Tolerances tolerances_;
  bool allow_star_ = false;
  bool good_ = true;
  bool begun_ = true;
};

}  // namespace backtalk::imap
