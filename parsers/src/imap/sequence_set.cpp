// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/sequence_set.hpp"

#include <limits>

#include "ascii.hpp"
#include "work.hpp"

namespace backtalk::imap {
namespace {

constexpr std::uint64_t kLargest64 = std::numeric_limits<std::uint64_t>::max();

}  // namespace

// seq-number = nz-number / "*"
bool NumberSet::number(std::uint64_t& out) noexcept {
  if (allow_star_ && rest_.starts_with('*')) {
    rest_.remove_prefix(1);
    out = NumberRange::kStar;
    return true;
  }
  const std::uint64_t max = tolerances_.has(tolerate::large_numbers) ? kLargest64 : NumberRange::kLargest;
  std::uint64_t value = 0;
  std::size_t at = 0;
  for (; at < rest_.size() && ascii::is_digit(rest_[at]); ++at) {
    const auto digit = static_cast<std::uint64_t>(rest_[at] - '0');
    if (value > (max - digit) / 10) return false;
    value = value * 10 + digit;
  }
  work::examined(at);
  const bool begins_with_zero = rest_.starts_with('0');
  rest_.remove_prefix(at);
  out = value;
  if (value == 0) return at > 0 && tolerances_.has(tolerate::zero_numbers);
  return !begins_with_zero;  // nz-number = digit-nz *DIGIT
}

// sequence-set = (seq-number / seq-range) ["," sequence-set]
// seq-range    = seq-number ":" seq-number
bool NumberSet::next(NumberRange& range) noexcept {
  if (!good_ || (begun_ && rest_.empty())) return false;
  if (begun_) {
    good_ = rest_.starts_with(',');
    if (!good_) return false;
    rest_.remove_prefix(1);
  }
  begun_ = true;
  good_ = number(range.first);
  range.last = range.first;
  if (good_ && rest_.starts_with(':')) {
    rest_.remove_prefix(1);
    good_ = number(range.last);
  }
  return good_;
}

// A set without a text is that of no numbers; one with an empty text is none.
NumberSet NumberSet::from_the_start() const noexcept {
  return text_.data() == nullptr ? NumberSet{} : NumberSet{text_, allow_star_, tolerances_};
}

bool NumberSet::check() const noexcept {
  NumberSet copy = from_the_start();
  NumberRange ignored;
  while (copy.next(ignored)) {
  }
  return copy.good();
}

std::uint64_t NumberSet::count() const noexcept {
  NumberSet copy = from_the_start();
  std::uint64_t total = 0;
  for (NumberRange range; copy.next(range);) {
    const std::uint64_t more = range.count();
    total = more > kLargest64 - total ? kLargest64 : total + more;
  }
  return total;
}

}  // namespace backtalk::imap
