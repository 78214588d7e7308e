// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Sets of message numbers and UIDs: "2,4:7,9" (RFC 3501 9: sequence-set, RFC 4315: uid-set).
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/imap/token.hpp"

namespace backtalk::imap {

/// One range. As in the set, `first` may be larger than `last`. A single number is both.
struct NumberRange {
  static constexpr std::uint32_t kLargest = 0xFFFFFFFF;  ///< also the value of "*", in commands
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  [[nodiscard]] constexpr std::uint64_t count() const noexcept {
    return first <= last ? std::uint64_t{last} - first + 1 : std::uint64_t{first} - last + 1;
  }
};

/// A set, read range by range and never expanded: "1:4294967295" is one step.
///
///     NumberSet set{text};
///     for (NumberRange range; set.next(range);) ...
///     if (!set.good()) ...
class NumberSet {
 public:
  constexpr NumberSet() noexcept = default;
  /// `allow_star`: "*" is a number, as in commands.
  explicit constexpr NumberSet(std::string_view text, bool allow_star = false) noexcept
      : text_(text), rest_(text), allow_star_(allow_star) {}

  /// Reads the next range; false at the end, or if what follows is not a range.
  bool next(NumberRange& range) noexcept;
  /// False once `next` has met invalid text: an empty set, a zero, a number beyond 32 bits.
  [[nodiscard]] constexpr bool good() const noexcept { return good_; }
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
  /// True if the whole text is a valid set. Linear in the text.
  [[nodiscard]] bool check() const noexcept;
  /// The number of numbers in all ranges; overlaps count twice. Linear in the text.
  [[nodiscard]] std::uint64_t count() const noexcept;

 private:
  bool number(std::uint32_t& out) noexcept;

  std::string_view text_;
  std::string_view rest_;
  bool allow_star_ = false;
  bool good_ = true;
  bool begun_ = false;
};

}  // namespace backtalk::imap
